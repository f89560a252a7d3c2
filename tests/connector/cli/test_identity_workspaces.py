"""`visavis identity` in two workspaces that read the same file by rules of their own."""

import pytest

SOURCE = """
[sources.shop_{name}]
adapter = "files"
workspace = "{name}"
folder = "{folder}"

[sources.shop_{name}.contacts]
path = "customers.csv"
complete = true

[sources.shop_{name}.contacts.columns]
external_id = "id"
name = "name"
emails = "email"
"""
CAREFUL = '[workspaces.careful]\nstrictness = "{word}"\n'
# One of whom nothing is known but the mailbox: strict rules do not believe that alone.
PEOPLE = """id,name,email
1,Zebulon Quarles,z@quarles.example
2,,z@quarles.example
"""


@pytest.fixture
def set_up(company, database_url, monkeypatch):
    """Writes the settings, with this word of the careful workspace's own."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    company.customers(PEOPLE)
    sources = [SOURCE.format(name=name, folder=company.folder) for name in ("careful", "usual")]

    def write(word="strict"):
        company.settings("".join([*sources, CAREFUL.format(word=word)]))

    write()
    return write


@pytest.fixture
def synced(company, set_up):
    assert company.run("sync").code == 0

    def identity(command, workspace, *arguments):
        told = company.run("identity", command, *arguments, "--workspace", workspace)
        assert told.code == 0, told.err
        return told.out

    return identity


def test_the_same_file_ends_in_other_people(synced):
    told = {name: synced("explain", name, f"shop_{name}:1", f"shop_{name}:2") for name in ("careful", "usual")}
    assert "not one person" in told["careful"]
    assert "are one person" in told["usual"]


def test_what_is_in_force_is_told_with_the_setting_that_says_so(synced):
    careful, usual = synced("simulate", "careful"), synced("simulate", "usual")
    assert "in force in careful: strict, by workspaces.careful.strictness" in careful
    assert "otherwise than standard: sure 29 > 34" in careful
    assert "in force in usual: standard, by identity.strictness" in usual
    assert "otherwise" not in usual
    assert "all records are linked so" in careful and "all records are linked so" in usual
    assert "by the rules strict" in synced("alarms", "careful")


def test_a_change_is_applied_to_its_own_workspace(synced, set_up):
    set_up("balanced")
    assert "still linked by others: visavis identity apply" in synced("simulate", "careful")
    assert "all records are linked by these rules: standard" in synced("apply", "usual")
    assert "2 records linked by balanced" in synced("apply", "careful")
    assert "are one person" in synced("explain", "careful", "shop_careful:1", "shop_careful:2")
    assert "all records are linked so" in synced("simulate", "careful")


def test_a_dry_run_compares_with_the_workspaces_own_rules(synced, company):
    (company.folder / "rules.toml").write_text('strictness = "standard"\n')
    rules = ("--rules", company.folder / "rules.toml")
    careful, usual = synced("simulate", "careful", *rules), synced("simulate", "usual", *rules)
    assert "sure 34 > 29" in careful and "2 profiles would be merged" in careful
    assert "otherwise: nothing" in usual and "0 profiles would be merged" in usual


def test_rules_that_the_workspace_does_not_have_are_not_applied(synced, company):
    (company.folder / "rules.toml").write_text('strictness = "strict"\n')
    named = ("--rules", str(company.folder / "rules.toml"))
    assert "all records are linked by these rules: strict" in synced("apply", "careful", *named)
    refused = company.run("identity", "apply", "--workspace", "usual", *named)
    assert (refused.code, "workspaces.usual.rules" in refused.err) == (1, True)


def test_a_workspace_that_no_source_has_is_told(company, set_up):
    set_up()
    settings = (company.folder / "visavis.toml").read_text()
    company.settings(settings.replace("[workspaces.careful]", "[workspaces.carefull]"))
    told = company.run("check", "--settings")
    assert told.code == 1
    assert "workspaces.carefull: no source has this workspace; did you mean careful?" in told.err
