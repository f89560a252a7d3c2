"""The tables of identity: what records say of who they are, who is linked with whom, and what people decided on it.

Evidence, values and verdicts are derived: they can be made again from the records and the
pins. Pins and decisions are facts of their own. They name records by key
(`source:kind:external_id`), so that they hold when a record is gone and comes back.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from connector.store.tables import Serial, metadata

# Source, kind and external id, with two colons.
KEY_LENGTH = 64 + 1 + 16 + 1 + 255

# What a person's record says of who it is, in forms that are compared.
evidence = Table(
    "evidence",
    metadata,
    Column("workspace", String(64), nullable=False),
    Column("record_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    # JSON, as connector.identity packs it.
    Column("content", Text, nullable=False),
    # The digests under which it is found, eight bytes each: what has to be taken away when it changes.
    Column("found_by", LargeBinary, nullable=False),
)

# Under which values (as digests, for they would be a second copy of names and addresses) records are found.
evidence_values = Table(
    "evidence_values",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# The verdict on two records that may be one person: a confirmed one is a link. Left is the smaller record id.
verdicts = Table(
    "verdicts",
    metadata,
    Column("workspace", String(64), nullable=False),
    Column("left_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("right_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("tier", String(16), nullable=False),  # confirmed, possible
    Column("rule", String(64), nullable=False),
    Column("strength", Integer, nullable=False),
    # What the rule stands on: a letter for its kind, and the value.
    Column("value", Text, nullable=False),
    # By which source's record, and when: what an import linked can be undone.
    Column("made_by", String(64), nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
Index("ix_verdicts_right", verdicts.c.right_id)
Index("ix_verdicts_made", verdicts.c.workspace, verdicts.c.made_by, verdicts.c.made_at)

# What a person decided on two records, which outranks every rule. Left is the smaller key.
pins = Table(
    "pins",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("left_key", String(KEY_LENGTH), primary_key=True),
    Column("right_key", String(KEY_LENGTH), primary_key=True),
    Column("what", String(16), nullable=False),  # link, never
    Column("made_by", String(255), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    # The decision that set it; null when that was before it was noted.
    Column("decision_id", BigInteger),
)
Index("ix_pins_right", pins.c.workspace, pins.c.right_key)
Index("ix_pins_decision", pins.c.workspace, pins.c.decision_id)

# Everything that people decided, in the order in which they did; nothing is changed or taken away, but for the ids and
# reasons that an erasure takes out.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("workspace", String(64), nullable=False),
    # link, never, take_back, and what else people may decide.
    Column("what", String(32), nullable=False),
    # JSON: the records' keys, or the source, on which was decided; and what was before, so that it can be undone.
    Column("subject", Text, nullable=False),
    Column("made_by", String(255), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    # The earlier decision that this one takes back.
    Column("undoes", BigInteger),
)
Index("ix_decisions_workspace", decisions.c.workspace, decisions.c.id)

# By which profile's id the records went that a decision touched, before it: those ids come back when it is taken back.
went_by = Table(
    "went_by",
    metadata,
    Column("workspace", String(64), nullable=False),
    Column("record_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("decision_id", BigInteger, primary_key=True, autoincrement=False),
    Column("profile_id", String(36), nullable=False),
)
Index("ix_went_by_decision", went_by.c.workspace, went_by.c.decision_id)

# Sources whose records may not be linked by rules until a person lets them go on.
brakes = Table(
    "brakes",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("state", String(16), nullable=False),  # on, off
    Column("since", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("made_by", String(255), nullable=False),
)

# By which rules a workspace's records were linked, and up to which record when that is under way.
linked_by = Table(
    "linked_by",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("rules", String(64), nullable=False),
    # The last record that was linked by them; null when all were.
    Column("upto", BigInteger),
    Column("since", BigInteger, nullable=False),
)
