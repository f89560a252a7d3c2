"""The profile as it is served, and the parts of it: how the API describes it.

Documents are built once and go out as bytes, so these schemas describe and check them and
are not used to write them. Times are ISO 8601 with Z, money is text.
"""

from typing import Any

from marshmallow import Schema, fields, validate


def said(text: str) -> dict[str, str]:
    return {"description": text}


def a_time(text: str = "") -> fields.DateTime:
    return fields.DateTime(required=True, allow_none=True, metadata=said(text))


def a_text(text: str = "", **more: Any) -> fields.String:
    return fields.String(**{"required": True, "allow_none": True, "metadata": said(text), **more})


def a_count(text: str = "") -> fields.Integer:
    return fields.Integer(required=True, metadata=said(text))


def a_list(schema: type[Schema], text: str = "") -> fields.List:
    return fields.List(fields.Nested(schema), required=True, metadata=said(text))


class ValueSchema(Schema):
    """What one source says."""

    value = fields.Raw(required=True)
    source = fields.String(required=True)
    external_id = fields.String(required=True)
    seen_at = a_time("When we last saw that record change.")


class ClaimSchema(ValueSchema):
    """The value that is shown, where it is from, which rule let it win, and what it beat."""

    rule = fields.String(required=True)
    beat = a_list(ValueSchema)


class ProfileIdentifierSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(["email", "phone", "social", "handle", "external"]))
    value = a_text("Normalised: equal for every spelling.")
    shown = a_text("As a source wrote it.")
    label = a_text()
    verified = fields.Boolean(required=True, metadata=said("A source vouches for it."))
    valid = fields.Boolean(required=True, metadata=said("False: it could not be read, and matches nothing."))
    sources = fields.List(fields.String(), required=True)


class PlaceSchema(Schema):
    """By what its source knows it, and where a person can look at it."""

    source = fields.String(required=True)
    external_id = fields.String(required=True)
    url = a_text()


class ContactRecordSchema(PlaceSchema):
    """A contact that the profile is made of."""

    kind = fields.String(required=True)
    name = a_text()
    updated_at = a_time("The source's time of its last change.")
    seen_at = a_time("When we last saw it change.")


class EndSchema(Schema):
    source = fields.String(required=True)
    external_id = fields.String(required=True)


class EvidenceSchema(Schema):
    kind = a_text()
    shown = a_text()


class LinkSchema(Schema):
    """Why two records are one person."""

    left = fields.Nested(EndSchema, required=True)
    right = fields.Nested(EndSchema, required=True)
    rule = fields.String(required=True)
    why = fields.String(required=True)
    evidence = fields.Nested(EvidenceSchema, required=True)


class PossibleSchema(Schema):
    """Another profile that may be the same person; nobody is sure enough to say so. Nothing of theirs but the id."""

    profile_id = fields.String(required=True)
    agrees = fields.List(
        fields.String(), required=True, metadata=said("What both say alike, by kind: name, birth date, home ...")
    )
    why = fields.String(required=True, metadata=said("The same in a sentence."))


class TotalSchema(Schema):
    """The money of one currency. Net is gross without what was refunded."""

    currency = fields.String(required=True)
    net = fields.String(required=True)
    gross = fields.String(required=True)
    refunded = fields.String(required=True)
    count = a_count("Sales; refunds are not counted.")


class MonthSchema(Schema):
    month = fields.String(required=True, metadata=said("2026-04"))
    currency = fields.String(required=True)
    net = fields.String(required=True)
    count = a_count()


class OrderLineSchema(Schema):
    name = a_text()
    quantity = fields.String(required=True)
    total = a_text()


class RecentOrderSchema(PlaceSchema):
    number = a_text()
    placed_at = a_time()
    state = a_text()
    is_refund = fields.Boolean(required=True)
    currency = fields.String(required=True)
    total = fields.String(required=True)
    lines = a_list(OrderLineSchema, "The first few.")
    line_count = a_count()


class OrdersSchema(Schema):
    """What was bought and came back. Drafts are left out; a cancelled order's money does not count."""

    count = a_count("Sales.")
    refund_count = a_count()
    cancelled_count = a_count()
    totals = a_list(TotalSchema, "Per currency; currencies are never added.")
    first_at = a_time()
    last_at = a_time()
    months = a_list(MonthSchema, "The newest twelve months with orders.")
    recent = a_list(RecentOrderSchema)


class ExpectedSchema(Schema):
    currency = fields.String(required=True)
    amount = fields.String(required=True)


class RecentDealSchema(PlaceSchema):
    name = a_text()
    stage = a_text()
    amount = a_text()
    currency = a_text()
    is_closed = fields.Boolean(required=True)
    is_won = fields.Boolean(required=True)
    closes_at = a_time()


class DealsSchema(Schema):
    count = a_count()
    open_count = a_count()
    won_count = a_count()
    expected = a_list(ExpectedSchema, "What open deals may bring, per currency.")
    recent = a_list(RecentDealSchema)


class RecentTicketSchema(PlaceSchema):
    number = a_text()
    subject = a_text()
    status = a_text()
    is_open = fields.Boolean(required=True)
    priority = a_text()
    opened_at = a_time()
    closed_at = a_time()


