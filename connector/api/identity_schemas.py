"""The shapes of questions and answers about who is who."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from connector.api.schemas import Query, described
from connector.identity.held import BRAKE, UNDONE_IMPORT
from connector.identity.logbook import REPLACED, STANDS, TAKEN_BACK, WORDS
from connector.identity.pins import LINK, NEVER

# Source, kind and external id: contact ids may hold colons, names of sources and kinds don't.
KEY = validate.Regexp(r"^[^:\s]{1,64}:[a-z]{1,16}:.{1,255}$", error="Give source:kind:external_id (crm:contact:42).")
WHY = validate.Length(max=2000)
AGENT = validate.Length(1, 200)


def a_key(text: str) -> fields.String:
    return fields.String(required=True, validate=KEY, metadata=described(text))


class TwoQuery(Query):
    """Two records, by key: source:kind:external_id."""

    left = a_key("A record: source:kind:external_id, such as crm:contact:42.")
    right = a_key("Another one.")


class PinQuery(TwoQuery):
    """What is decided on two records."""

    what = fields.String(
        required=True,
        validate=validate.OneOf([LINK, NEVER]),
        metadata=described("link: they are one person; never: they never are."),
    )
    why = fields.String(load_default="", validate=WHY, metadata=described("Why, for whoever asks later."))
    agent = fields.String(validate=AGENT, metadata=described("Who of us decides; else it is only known which key."))


class PinsQuery(Query):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200), metadata=described("How many at most."))
    after = fields.String(metadata=described("Go on behind this: `next` of the page before."))


class DecisionsQuery(Query):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200), metadata=described("How many at most."))
    after = fields.String(
        validate=validate.Regexp(r"^[0-9]{1,18}$", error="Not the `next` of a page."),
        metadata=described("Go on behind this: `next` of the page before."),
    )
    record = fields.String(validate=KEY, metadata=described("Only what names this record: source:kind:external_id."))
    profile = fields.String(
        validate=validate.Regexp(r"^p_[0-9a-f]{20}$", error="Not the id of a profile."),
        metadata=described("Only what names a record of this profile; instead of `record`."),
    )

    @validates_schema
    def _names_one(self, asked: dict[str, Any], **_: Any) -> None:
        if {"record", "profile"} <= asked.keys():
            raise ValidationError("Give a record or a profile.", "profile")


class UnmergeQuery(Query):
    """Who leaves the profile."""

    records = fields.List(
        fields.String(validate=KEY),
        required=True,
        validate=validate.Length(1, 1000),
        metadata=described("The records that leave, by key; what stays must not be empty."),
    )
    why = fields.String(load_default="", validate=WHY, metadata=described("Why, for whoever asks later."))
    agent = fields.String(validate=AGENT, metadata=described("Who of us decides; else it is only known which key."))


class RecordKeySchema(Schema):
    """A source's record, by key."""

    key = fields.String(required=True, metadata=described("source:kind:external_id: what decisions take."))
    source = fields.String(required=True)
    kind = fields.String(required=True)
    external_id = fields.String(required=True)
    name = fields.String(allow_none=True, metadata=described("As it was compared; only of the profile's own records."))
    profile_id = fields.String(allow_none=True)


class PinSchema(Schema):
    """What a person decided on two records."""

    left = fields.Nested(RecordKeySchema, required=True)
    right = fields.Nested(RecordKeySchema, required=True)
    what = fields.String(required=True, validate=validate.OneOf([LINK, NEVER]))
    by = fields.String(required=True)
    at = fields.DateTime(allow_none=True, required=True)
    why = fields.String(required=True)


class SharedSchema(Schema):
    what = fields.String(required=True, metadata=described("What both have: e-mail address, phone number ..."))
    shown = fields.String(required=True)
    standing = fields.String(required=True, metadata=described("Whose it is, from all who hold it."))


class ComparedSchema(Schema):
    field = fields.String(required=True)
    left = fields.String(allow_none=True, required=True, metadata=described("As it was compared."))
    right = fields.String(allow_none=True, required=True)
    how = fields.String(required=True, metadata=described("How alike they are, in words."))
    agrees = fields.Boolean(allow_none=True, required=True, metadata=described("null: for neither."))


