import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.recommendations.consent import NOT_ASKED, OBJECTED, may_be_scored, why_not

CONTACTS = st.lists(st.sampled_from([{"marketing_consent": told} for told in (True, False, None)] + [{}]))


@given(CONTACTS, st.sampled_from(["objection", "required"]))
def test_an_objection_in_any_linked_record_counts_for_the_whole_person(contacts, rule):
    assert not may_be_scored([*contacts, {"marketing_consent": False}], rule)
    assert why_not([{"marketing_consent": False}, *contacts], rule) == OBJECTED


@given(CONTACTS)
def test_what_is_required_is_never_laxer_than_what_is_not(contacts):
    assert not may_be_scored(contacts, "required") or may_be_scored(contacts, "objection")


@pytest.mark.parametrize("contacts", [[], [{}], [{"marketing_consent": None}, {}]])
def test_where_nobody_was_asked_the_setting_decides(contacts):
    assert may_be_scored(contacts)
    assert why_not(contacts, "required") == NOT_ASKED


def test_one_agreement_is_enough_where_nobody_objected():
    assert may_be_scored([{}, {"marketing_consent": True}], "required")