class TicketsSchema(Schema):
    count = a_count()
    open_count = a_count()
    recent = a_list(RecentTicketSchema)


class RecentMentionSchema(PlaceSchema):
    platform = a_text()
    text = a_text()
    posted_at = a_time()
    author_handle = a_text()
    answered = fields.Boolean(required=True)


class MentionsSchema(Schema):
    count = a_count()
    unanswered_count = a_count()
    recent = a_list(RecentMentionSchema)


class OpenSchema(PlaceSchema):
    """Something that waits."""

    kind = fields.String(required=True, validate=validate.OneOf(["ticket", "mention", "deal"]))
    title = a_text()
    since = a_time()
    basis = fields.String(required=True, metadata=said("opened; or last change, when the source tells no beginning."))


class CompanySummarySchema(PlaceSchema):
    name = a_text()
    domain = a_text()
    industry = a_text()


class ColleagueSchema(Schema):
    """Somebody of ours to involve."""

    name = a_text()
    email = a_text()
    why = fields.String(required=True)


class HintEvidenceSchema(EndSchema):
    """An order that a hint rests on."""

    number = a_text()


class HintSchema(Schema):
    """One product that the customer may need next."""

    id = fields.String(required=True, metadata=said("By what an answer names it; see the outcome of a hint."))
    product_id = fields.String(required=True, metadata=said("The product's sku, else its id, else its name."))
    name = a_text()
    score = fields.Float(required=True, metadata=said("Ranks the hints of one list; no more than that."))
    likelihood = fields.Float(required=True, metadata=said("That it is in the next order: 0 to 1."))
    reason = a_text("Why, in words with the numbers behind them.")
    kind = a_text("Of the reason that weighs most: `bought`, `rhythm`, `similar_customers` ...")
    evidence = a_list(HintEvidenceSchema, "The orders that it rests on, the newest first.")
    due_on = fields.Date(
        required=True, allow_none=True, metadata=said("When the next purchase falls due; null: no rhythm is known.")
    )
    model = fields.String(required=True, metadata=said("The version of the model that says so."))


class WithheldSchema(Schema):
    """What is not suggested, and why."""

    rule = fields.String(required=True, metadata=said("The rule's name; see docs/recommendations.md."))
    why = fields.String(required=True, metadata=said("In words, as the agent may hear them."))
    product = a_text("The `product_id` of the hint. Null: the rule withholds every hint.")
    name = a_text("The product's.")
    until = a_time("When it ends by itself; null: with its cause, or never.")


class LikelihoodSchema(Schema):
    """Whether the customer orders again (the first of the list), and what their orders are worth, per currency."""

    currency = a_text("Of the values; null: it is about orders, whatever their currency.")
    text = fields.String(required=True)
    basis = fields.String(required=True, metadata=said("What it rests on."))
    weeks = fields.Integer(required=True, metadata=said("How far it looks ahead."))
    as_of = fields.Date(required=True, metadata=said("The day of the fit."))
    model = fields.String(required=True)
    probability = fields.Float(allow_none=True, metadata=said("Of an order within `weeks`: 0 to 1."))
    alive = fields.Float(allow_none=True, metadata=said("Of still being a customer: 0 to 1."))
    expected_orders = fields.Float(allow_none=True)
    orders = fields.Integer(metadata=said("How many it counts."))
    order_value = fields.String(allow_none=True, metadata=said("Expected of one order."))
    expected_value = fields.String(allow_none=True, metadata=said("Expected of all within `weeks`."))


class RecommendationsSchema(Schema):
    """What the customer may need next, and why something is not suggested."""

    due = a_list(HintSchema, "Bought before, and bought again soon: three at most.")
    may_like = a_list(HintSchema, "Never bought: three at most.")
    withheld = a_list(WithheldSchema)
    note = a_text("What the lists do not know, or why there is nothing on them.")
    likelihood = a_list(LikelihoodSchema)
    model = a_text("The version of the model; null: there is none.")
    held_out = fields.Integer(
        metadata=said("The customer is shown no hints, so that their effect can be measured: how many there would be.")
    )


class ProfileSchema(Schema):
    """One person as all sources together know them. Lists hold the newest few; counts tell of the rest."""

    id = fields.String(required=True)
    built_at = a_time()
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(ClaimSchema),
        required=True,
        data_key="fields",
        attribute="fields",
        metadata=said("name, company, job_title, birth_date, language, address, marketing_consent, owner."),
    )
    identifiers = a_list(ProfileIdentifierSchema)
    records = a_list(ContactRecordSchema, "Who this is: the linked contacts.")
    record_count = a_count()
    links = a_list(LinkSchema, "Why we think so.")
    link_count = a_count()
    may_also_be = a_list(PossibleSchema, "Whom this may also be, the surest first; five at most.")
    may_also_be_count = a_count("How many there are.")
    orders = fields.Nested(OrdersSchema, required=True)
    deals = fields.Nested(DealsSchema, required=True)
    tickets = fields.Nested(TicketsSchema, required=True)
    mentions = fields.Nested(MentionsSchema, required=True)
    open = a_list(OpenSchema, "What waits, the oldest first.")
    companies = a_list(CompanySummarySchema)
    involve = a_list(ColleagueSchema, "Whom of ours to involve.")
    recommendations = fields.Nested(RecommendationsSchema, required=True)
