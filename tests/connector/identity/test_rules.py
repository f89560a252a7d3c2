import pytest

from connector.identity.blocklist import is_blocked
from connector.identity.rules import JUDGES, RULES, STANDS_ON
from schemas import identifiers


@pytest.mark.parametrize("name", RULES)
def test_every_rule_can_say_why(name):
    why = RULES[name].__doc__
    assert why and why.endswith("."), f"Give {name} a docstring of one sentence: the panel prints it under 'why?'."


def test_every_rule_judges_one_kind_of_handle():
    assert set(STANDS_ON) == set(RULES)
    assert sum(len(rules) for rules in JUDGES.values()) == len(RULES)


@pytest.mark.parametrize(
    "told",
    [
        "info@acme.com",
        "Support+orders@acme.com",
        "no-reply@acme.com",
        "do.not.reply@acme.com",
        "NoReply@gmail.com",
        "test@example.com",
        "jane@noemail.com",
        "x@y.test",
    ],
)
def test_role_and_placeholder_mailboxes_are_blocked_as_they_are_normalised(told):
    assert is_blocked("email", identifiers.email(told))


@pytest.mark.parametrize("told", ["anna@example.com", "info.smith@acme.com", "teamster@acme.com", "jane@latest.com"])
def test_people_are_not_blocked(told):
    assert not is_blocked("email", identifiers.email(told))


@pytest.mark.parametrize("value", ["crm:0", "x:none", "erp:00000000-0000-0000-0000-000000000000"])
def test_ids_that_stand_for_no_id_are_blocked(value):
    assert is_blocked("external", value)
