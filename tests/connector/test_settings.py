from datetime import timedelta

import pytest

from connector.settings import SettingsError, build, load


def problems(tables, environ=None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        build(tables, environ)
    return caught.value.problems


def test_nothing_set_is_a_working_default():
    settings = build({})
    assert settings["web.port"] == 8080
    assert settings.database_url == "sqlite:///var/visavis.db"
    assert settings.workspaces == ("default",)


def test_the_environment_outranks_the_file():
    settings = build({"web": {"port": 1}}, {"VISAVIS_WEB_PORT": "9000", "REDIS_URL": "redis://cache"})
    assert (settings["web.port"], settings["redis_url"]) == (9000, "redis://cache")


def test_a_sources_secret_may_come_from_the_environment():
    settings = build({"sources": {"crm_eu": {"adapter": "salesforce"}}}, {"VISAVIS_SOURCES_CRM_EU_CLIENT_SECRET": "s"})
    assert settings.source("crm_eu").given == {"client_secret": "s"}


def test_all_problems_are_told_at_once_with_the_known_names():
    found = problems(
        {
            "web": {"prot": 1, "workers": "many"},
            "log_level": "loud",
            "sources": {"Bad-Name": {}, "x": {"every": "soon", "workspace": "No Way"}},
        },
        {"VISAVIS_WEB_HOTS": "x", "VISAVIS_SOURCES_Y_TOKEN": "t"},
    )
    for expected in (
        "did you mean web.port?",
        "web.workers: is not a whole number",
        "log_level: is not",
        "sources.Bad-Name",
        "sources.x.every: is no span of time",
        "sources.x.workspace",
        "did you mean VISAVIS_WEB_HOST?",
        "VISAVIS_SOURCES_Y_TOKEN: the settings have no such source",
    ):
        assert any(expected in problem for problem in found), (expected, found)


def test_a_problem_names_no_value():
    assert "hunter2" not in "".join(problems({"web": {"port": "hunter2"}, "hunter": "hunter2"}))


def test_a_span_has_a_unit():
    assert build({"sources": {"x": {"every": "5m"}}}).source("x").every == timedelta(minutes=5)


def test_secrets_do_not_show_in_the_repr():
    settings = build({"secret_key": "hunter2", "sources": {"x": {"bearer_token": "hunter2"}}})
    assert "hunter2" not in repr(settings)


def test_the_secret_key_is_made_once_and_kept_private(tmp_path):
    settings = build({"data_dir": str(tmp_path / "var")})
    assert settings.secret_key() == settings.secret_key()
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_a_named_file_must_exist(tmp_path):
    with pytest.raises(SettingsError, match="there is no such file"):
        load({"VISAVIS_CONFIG": str(tmp_path / "none.toml")})


def test_broken_toml_says_where(tmp_path):
    file = tmp_path / "visavis.toml"
    file.write_text("[web\nport = 1")
    with pytest.raises(SettingsError, match="line 1"):
        load({}, file)


def test_browsers_reach_the_streams_by_the_name_that_led_them_here():
    assert build({}).events_url("shop.example") == "http://127.0.0.1:8081"
    assert build({"web": {"host": "0.0.0.0"}}).events_url("desk.example") == "http://desk.example:8081"
    assert build({"web": {"host": "0.0.0.0"}}).web_url == "http://127.0.0.1:8080"
    assert build({"web": {"host": "::1"}}).events_url() == "http://[::1]:8081"
    proxied = build({"events": {"public_url": "https://desk.example/"}, "web": {"host": "0.0.0.0"}})
    assert proxied.events_url("other.example") == "https://desk.example"


@pytest.mark.parametrize("given", ["0", "0.5", 0.1, 0])
def test_a_share_is_a_fraction(given):
    assert build({"recommendations": {"holdout": given}})["recommendations.holdout"] == float(given)


@pytest.mark.parametrize("given", ["5%", "nan", 0.51, -0.1, True, [0.1]])
def test_what_is_no_share_is_refused(given):
    with pytest.raises(SettingsError, match="recommendations.holdout: is not a share from 0 to 0.5"):
        build({"recommendations": {"holdout": given}})


def test_a_setting_that_is_no_more_says_what_came_of_it():
    for given in ({"tables": {"identity": {"share_limit": 5}}}, {"environ": {"VISAVIS_IDENTITY_SHARE_LIMIT": "5"}}):
        with pytest.raises(SettingsError) as caught:
            build(given.get("tables", {}), given.get("environ"))
        assert "identity.strictness" in caught.value.problems[0]


BRANDS = {"shop": {"workspace": "brand"}, "crm": {}, "desk": {"workspace": "brand_two"}}


def test_a_workspace_says_what_is_otherwise_in_it():
    told = {"sources": BRANDS, "workspaces": {"brand": {"strictness": "strict"}, "brand_two": {"rules": "two.toml"}}}
    settings = build(told, {"VISAVIS_WORKSPACES_DEFAULT_STRICTNESS": "balanced"})
    told = {
        name: (settings[f"workspaces.{name}.strictness"], settings[f"workspaces.{name}.rules"])
        for name in ("brand", "default", "brand_two")
    }
    assert told == {"brand": ("strict", ""), "default": ("balanced", ""), "brand_two": ("", "two.toml")}


def test_the_environment_says_it_of_a_workspace_without_a_table_and_outranks_one():
    told = {"sources": BRANDS, "workspaces": {"brand": {"strictness": "strict"}}}
    environ = {"VISAVIS_WORKSPACES_BRAND_STRICTNESS": "balanced", "VISAVIS_WORKSPACES_BRAND_TWO_RULES": "two.toml"}
    settings = build(told, environ)
    assert settings["workspaces.brand.strictness"] == "balanced"
    assert settings["workspaces.brand_two.rules"] == "two.toml"


@pytest.mark.parametrize(
    ("workspaces", "environ", "expected"),
    [
        (
            {"brnad": {"strictness": "strict"}},
            {},
            "workspaces.brnad: no source has this workspace; did you mean brand?",
        ),
        ({"zzz": {}}, {}, "workspaces.zzz: no source has this workspace; known: brand, default, brand_two"),
        ({"brand": {"stricktness": "strict"}}, {}, "did you mean workspaces.brand.strictness?"),
        ({"brand": {"strictness": "lax"}}, {}, "workspaces.brand.strictness: is not strict, standard or balanced"),
        ({"brand": {"rules": 5}}, {}, "workspaces.brand.rules: is not text"),
        ({"brand": "strict"}, {}, "workspaces.brand: write it as a table, [workspaces.brand]"),
        ("strict", {}, "workspaces: write each as a table, [workspaces.NAME]"),
        ({}, {"VISAVIS_WORKSPACES_BRNAD_RULES": "x"}, "did you mean VISAVIS_WORKSPACES_BRAND_RULES?"),
        ({}, {"VISAVIS_WORKSPACES_BRAND_STRICTNESS": "lax"}, "workspaces.brand.strictness: is not strict"),
    ],
)
def test_what_is_wrong_with_a_workspace_is_told_with_what_was_probably_meant(workspaces, environ, expected):
    (told,) = problems({"sources": BRANDS, "workspaces": workspaces}, environ)
    assert expected in told


def test_without_sources_there_is_one_workspace_to_speak_of():
    assert build({"workspaces": {"default": {"strictness": "strict"}}})["workspaces.default.strictness"] == "strict"
