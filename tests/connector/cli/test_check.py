import pytest

from sandbox.server import serve_in_thread
from sandbox.world import World

HUBSPOT = """
[sources.hubspot]
base_url = "{url}/hubspot"
access_token = "{token}"
"""


@pytest.fixture(scope="module")
def vendors():
    with serve_in_thread(World(1, 20)) as running:
        yield running


def hubspot(company, vendors, token: str) -> None:
    company.settings((company.folder / "visavis.toml").read_text() + HUBSPOT.format(url=vendors.url, token=token))


def test_every_source_that_lets_us_in_is_ok(company, vendors):
    from sandbox.vendors.hubspot_access import PRIVATE_APP_TOKEN

    hubspot(company, vendors, PRIVATE_APP_TOKEN)
    answer = company.run("check")
    assert answer.code == 0
    assert answer.out == "shop: ok\nhubspot: ok\n"


def test_a_refusal_is_named_without_the_secret_and_the_others_are_checked_too(company, vendors):
    hubspot(company, vendors, "wr0ng-t0ken")
    answer = company.run("check")
    assert answer.code == 1
    assert "shop: ok" in answer.out
    assert "AuthError hubspot" in answer.out
    assert "wr0ng-t0ken" not in answer.out + answer.err


def test_only_the_sources_that_were_named_are_asked(company, vendors):
    hubspot(company, vendors, "wr0ng-t0ken")
    assert company.run("check", "shop").code == 0
    assert company.run("check", "nope").code == 2


def test_right_settings_are_summed_up_and_nobody_is_called(company):
    hubspot(company, type("Nowhere", (), {"url": "http://127.0.0.1:9"}), "t0ken")
    answer = company.run("check", "--settings")
    assert answer.code == 0
    assert "sources: shop, hubspot" in answer.out


def test_all_problems_of_the_settings_are_told_at_once(company):
    company.settings('colour = "red"\n[web]\nport = 99999\nprot = 1\n[sources.Shop]\nevery = "often"\n')
    answer = company.run("check", "--settings")
    assert answer.code == 1
    for expected in ("colour", "web.port", "did you mean web.port", "sources.Shop", "every"):
        assert expected in answer.err
    assert "Traceback" not in answer.err


def test_all_problems_of_the_sources_are_told_at_once(company):
    company.settings('[sources.hubspot]\ntoken = "x"\n[sources.salesforce]\n[sources.shop]\nadapter = "flies"\n')
    answer = company.run("check", "--settings")
    assert answer.code == 1
    for expected in ("hubspot", "access_token", "salesforce", "client_id", "flies", "files"):
        assert expected in answer.err


def test_a_settings_file_that_is_not_there_is_said(company):
    answer = company.run("--config", company.folder / "nowhere.toml", "check")
    assert answer.code == 1
    assert "nowhere.toml: there is no such file" in answer.err
