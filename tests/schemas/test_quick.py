"""The quick way loads like marshmallow itself: the same results, the same errors, for whatever is told."""

import copy
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import RAISE, Schema, ValidationError, fields, post_load

from schemas.fields import Text
from schemas.identifiers import email
from schemas.quick import OddError, Quick
from schemas.records import SCHEMAS, AddressSchema, OrderSchema, TombstoneSchema

TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=6) | st.sampled_from(
    [
        "",
        " ",
        "EUR",
        "DE",
        "eur",
        "2026-05-01T12:00:00Z",
        "2026-05-01",
        "1.50",
        "1_0",
        "NaN",
        "a\x00b",
        "\ud800",
        "placed",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(),
    st.decimals(),
    st.binary(max_size=3),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
    st.dates(),
    TEXTS,
)
HANDLES = st.fixed_dictionaries(
    {"kind": st.sampled_from(["email", "phone", "social", "handle", "external", "fax"])},
    optional={
        "value": TEXTS | st.sampled_from(["anna@example.com", "030 123456", "+49 30 123456"]),
        "platform": st.just("x"),
        "user_id": TEXTS,
        "handle": TEXTS,
        "source": st.just("crm"),
        "verified": st.booleans(),
        "label": TEXTS,
    },
)
# What belongs into a field, so that enough of what is told is right.
FITTING = {
    "external_id": st.sampled_from(["1", 7, " a "]),
    "updated_at": st.sampled_from(["2026-05-01T12:00:00+02:00", datetime(2026, 5, 1, tzinfo=UTC)]),
    "identifiers": st.lists(HANDLES, max_size=3),
    "contact_ids": st.lists(st.sampled_from(["1", "2", 3, None, ""]), max_size=3),
    "currency": st.sampled_from(["EUR", "USD"]),
    "total": st.sampled_from(["1.50", Decimal("-2"), 3, 0.1]),
    "quantity": st.sampled_from(["1", Decimal(2), 3]),
    "is_open": st.booleans(),
    "platform": st.just("x"),
    "birth_date": st.sampled_from(["1980-02-29", date(1980, 2, 29)]),
    "marketing_consent": st.sampled_from([True, False, "yes", 1]),
    "state": st.sampled_from(["placed", "draft"]),
    "owner": st.fixed_dictionaries({}, optional={"name": TEXTS, "email": SCALARS, "phone": SCALARS}),
    "address": st.dictionaries(st.sampled_from([*AddressSchema().fields, "planet"]), SCALARS, max_size=3),
    "deleted": st.just(True),
    "reason": st.sampled_from(["deleted", "merged"]),
}
PLAIN = st.none() | st.sampled_from(["", "Tea", " Täa\x00 ", "x\ud800"])
LINE = {"quantity": FITTING["quantity"], "unit_price": FITTING["total"], "name": PLAIN, "external_id": st.just("l1")}
LINES = st.lists(st.fixed_dictionaries({}, optional=LINE | {"weight": SCALARS, "sku": SCALARS}) | SCALARS, max_size=2)
PLAIN_LINES = st.lists(st.fixed_dictionaries(LINE), max_size=2)


def told_of(schema):
    """What might be told of a kind: wholly right, right but for a field or two, or anything."""
    plain = {name: PLAIN for name, field in schema.fields.items() if type(field) is Text}
    fitting = plain | {name: FITTING[name] for name in schema.fields if name in FITTING}
    required = {name: fitting.pop(name) for name, field in schema.fields.items() if field.required}
    fitting |= {"lines": PLAIN_LINES} if "lines" in schema.fields else {}
    right = st.fixed_dictionaries(required, optional=fitting)
    names = st.sampled_from([*schema.fields, "surprise"])
    odd = st.dictionaries(names, SCALARS | LINES, max_size=2)
    return right | st.builds(lambda one, other: one | other, right, odd) | st.dictionaries(names, SCALARS)


def outcome(load, told):
    try:
        return load(told)
    except ValidationError as error:
        return "errors", error.normalized_messages()


@pytest.mark.parametrize("kind", [*SCHEMAS, "tombstone"])
@given(data=st.data())
def test_it_loads_like_the_schema_itself(kind, data):
    schema = (SCHEMAS | {"tombstone": TombstoneSchema})[kind](region="DE")
    told = data.draw(told_of(schema))
    before = copy.deepcopy(told)
    quick, own = outcome(schema.quick.load, told), outcome(schema.load, told)
    assert repr(sorted_parts(quick)) == repr(sorted_parts(own))
    assert repr(told) == repr(before)


def sorted_parts(value):
    """Without the order of keys, which tells nothing; by repr, for which 1, True and 1.0 differ."""
    if isinstance(value, dict):
        return sorted((repr(name), sorted_parts(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return [sorted_parts(inner) for inner in value]
    return value


@pytest.mark.parametrize("told", [None, [], "text", {"external_id": None}, {}])
def test_what_is_no_record_gets_the_errors_of_the_schema(told):
    schema = OrderSchema()
    assert outcome(schema.quick.load, told) == outcome(schema.load, told)


def test_what_is_plainly_right_never_reaches_the_schema():
    told = {"external_id": "1", "currency": "EUR", "total": "1", "lines": [{"quantity": 1, "name": "Tea"}]}
    loaded = OrderSchema().quick.read(told)
    assert loaded["lines"] == [{"quantity": Decimal(1), "name": "Tea"}]


def test_defaults_are_not_shared_between_records():
    quick = OrderSchema().quick
    told = {"external_id": "1", "currency": "EUR", "total": "1"}
    quick.load(told)["lines"].append("mine")
    assert quick.load(told)["lines"] == []


def test_a_schema_with_work_of_its_own_to_do_does_it():
    class Doubled(Schema):
        class Meta:
            unknown = RAISE

        count = fields.Integer()

        @post_load
        def double(self, loaded, **kwargs):
            return {"count": loaded["count"] * 2}

    quick = Quick(Doubled())
    assert quick.load({"count": 2}) == {"count": 4}
    with pytest.raises(OddError):
        quick.read({"count": 2})


def test_a_field_under_another_name_is_left_to_the_schema():
    class Renamed(Schema):
        class Meta:
            unknown = RAISE

        count = fields.Integer(data_key="n")

    assert Quick(Renamed()).load({"n": 2}) == {"count": 2}


LOCALS = st.text("ab0._+-A@", min_size=1, max_size=8) | st.text("ab", min_size=60, max_size=70)
WRITTEN = """
    example.com EXAMPLE.com gmail.com GoogleMail.com localhost a.b a-.com -a.com a..com 1.2.3.4 ex--ample.com
    xn--bcher-kva.de XN--BCHER-KVA.de xn--a.de test a.test x.local a.invalid example.c example.123 a_b.com
"""
DOMAINS = st.sampled_from([*WRITTEN.split(), "b" * 63 + ".de", "b" * 64 + ".de"]) | st.text(
    "ab0-.", max_size=12
).filter(
    # The root of the domain names: we let go of it, the library refuses it.
    lambda domain: not domain.endswith(".")
)


@given(st.builds("{}@{}".format, LOCALS, DOMAINS))
def test_a_plain_address_is_read_as_the_library_reads_it(text):
    try:
        parsed = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        assert email(text) is None
        return
    local, domain = parsed.local_part.lower(), parsed.ascii_domain.lower()
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.partition("+")[0].replace(".", ""), "gmail.com"
    assert email(text) == (f"{local}@{domain}" if local else None)
