"""The shapes of questions and answers: the former are read with them, both are described by them."""

from marshmallow import RAISE, Schema, fields, validate

from schemas.profile import ProfileSchema

STATES = ("never", "ok", "running", "partial", "failed", "stale", "unknown")


def described(text: str) -> dict[str, str]:
    return {"description": text}


class Query(Schema):
    """Parameters of a request; unknown ones are refused."""

    class Meta:
        unknown = RAISE


class EventsQuery(Query):
    last_event_id = fields.String(
        validate=validate.Regexp(r"^\d{1,19}(-\d{1,19})?$"),
        metadata=described("Resume behind this event; the header Last-Event-ID says the same."),
    )


class FreshSchema(Schema):
    """How fresh one source's word is."""

    source = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    last_success = fields.DateTime(allow_none=True, metadata=described("When it was last read to its end."))
    lag_seconds = fields.Float(allow_none=True, metadata=described("How long ago that was."))


class ProfileAnswerSchema(ProfileSchema):
    """A profile, with how fresh each source's word is."""

    freshness = fields.List(fields.Nested(FreshSchema), required=True)
    moved_from = fields.String(metadata=described("The retired id that was asked for."))


class TimelineItemSchema(Schema):
    """One thing that happened."""

    class Meta:
        unknown = "include"

    at = fields.DateTime(allow_none=True)
    kind = fields.String()
    title = fields.String(allow_none=True)
    source = fields.String()
    external_id = fields.String()


class TimelineAnswerSchema(Schema):
    """A page of what happened, newest first."""

    profile_id = fields.String(required=True)
    items = fields.List(fields.Nested(TimelineItemSchema), required=True)
    next = fields.String(
        allow_none=True, required=True, metadata=described("`before` of the next page; null: no more.")
    )
    freshness = fields.List(fields.Nested(FreshSchema), required=True)


class ArrivedIdentifierSchema(Schema):
    kind = fields.String(required=True)
    value = fields.String(required=True)


class ArrivedSchema(Schema):
    """The contact, as it was announced to the panels."""

    id = fields.String(required=True)
    at = fields.DateTime(required=True)
    channel = fields.String(required=True)
    agent = fields.String(allow_none=True)
    reference = fields.String(allow_none=True)
    identifier = fields.Nested(
        ArrivedIdentifierSchema, allow_none=True, metadata=described("As it was read; null when it could not be.")
    )
    outcome = fields.String(required=True, validate=validate.OneOf(["one", "several", "none", "unknown"]))
    profile_id = fields.String(allow_none=True)
    candidates = fields.List(fields.String())


class CandidateSchema(Schema):
    """Somebody whom an ambiguous identifier may mean."""

    class Meta:
        unknown = "include"

    id = fields.String(required=True, metadata=described("The profile's id."))
    name = fields.String(allow_none=True)
    company = fields.String(allow_none=True)
    city = fields.String(metadata=described("Where name and company are alike."))
    birth_year = fields.String(metadata=described("Where the city is alike, too."))
    why = fields.String(metadata=described("Why it is a candidate."))
    sources = fields.List(fields.String())


class SharedIdentifierSchema(Schema):
    """Whose an identifier is, when it is no single person's."""

    kind = fields.String(
        required=True, validate=validate.OneOf(["household", "office", "crowd", "role", "landline", "namesakes"])
    )
    people = fields.Integer(allow_none=True, required=True, metadata=described("How many first names; null: many."))
    told = fields.String(required=True, metadata=described("In words: household of 3."))


class CardSchema(Schema):
    """What an agent sees when a contact arrives."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf(["one", "several", "none", "unknown"]),
        metadata=described("unknown: there was no time to find out."),
    )
    contact = fields.Nested(ArrivedSchema, required=True)
    profile = fields.Nested(ProfileSchema, allow_none=True, required=True)
    candidates = fields.List(fields.Nested(CandidateSchema), required=True)
    shared = fields.Nested(
        SharedIdentifierSchema,
        allow_none=True,
        metadata=described("That several share the identifier, as far as known."),
    )
    partial = fields.Boolean(required=True, metadata=described("Something is missing."))
    missing = fields.List(
        fields.String(validate=validate.OneOf(["profile", "freshness", "event"])),
        required=True,
        metadata=described("What did not come in time."),
    )
    freshness = fields.List(fields.Nested(FreshSchema), required=True)


class StreamSchema(Schema):
    """How one stream of a source is doing."""

    class Meta:
        unknown = "include"

    name = fields.String(required=True)
    state = fields.String()
    records = fields.Integer()
    quarantined = fields.Integer()


class SourceSchema(FreshSchema):
    """How one source is doing."""

    adapter = fields.String(allow_none=True)
    error = fields.String(allow_none=True)
    error_kind = fields.String(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    streams = fields.List(fields.Nested(StreamSchema))


class SourcesSchema(Schema):
    sources = fields.List(fields.Nested(SourceSchema), required=True)


class AcceptedSchema(Schema):
    source = fields.String(required=True)
    accepted = fields.Boolean(required=True)


class TakenSchema(Schema):
    accepted = fields.Integer(required=True, metadata=described("How many changes it holds."))


class HealthSchema(Schema):
    status = fields.String(required=True, validate=validate.OneOf(["ok"]))


class ReadySchema(Schema):
    status = fields.String(required=True, validate=validate.OneOf(["ok", "degraded"]))
    store = fields.String(required=True, validate=validate.OneOf(["ok", "away"]))
    redis = fields.String(required=True, validate=validate.OneOf(["ok", "away"]))


class ErrorSchema(Schema):
    """What went wrong."""

    code = fields.String(required=True, metadata=described("A fixed word for what went wrong."))
    message = fields.String(required=True, metadata=described("One sentence; names fields, never values."))
    fields_ = fields.Dict(
        keys=fields.String(), data_key="fields", metadata=described("What is wrong, field by field (invalid_request).")
    )
    candidates = fields.List(
        fields.Nested(CandidateSchema), metadata=described("Whom it may mean, likeliest first (ambiguous).")
    )
    shared = fields.Nested(SharedIdentifierSchema, metadata=described("That several share the identifier (ambiguous)."))
    chain = fields.List(
        fields.String(), metadata=described("The records, by key, whose decisions stand against it (contradicted).")
    )


class ProblemSchema(Schema):
    """The shape of every error."""

    error = fields.Nested(ErrorSchema, required=True)
