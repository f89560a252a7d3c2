"""What the API says of possible matches and alarms, and takes for them."""

from marshmallow import Schema, fields, validate

from connector.api.schemas import Query, described


class ReviewQuery(Query):
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 50))
    after = fields.String(metadata=described("The `next` of the page before."))


class SideSchema(Schema):
    """One of two that may be one person."""

    key = fields.String(required=True, metadata=described("The record: what decisions take."))
    profile_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    company = fields.String(required=True, allow_none=True)
    sources = fields.List(fields.String(), required=True)
    orders = fields.Integer(required=True)
    open_tickets = fields.Integer(required=True)
    last_order_at = fields.String(required=True, allow_none=True)


class RowSchema(Schema):
    """A field of both."""

    field = fields.String(required=True)
    left = fields.String(required=True, allow_none=True)
    right = fields.String(required=True, allow_none=True)
    how = fields.String(required=True)
    agrees = fields.Boolean(
        required=True, allow_none=True, metadata=described("Speaks for or against one person; null: says nothing.")
    )


class CaseSchema(Schema):
    """A possible match. Decide with POST /v1/identity/pins on the two keys."""

    left = fields.Nested(SideSchema, required=True)
    right = fields.Nested(SideSchema, required=True)
    why = fields.String(required=True)
    rows = fields.List(fields.Nested(RowSchema), required=True)
    certainty = fields.Float(required=True, metadata=described("0 to 1."))
    worth = fields.Integer(required=True, metadata=described("Points that order the queue, and say nothing else."))
    by_rule = fields.Boolean(required=True, metadata=described("False: only the suggester thinks so."))
    probability = fields.Float(required=True, allow_none=True, metadata=described("Of the suggester."))


class ReviewSchema(Schema):
    items = fields.List(fields.Nested(CaseSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class LargeSchema(Schema):
    profile_id = fields.String(required=True)
    records = fields.Integer(required=True)


class BridgedSchema(LargeSchema):
    parts = fields.List(fields.Integer(), required=True, metadata=described("Records on either side of the link."))
    rule = fields.String(required=True)


class GenericSchema(Schema):
    kind = fields.String(required=True, metadata=described("e-mail address, phone number ..."))
    standing = fields.String(required=True)
    record = fields.String(required=True, metadata=described("A record that holds it."))
    source = fields.String(required=True)
    at = fields.DateTime(required=True)


class MergeRateSchema(Schema):
    """How often a source's records join people who were apart."""

    source = fields.String(required=True)
    recent = fields.Float(required=True)
    recent_records = fields.Integer(required=True)
    usual = fields.Float(required=True)
    usual_records = fields.Integer(required=True)
    held = fields.Integer(required=True, metadata=described("Its links that wait."))
    brake = fields.DateTime(required=True, allow_none=True, metadata=described("Since when its new links wait."))
    why = fields.String(required=True)


class AlarmsSchema(Schema):
    told = fields.List(fields.String(), required=True, metadata=described("What to look at, a sentence each."))
    counted_at = fields.DateTime(required=True, allow_none=True)
    largest = fields.List(fields.Nested(LargeSchema), required=True)
    bridged_count = fields.Integer(required=True)
    bridged = fields.List(fields.Nested(BridgedSchema), required=True)
    generic_count = fields.Integer(required=True)
    generic = fields.List(fields.Nested(GenericSchema), required=True)
    rates = fields.List(fields.Nested(MergeRateSchema), required=True)
    reviews = fields.Integer(required=True)
    rules = fields.String(
        required=True,
        metadata=described("What is in force: strict, standard, balanced, or the name of a file's rules."),
    )


class WhySchema(Schema):
    why = fields.String(load_default="", validate=validate.Length(max=1000))


class ReleasedSchema(Schema):
    source = fields.String(required=True)
    released = fields.Boolean(required=True, metadata=described("False: nothing held it."))


class UndoImportSchema(Schema):
    source = fields.String(required=True)
    since = fields.AwareDateTime(required=True, metadata=described("The first moment of the import."))
    until = fields.AwareDateTime(required=True, metadata=described("Its last moment."))
    why = fields.String(load_default="", validate=validate.Length(max=1000))


class UndoingSchema(Schema):
    """How far the undoing of an import is."""

    decision = fields.Integer(required=True, metadata=described("What takes it back."))
    source = fields.String(required=True)
    since = fields.DateTime(required=True)
    until = fields.DateTime(required=True)
    by = fields.String(required=True)
    at = fields.DateTime(required=True)
    why = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("running", "done", "taking_back", "taken_back")))
    links = fields.Integer(required=True, metadata=described("How many links it holds by now."))