class HeldSchema(Schema):
    """What a link waits for that would join."""

    what = fields.String(required=True, validate=validate.OneOf([BRAKE, UNDONE_IMPORT]))
    source = fields.String(required=True, metadata=described("Whose brake is on, or whose import was undone."))
    decision = fields.Integer(
        allow_none=True, required=True, metadata=described("What undid the import: DELETE /v1/identity/imports/<it>.")
    )
    by = fields.String(required=True, metadata=described("Who did it; empty: a brake that came on by itself."))
    at = fields.DateTime(required=True)
    why = fields.String(required=True)


HELD_BY = described("What a held link waits for; empty: nothing any more, a worker is about to let it go.")


class IdentityLinkSchema(Schema):
    """Why two records are one person."""

    left = fields.Nested(RecordKeySchema, required=True)
    right = fields.Nested(RecordKeySchema, required=True)
    rule = fields.String(required=True, metadata=described("pinned: a person decided, and no rule does."))
    why = fields.String(required=True)
    tier = fields.String(
        required=True, metadata=described("confirmed: it joins; possible, held: it does not, or not yet.")
    )
    is_bridge = fields.Boolean(required=True, metadata=described("Without it the profile would be two."))
    shared = fields.List(fields.Nested(SharedSchema), required=True)
    compared = fields.List(fields.Nested(ComparedSchema), required=True)
    pin = fields.Nested(PinSchema, allow_none=True, required=True)
    held_by = fields.List(fields.Nested(HeldSchema), required=True, metadata=HELD_BY)


class SplitSchema(Schema):
    """What would be left of the profile."""

    without = fields.List(
        fields.Nested(RecordKeySchema), required=True, metadata=described("The ends of a link, or one record.")
    )
    parts = fields.List(fields.List(fields.Nested(RecordKeySchema)), required=True)


class ReasonSchema(Schema):
    """Why two are kept apart, and the records in which it shows."""

    rule = fields.String(required=True)
    why = fields.String(required=True)
    left = fields.Nested(RecordKeySchema, required=True)
    right = fields.Nested(RecordKeySchema, required=True)
    pin = fields.Nested(PinSchema, allow_none=True, required=True)
    held_by = fields.List(fields.Nested(HeldSchema), required=True, metadata=HELD_BY)


class BesideSchema(Schema):
    """Somebody else who may be the same person: what both share in words, and nothing of theirs."""

    profile_id = fields.String(allow_none=True, required=True)
    source = fields.String(required=True)
    record = fields.Nested(RecordKeySchema, required=True, metadata=described("The profile's own record."))
    tier = fields.String(required=True)
    why = fields.String(required=True)
    for_ = fields.List(fields.String(), required=True, data_key="for")
    against = fields.List(fields.String(), required=True)


class KeptApartSchema(Schema):
    """Somebody else to whom a link leads that joins nobody."""

    profile_id = fields.String(allow_none=True, required=True)
    source = fields.String(required=True)
    record = fields.Nested(RecordKeySchema, allow_none=True, required=True)
    rule = fields.String(required=True)
    why = fields.String(required=True)


class UnmergeSchema(Schema):
    """Records that left the profile, and may come back in one call."""

    id = fields.Integer(required=True)
    records = fields.List(fields.Nested(RecordKeySchema), required=True)
    by = fields.String(required=True)
    at = fields.DateTime(required=True)
    why = fields.String(required=True)


class GuestSchema(Schema):
    """Orders (deals, tickets, posts) without a contact that are one guest's; the first one stands for all of them."""

    record = fields.Nested(RecordKeySchema, required=True)
    records = fields.Integer(required=True, metadata=described("How many there are, with it."))
    why = fields.String(required=True)


