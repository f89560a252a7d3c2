"""Records: what is unknown or wrong is refused by name, and no error holds a value."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from marshmallow import ValidationError

from schemas.records import SCHEMAS, TombstoneSchema, load

SECRET = "s3cret-value"

# The least that each kind must be told.
LEAST = {
    "contact": {},
    "company": {},
    "order": {"currency": "EUR", "total": "1.50"},
    "deal": {},
    "ticket": {"is_open": True},
    "mention": {"platform": "x"},
    "product": {},
}


def loaded(kind, **told):
    told = {"external_id": "1", **LEAST[kind], **told}
    schema = SCHEMAS[kind](region="GB")
    return load(told, source="crm", stream="s", schema=schema, tombstone=TombstoneSchema(region="GB"), raw={})


def refused(kind, **told) -> dict:
    with pytest.raises(ValidationError) as error:
        loaded(kind, **told)
    assert SECRET not in str(error.value.normalized_messages())
    return error.value.normalized_messages()


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_least_is_enough_and_its_lack_is_named(kind):
    assert loaded(kind).key == ("crm", kind, "1")
    for name in LEAST[kind]:
        told = {"external_id": "1", **LEAST[kind]}
        del told[name]
        with pytest.raises(ValidationError) as error:
            SCHEMAS[kind]().load(told)
        assert list(error.value.normalized_messages()) == [name]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_an_unknown_field_is_refused(kind):
    assert refused(kind, shoe_size=SECRET) == {"shoe_size": ["Unknown field."]}


@pytest.mark.parametrize(
    "kind, name, value",
    [
        ("contact", "external_id", ""),
        ("contact", "external_id", 1.5),
        ("contact", "external_id", "\x00" + SECRET),
        ("contact", "external_id", True),
        ("contact", "updated_at", SECRET),
        ("contact", "updated_at", "2026-01-01T00:00:00"),
        ("contact", "updated_at", "0001-01-01T00:00:00+10:00"),
        ("contact", "birth_date", SECRET),
        ("contact", "name", [SECRET]),
        ("contact", "marketing_consent", SECRET),
        ("contact", "address", {"country": SECRET}),
        ("contact", "address", {"planet": SECRET}),
        ("contact", "identifiers", SECRET),
        ("contact", "identifiers", [{"kind": "social", "user_id": SECRET}]),
        ("order", "currency", SECRET),
        ("order", "currency", "EUR\n"),
        ("order", "total", SECRET),
        ("order", "total", "NaN"),
        ("order", "total", "1_000"),
        ("order", "total", "1e999"),
        ("order", "state", SECRET),
        ("order", "lines", [{"quantity": SECRET}]),
        ("order", "lines", [{}]),
        ("ticket", "is_open", SECRET),
        ("deal", "amount", {"value": SECRET}),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(kind, name, value):
    assert list(refused(kind, **{name: value})) == [name]


@pytest.mark.parametrize(
    "told, expected",
    [
        ("2026-01-01T12:00:00Z", datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ("2026-01-01T12:00:00.123456+02:00", datetime(2026, 1, 1, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2026-01-01T12:00:00.000+0000", datetime(2026, 1, 1, 12, tzinfo=UTC)),
    ],
)
def test_times_become_utc(told, expected):
    assert loaded("contact", updated_at=told).updated_at == expected


def test_money_is_exact_and_days_are_days():
    assert loaded("order", total=0.1).body["total"] == Decimal("0.1")
    assert loaded("contact", birth_date="1990-01-02T00:00:00Z").body["birth_date"] == date(1990, 1, 2)


def test_a_local_number_is_read_where_the_contact_lives_else_where_the_source_is():
    told = [{"kind": "phone", "value": "030 901820"}]
    (here,) = loaded("contact", identifiers=told, address={"country": "DE"}).identifiers
    (elsewhere,) = loaded("contact", identifiers=[{"kind": "phone", "value": "020 7946 0018"}]).identifiers
    assert (here.value, elsewhere.value) == ("+4930901820", "+442079460018")


def test_spellings_of_one_handle_are_one_and_a_social_id_brings_its_handle():
    mails = [{"kind": "email", "value": "A@example.com"}, {"kind": "email", "value": "a@EXAMPLE.com"}]
    account = {"kind": "social", "platform": "x", "user_id": "7", "handle": "AnnaB"}
    made = loaded("contact", identifiers=[*mails, account]).identifiers
    assert [(one.kind, one.value) for one in made] == [
        ("email", "a@example.com"),
        ("social", "x:7"),
        ("handle", "x:annab"),
    ]


def test_text_that_no_database_holds_is_mended():
    assert loaded("contact", name="An\x00na\ud800").body["name"] == "Anna?"


def test_a_tombstone_keeps_its_kind_and_names_its_winner():
    gone = loaded_tombstone(reason="merged", merged_into="2")
    assert (gone.kind, gone.deleted, gone.merged_into, gone.body) == ("contact", True, "2", {})


@pytest.mark.parametrize("told", [{"reason": "merged"}, {"merged_into": "1"}])
def test_a_merge_without_another_record_is_refused(told):
    with pytest.raises(ValidationError) as error:
        loaded_tombstone(**told)
    assert list(error.value.normalized_messages()) == ["merged_into"]


def loaded_tombstone(**told):
    told = {"external_id": "1", "deleted": True, **told}
    return load(told, source="crm", stream="s", schema=SCHEMAS["contact"](), tombstone=TombstoneSchema(), raw={})
