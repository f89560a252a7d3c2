import re


def test_a_key_is_shown_once_and_alone_where_scripts_read(company):
    answer = company.run("keys", "create", "helpdesk")
    assert answer.code == 0
    assert re.fullmatch(r"vk_\S{40,}\n", answer.out)
    assert "not shown again" in answer.err
    assert answer.out.strip() not in company.run("keys", "list").out


def test_the_list_says_whose_they_are_and_what_they_may(company):
    assert "no keys yet" in company.run("keys", "list").out
    company.run("keys", "create", "helpdesk", "--scope", "profiles:read", "--scope", "events:read")
    shown = company.run("keys", "list").out
    for expected in ("helpdesk", "default", "profiles:read", "events:read", "valid"):
        assert expected in shown


def test_a_revoked_key_stays_in_the_list_as_such(company):
    company.run("keys", "create", "helpdesk")
    key_id = re.search(r"k_[0-9a-f]{12}", company.run("keys", "list").out)[0]
    assert company.run("keys", "revoke", key_id).code == 0
    assert "revoked" in company.run("keys", "list").out
    again = company.run("keys", "revoke", key_id)
    assert again.code == 1
    assert "visavis keys list" in again.err


def test_unknown_scopes_and_workspaces_are_bad_usage_with_the_known_ones(company):
    scope = company.run("keys", "create", "x", "--scope", "everything")
    assert scope.code == 2
    assert "profiles:read" in scope.err
    workspace = company.run("keys", "create", "x", "--workspace", "acme")
    assert workspace.code == 2
    assert "known: default" in workspace.err
