"""The tables behind hints: the models that make them, who was shown which, and what came of it."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from connector.store.tables import Serial, metadata

# Every fit that was tried: the one that serves, those before it, and those that were refused, with the reason.
models = Table(
    "models",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),  # hints, likelihood
    Column("version", String(64), primary_key=True),
    Column("state", String(16), nullable=False),  # serving, retired, refused
    # JSON: what its own validation says, how much it was fitted on, seconds.
    Column("report", Text, nullable=False),
    # Why it was refused, in words.
    Column("reason", Text),
    Column("made_at", BigInteger, nullable=False),
)

# A model's content, in parts that a driver can hold.
model_parts = Table(
    "model_parts",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# The hints that a profile's card held when somebody looked at it, or would have held without the holdout.
exposures = Table(
    "exposures",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("workspace", String(64), nullable=False),
    Column("profile_id", String(36), nullable=False),
    Column("arm", String(16), nullable=False),  # offered, held_out
    # Of the ids of the hints: the same card seen twice in a day is one exposure.
    Column("digest", String(32), nullable=False),
    Column("day", Integer, nullable=False),  # days since 1970
    # JSON: id, product, list and model of each hint.
    Column("hints", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("workspace", "profile_id", "day", "digest"),
)
Index("ix_exposures_at", exposures.c.workspace, exposures.c.at)

# What came of a hint: shown, accepted, declined, ignored.
outcomes = Table(
    "outcomes",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("workspace", String(64), nullable=False),
    Column("hint_id", String(64), nullable=False),
    Column("profile_id", String(36), nullable=False),
    Column("product", String(512), nullable=False),
    Column("list", String(16), nullable=False),  # due, may_like
    Column("model", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", Text),
    # The API key or the panel's session that told us.
    Column("told_by", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("workspace", "hint_id", "outcome"),
)
Index("ix_outcomes_profile", outcomes.c.workspace, outcomes.c.profile_id, outcomes.c.at)
Index("ix_outcomes_at", outcomes.c.workspace, outcomes.c.at)
