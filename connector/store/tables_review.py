"""The tables of what people look after in identity: what waits for their word, what was undone, and what looks odd.

All but `undone` can be made again. They name records by id: what is erased there has no evidence any more,
and is not shown from here.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from connector.store.tables import metadata
from connector.store.tables_identity import verdicts

# What does not join, though it may: possible matches, and links that wait. Few are, so the index holds only those.
_WAITING = verdicts.c.tier != "confirmed"
Index(
    "ix_verdicts_waiting",
    verdicts.c.workspace,
    verdicts.c.tier,
    verdicts.c.made_at,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)

# Possible matches in the order in which they are worth a look. Left is the smaller record id.
reviews = Table(
    "reviews",
    metadata,
    Column("workspace", String(64), nullable=False),
    Column("left_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("right_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    # What both are worth, times how sure it is: the larger, the sooner.
    Column("rank", BigInteger, nullable=False),
    Column("worth", Integer, nullable=False),
    # In thousandths.
    Column("certainty", Integer, nullable=False),
    # Whether the rules think it possible; if not, only the suggester does.
    Column("by_rule", Boolean, nullable=False),
    # What the suggester thinks: null when it did not say.
    Column("probability", Float),
    # JSON: the fields that agree, by which the suggester goes.
    Column("agrees", Text),
    Column("listed_at", BigInteger, nullable=False),
)
Index("ix_reviews_rank", reviews.c.workspace, reviews.c.rank, reviews.c.left_id, reviews.c.right_id)
Index("ix_reviews_right", reviews.c.right_id)

# How often a source's records join people who were apart: lately, and usually.
merge_rates = Table(
    "merge_rates",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("recent_records", BigInteger, nullable=False),
    Column("recent_joins", BigInteger, nullable=False),
    Column("usual_records", BigInteger, nullable=False),
    Column("usual_joins", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# The links that a person undid with a whole import: they wait for as long as that decision stands.
undone = Table(
    "undone",
    metadata,
    Column("workspace", String(64), nullable=False),
    Column("left_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("right_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("decision_id", BigInteger, primary_key=True, autoincrement=False),
)
Index("ix_undone_decision", undone.c.workspace, undone.c.decision_id)

# Values by which nobody is compared any more, because too many came to hold them. As digests: the value itself is not
# kept a second time; `record_id` holds it.
turned_values = Table(
    "turned_values",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(1), nullable=False),
    Column("standing", String(16), nullable=False),
    Column("record_id", ForeignKey("records.id", ondelete="CASCADE"), nullable=False),
    Column("source", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
)
Index("ix_turned_values_at", turned_values.c.workspace, turned_values.c.at)

# What was counted last, by name: the largest profiles, those that hang on one link.
alarms = Table(
    "alarms",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    # JSON: numbers and ids.
    Column("content", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
