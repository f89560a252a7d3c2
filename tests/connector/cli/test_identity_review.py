"""`visavis identity`: what waits, what other rules would do, and what to do about an import."""

import pytest

PEOPLE = """id,name,email,phone,born
1,Zebulon Quarles,z@quarles.example,0151 12345678,1961-07-14
2,Zebulon Quarles,z@quarles.example,,
3,Z. Quarles,other@mail.example,0151 12345678,
"""
# Without what joins the first two.
RULES = 'without = ["own_mailbox", "shared_mailbox", "weight_of_evidence"]\n'


@pytest.fixture
def synced(company):
    company.customers(PEOPLE)
    assert company.run("sync").code == 0
    return company.run


def test_what_waits_is_shown_side_by_side(synced):
    told = synced("identity", "review")
    assert told.code == 0
    for expected in ("shop:contact:1  and  shop:contact:3", "agrees: the same", "no rule is sure enough"):
        assert expected in told.out


def test_suggestions_are_added_to_what_waits(synced):
    pytest.importorskip("splink")
    told = synced("identity", "suggest", "--least", "0.5")
    assert told.code == 0, told.err
    assert "wait in the review queue" in told.out


def test_other_rules_are_tried_without_doing_it(synced, company):
    (company.folder / "rules.toml").write_text(RULES)
    told = synced("identity", "simulate", "--rules", str(company.folder / "rules.toml"))
    assert told.code == 0, told.err
    for expected in ("without - > own_mailbox, ", "3 records", "MB of memory", "1 profiles would be split", "by own_m"):
        assert expected in told.out
    assert synced("identity", "simulate", "--rules", str(company.folder / "rules.toml")).out == told.out


def test_wrong_rules_are_told_by_name(synced, company):
    (company.folder / "rules.toml").write_text("sharelimit = 3\n")
    told = synced("identity", "simulate", "--rules", str(company.folder / "rules.toml"))
    assert told.code == 2
    assert "did you mean share_limit?" in told.err


def test_rules_are_applied_when_the_settings_name_them(synced, company):
    (company.folder / "rules.toml").write_text(RULES)
    assert "all records are linked by these rules: standard" in synced("identity", "apply").out
    refused = synced("identity", "apply", "--rules", str(company.folder / "rules.toml"))
    assert (refused.code, "set identity.rules" in refused.err) == (1, True)
    settings = (company.folder / "visavis.toml").read_text()
    company.settings(f'{settings}\n[identity]\nrules = "{company.folder / "rules.toml"}"\n')
    told = synced("identity", "apply", "--rules", str(company.folder / "rules.toml"))
    assert "3 records linked by own-" in told.out
    assert "all records are linked by these rules: own-" in synced("identity", "apply").out


def test_alarms_are_told(synced):
    told = synced("identity", "alarms")
    assert told.code == 0
    assert "nothing looks odd" in told.out
    assert "shop" in told.out


def test_an_import_is_undone_and_taken_back(synced):
    asked = synced("identity", "undo-import", "shop", "--yes", "--why", "wrong file")
    assert asked.code == 0, asked.err
    assert "decision 1: 1 links" in asked.out
    told = " ".join(synced("identity", "explain", "shop:1", "shop:2").out.split())
    assert "not one person" in told
    assert "it came with an import of shop that was undone (1)" in told
    assert "1 links" in synced("identity", "undo-import", "--take-back", "1").out
    assert "are one person" in synced("identity", "explain", "shop:1", "shop:2").out
    assert synced("identity", "undo-import").code == 2


def test_what_nothing_holds_is_not_released(synced):
    assert "nothing holds its links" in synced("identity", "release", "shop").out
    assert synced("identity", "release", "none").code == 2
