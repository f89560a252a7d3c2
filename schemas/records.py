"""Records: one source's latest word on one thing, in the language that all sources share.

A schema per kind. Unknown fields are refused here, at our border; what a source
says beyond them stays in the raw item, which is kept beside the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from schemas.fields import COUNTRY, CURRENCY, LANGUAGE, SHARE, Amount, Day, Id, Identifiers, Text, Time
from schemas.identifiers import Identifier
from schemas.quick import Quick


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a source says of one thing. Its key is (source, kind, external_id), its version `updated_at`.

    `body` holds the fields of its kind's schema, typed (aware datetimes, Decimals), without those below.
    `deleted` makes it a tombstone: the thing is gone, or was merged into `merged_into` (an id of the same kind).
    `contact_ids` are the contacts of the same source whom an order, ticket, deal or mention is about.
    `happened_at` is when it took place, for the timeline. `raw` is the source's item as it came.
    """

    source: str
    stream: str
    kind: str
    external_id: str
    updated_at: datetime | None = None
    happened_at: datetime | None = None
    deleted: bool = False
    reason: str | None = None
    merged_into: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    contact_ids: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.source, self.kind, self.external_id


class Strict(Schema):
    """What unknown fields get: a refusal."""

    class Meta:
        unknown = RAISE


class AddressSchema(Strict):
    street = Text(allow_none=True)
    city = Text(allow_none=True)
    region = Text(allow_none=True)
    postcode = Text(allow_none=True)
    country = fields.String(allow_none=True, validate=COUNTRY)


class OwnerSchema(Strict):
    """The colleague who looks after it in that source."""

    external_id = Id(allow_none=True)
    name = Text(allow_none=True)
    email = Text(allow_none=True)