class ProfileIdentitySchema(Schema):
    """Why a profile's records are one person."""

    profile_id = fields.String(required=True)
    records = fields.List(fields.Nested(RecordKeySchema), required=True)
    links = fields.List(fields.Nested(IdentityLinkSchema), required=True, metadata=described("The strongest first."))
    bridges = fields.List(fields.Nested(SplitSchema), required=True, metadata=described("Links that alone hold it."))
    hinges = fields.List(fields.Nested(SplitSchema), required=True, metadata=described("Records that alone hold it."))
    may_also_be = fields.List(fields.Nested(BesideSchema), required=True)
    kept_apart = fields.List(fields.Nested(KeptApartSchema), required=True)
    pins = fields.List(fields.Nested(PinSchema), required=True, metadata=described("Decisions on its records."))
    unmerges = fields.List(fields.Nested(UnmergeSchema), required=True)
    guests = fields.List(
        fields.Nested(GuestSchema), required=True, metadata=described("Told above by one of their records.")
    )


class GroupSchema(Schema):
    name = fields.String(required=True)
    bits = fields.Float(required=True)


class WeightSchema(Schema):
    """What their evidence weighs. Without a rule it takes `needed` bits from `needed_groups` groups."""

    bits = fields.Float(required=True)
    needed = fields.Float(required=True)
    groups = fields.List(fields.Nested(GroupSchema), required=True)
    needed_groups = fields.Integer(required=True)


class TwoSchema(Schema):
    """Whether and why two records are one person."""

    left = fields.Nested(RecordKeySchema, required=True)
    right = fields.Nested(RecordKeySchema, required=True)
    is_one = fields.Boolean(required=True)
    chain = fields.List(
        fields.Nested(IdentityLinkSchema), required=True, metadata=described("The links from one to the other.")
    )
    link = fields.Nested(IdentityLinkSchema, allow_none=True, required=True, metadata=described("Of these very two."))
    shared = fields.List(fields.Nested(SharedSchema), required=True)
    compared = fields.List(fields.Nested(ComparedSchema), required=True)
    weight = fields.Nested(WeightSchema, required=True)
    against = fields.List(fields.Nested(ReasonSchema), required=True)
    would = fields.List(
        fields.String(), required=True, metadata=described("Each of these alone would make one of two, or two of one.")
    )


class PinsSchema(Schema):
    pins = fields.List(fields.Nested(PinSchema), required=True)
    next = fields.String(allow_none=True, required=True, metadata=described("`after` of the next page; null: no more."))


class DecisionSchema(Schema):
    """Something that was decided on who is who."""

    id = fields.Integer(required=True)
    what = fields.String(required=True, validate=validate.OneOf(list(WORDS)))
    told = fields.String(required=True, metadata=described("The same in words."))
    records = fields.List(fields.Nested(RecordKeySchema), required=True, metadata=described("On which; may be none."))
    source = fields.String(allow_none=True, required=True, metadata=described("On which, where it is a whole one."))
    by = fields.String(required=True)
    at = fields.DateTime(required=True)
    why = fields.String(required=True)
    state = fields.String(
        allow_none=True,
        required=True,
        validate=validate.OneOf([STANDS, TAKEN_BACK, REPLACED]),
        metadata=described("replaced: by a later decision on the same two; null: it is nothing that stands."),
    )
    undone_by = fields.Integer(allow_none=True, required=True, metadata=described("The decision that took it back."))
    undoes = fields.Integer(allow_none=True, required=True, metadata=described("The decision that it takes back."))


class DecisionsSchema(Schema):
    decisions = fields.List(fields.Nested(DecisionSchema), required=True)
    next = fields.String(allow_none=True, required=True, metadata=described("`after` of the next page; null: no more."))


class ProfileOfSchema(Schema):
    """A profile as it is now, and those of the named records that it has."""

    profile_id = fields.String(required=True)
    records = fields.List(fields.Nested(RecordKeySchema), required=True)


class DecidedSchema(Schema):
    """The profiles of the records on which was decided."""

    profiles = fields.List(fields.Nested(ProfileOfSchema), required=True)


class PairSchema(Schema):
    left = fields.Nested(RecordKeySchema, required=True)
    right = fields.Nested(RecordKeySchema, required=True)


class PartedSchema(DecidedSchema):
    """What left (or came back); `id` of an unmerge takes it back."""

    id = fields.Integer(required=True)
    never = fields.List(
        fields.Nested(PairSchema), required=True, metadata=described("The pairs that were decided to be two people.")
    )