class RecordSchema(Strict):
    """What every kind has. `region` (ISO 3166 alpha-2) is where a source's local phone numbers are dialled."""

    kind: ClassVar[str]
    # The field that says when the thing took place.
    moment: ClassVar[str] = "created_at"

    external_id = Id(required=True)
    updated_at = Time(allow_none=True)
    created_at = Time(allow_none=True)
    identifiers = Identifiers(load_default=())
    contact_ids = fields.List(Id(), load_default=list)
    company_id = Id(allow_none=True)
    owner = fields.Nested(OwnerSchema, allow_none=True)
    url = Text(allow_none=True)

    def __init__(self, *, region: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.region = region
        self.quick = Quick(self)


class TombstoneSchema(RecordSchema):
    """A record that says the thing is gone."""

    kind = "tombstone"

    deleted = fields.Boolean(required=True, validate=validate.Equal(True))
    reason = fields.String(load_default="deleted", validate=validate.OneOf(["deleted", "erased", "merged"]))
    merged_into = Id(allow_none=True)

    @validates_schema
    def merges_have_a_winner(self, given: Mapping[str, Any], **kwargs: Any) -> None:
        if given.get("reason") == "merged" and not given.get("merged_into"):
            raise ValidationError("A merged record names the one it was merged into.", "merged_into")
        if given.get("merged_into") == given.get("external_id"):
            raise ValidationError("A record is not merged into itself.", "merged_into")


class ContactSchema(RecordSchema):
    """A person, as one source knows them.

    Ids in other systems are identifiers of kind external; `merged_from` are ids of the
    same source that it merged into this contact.
    """

    kind = "contact"

    name = Text(allow_none=True)
    given_name = Text(allow_none=True)
    family_name = Text(allow_none=True)
    suffix = Text(allow_none=True)
    company_name = Text(allow_none=True)
    job_title = Text(allow_none=True)
    birth_date = Day(allow_none=True)
    national_id = Text(allow_none=True)
    address = fields.Nested(AddressSchema, allow_none=True)
    language = Text(allow_none=True)
    description = Text(allow_none=True)
    marketing_consent = fields.Boolean(allow_none=True)
    merged_from = fields.List(Id(), load_default=list)


class CompanySchema(RecordSchema):
    kind = "company"

    name = Text(allow_none=True)
    domain = Text(allow_none=True)
    industry = Text(allow_none=True)
    address = fields.Nested(AddressSchema, allow_none=True)


class LineSchema(Strict):
    """One line of an order. `total` is what was charged for the line, discounts included; negative for a refund."""

    external_id = Id(allow_none=True)
    product_id = Id(allow_none=True)
    sku = Text(allow_none=True)
    name = Text(allow_none=True)
    quantity = Amount(required=True)
    unit_price = Amount(allow_none=True)
    total = Amount(allow_none=True)


class OrderSchema(RecordSchema):
    """A purchase, or the refund of one (`is_refund`: its total is negative or zero)."""

    kind = "order"
    moment = "placed_at"

    number = Text(allow_none=True)
    placed_at = Time(allow_none=True)
    status = Text(allow_none=True)
    state = fields.String(
        load_default="placed", validate=validate.OneOf(["draft", "placed", "fulfilled", "cancelled", "refunded"])
    )
    is_refund = fields.Boolean(load_default=False)
    currency = fields.String(required=True, validate=CURRENCY)
    total = Amount(required=True)
    lines = fields.List(fields.Nested(LineSchema), load_default=list)


class DealSchema(RecordSchema):
    """A sale in the pipeline; money is expected, not received."""

    kind = "deal"

    name = Text(allow_none=True)
    stage = Text(allow_none=True)
    amount = Amount(allow_none=True)
    currency = fields.String(allow_none=True, validate=CURRENCY)
    is_closed = fields.Boolean(load_default=False)
    is_won = fields.Boolean(load_default=False)
    closes_at = Time(allow_none=True)


class TicketSchema(RecordSchema):
    """Something that a person waits for. `type` is the source's own word (complaint, question, PRODUCT_ISSUE).

    `satisfaction` is what they said of how it went, whatever the source's scale: 0 is the worst, 1 the best.
    """

    kind = "ticket"
    moment = "opened_at"

    number = Text(allow_none=True)
    subject = Text(allow_none=True)
    text = Text(allow_none=True)
    status = Text(allow_none=True)
    is_open = fields.Boolean(required=True)
    type = Text(allow_none=True)
    priority = Text(allow_none=True)
    channel = Text(allow_none=True)
    opened_at = Time(allow_none=True)
    closed_at = Time(allow_none=True)
    satisfaction = Amount(allow_none=True, validate=SHARE)
    rated_at = Time(allow_none=True)


class MentionSchema(RecordSchema):
    """A public post that names the brand, or (`is_ours`) the brand's own reply to one.

    `language` is an ISO 639-1 code, `sentiment` the source's own judgement where it makes one.
    """

    kind = "mention"
    moment = "posted_at"

    platform = fields.String(required=True)
    text = Text(allow_none=True)
    language = fields.String(allow_none=True, validate=LANGUAGE)
    sentiment = fields.String(allow_none=True, validate=validate.OneOf(["negative", "neutral", "positive"]))
    posted_at = Time(allow_none=True)
    author_handle = Text(allow_none=True)
    conversation_id = Id(allow_none=True)
    in_reply_to = Id(allow_none=True)
    is_ours = fields.Boolean(load_default=False)


class ProductSchema(RecordSchema):
    """Something on sale. `cost` is what one costs the company, in the currency of `price`.

    `is_available`: it can be had now; `is_withdrawn`: it won't be had again; `is_durable`: who has one needs no other.
    """

    kind = "product"

    name = Text(allow_none=True)
    sku = Text(allow_none=True)
    category = Text(allow_none=True)
    price = Amount(allow_none=True)
    cost = Amount(allow_none=True)
    currency = fields.String(allow_none=True, validate=CURRENCY)
    is_available = fields.Boolean(allow_none=True)
    is_withdrawn = fields.Boolean(allow_none=True)
    is_durable = fields.Boolean(allow_none=True)


SCHEMAS: Mapping[str, type[RecordSchema]] = {
    schema.kind: schema
    for schema in (
        ContactSchema,
        CompanySchema,
        OrderSchema,
        DealSchema,
        TicketSchema,
        MentionSchema,
        ProductSchema,
    )
}

# Fields that Record holds by itself and its body does not repeat.
ENVELOPE = ("external_id", "updated_at", "deleted", "reason", "merged_into", "identifiers", "contact_ids")


def load(
    told: Mapping[str, Any],
    *,
    source: str,
    stream: str,
    schema: RecordSchema,
    tombstone: TombstoneSchema,
    raw: Mapping[str, Any],
) -> Record:
    """What `translate` told, as a Record. Raises marshmallow's ValidationError, which names every wrong field."""
    loaded = (tombstone if told.get("deleted") else schema).quick.load(told)
    body = {name: value for name, value in loaded.items() if name not in ENVELOPE}
    return Record(
        source=source,
        stream=stream,
        kind=schema.kind,
        external_id=loaded["external_id"],
        updated_at=loaded.get("updated_at"),
        happened_at=loaded.get(schema.moment) or loaded.get("created_at"),
        deleted=loaded.get("deleted", False),
        reason=loaded.get("reason"),
        merged_into=loaded.get("merged_into"),
        identifiers=loaded["identifiers"],
        contact_ids=tuple(dict.fromkeys(loaded["contact_ids"])),
        body=body,
        raw=raw,
    )
