"""The tables of the store: the truth, from which everything else can be rebuilt.

Every table starts with the workspace, and every query names it. Times are microseconds
since 1970 (`connector.clock`); JSON is text, written and read by orjson.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only counts up by itself in an INTEGER key.
Serial = BigInteger().with_variant(Integer, "sqlite")

# One source's latest word on one thing. A tombstone keeps its key and version, and nothing else.
records = Table(
    "records",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("workspace", String(64), nullable=False),
    Column("source", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("external_id", String(255), nullable=False),
    Column("stream", String(64), nullable=False),
    # The source's time of its last change; 0 when it tells none. An older one never overwrites a newer one.
    Column("version", BigInteger, nullable=False),
    Column("happened_at", BigInteger),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    Column("reason", String(16)),
    Column("merged_into", String(255)),
    # Of all that the record says: equal digests mean that nothing changed.
    Column("digest", LargeBinary(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("raw", Text, nullable=False),
    # When we last saw it change, and the full read that last listed it.
    Column("seen_at", BigInteger, nullable=False),
    Column("listed_by", String(36)),
    UniqueConstraint("workspace", "source", "kind", "external_id"),
)
# A full read asks which records of its stream it did not list.
Index("ix_records_stream", records.c.workspace, records.c.source, records.c.stream, records.c.deleted)

# Which records were merged into this one? Few are, so the index holds only those.
_MERGED = records.c.merged_into.is_not(None)
Index(
    "ix_records_merged",
    records.c.workspace,
    records.c.source,
    records.c.merged_into,
    sqlite_where=_MERGED,
    postgresql_where=_MERGED,
)

# The handles that a record gives its person.
identifiers = Table(
    "identifiers",
    metadata,
    Column("workspace", String(64), nullable=False),
    Column("record_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("value", String(512), primary_key=True),
    Column("shown", String(512), nullable=False),
    Column("valid", Boolean, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("label", String(255)),
)
Index("ix_identifiers_value", identifiers.c.workspace, identifiers.c.kind, identifiers.c.value)

# The contacts (of the record's own source) whom an order, ticket, deal or mention is about.
# They may arrive later than it, or never.
record_contacts = Table(
    "record_contacts",
    metadata,
    Column("workspace", String(64), nullable=False),
    Column("record_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("external_id", String(255), primary_key=True),
)
Index(
    "ix_record_contacts_contact", record_contacts.c.workspace, record_contacts.c.source, record_contacts.c.external_id
)

# The other records (of the record's own source) that a record speaks of: its company, the mention that it answers.
# When one of them changes, so do the profiles that show the other.
record_refs = Table(
    "record_refs",
    metadata,
    Column("workspace", String(64), nullable=False),
    Column("record_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("external_id", String(255), primary_key=True),
)
Index(
    "ix_record_refs_thing",
    record_refs.c.workspace,
    record_refs.c.source,
    record_refs.c.kind,
    record_refs.c.external_id,
)

# Which profile a person's record belongs to.
members = Table(
    "members",
    metadata,
    Column("workspace", String(64), nullable=False),
    Column("record_id", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Column("profile_id", String(36), nullable=False),
)
Index("ix_members_profile", members.c.workspace, members.c.profile_id)

# Every profile id ever given. A retired one names its successor. The document is what the cache serves.
profiles = Table(
    "profiles",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("successor", String(36)),
    Column("document", LargeBinary),
    Column("etag", String(32)),
    # Grows with every build, in every store: the cache never replaces a newer document by an older one.
    Column("version", BigInteger, nullable=False, server_default="0"),
    # JSON: the handles by which the cache finds it, so that a rebuild takes away those that it lost.
    Column("handles", Text),
    Column("built_at", BigInteger),
    # When its hints change by time alone (a rest after a refusal ends); null: never.
    Column("revisit_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)
# Which ones were joined into this one? Few were, so the index holds only those.
_RETIRED = profiles.c.successor.is_not(None)
Index(
    "ix_profiles_successor",
    profiles.c.workspace,
    profiles.c.successor,
    sqlite_where=_RETIRED,
    postgresql_where=_RETIRED,
)
_REVISITED = profiles.c.revisit_at.is_not(None)
Index(
    "ix_profiles_revisit",
    profiles.c.workspace,
    profiles.c.revisit_at,
    sqlite_where=_REVISITED,
    postgresql_where=_REVISITED,
)

# Profiles that wait to be rebuilt, written in the transaction that changed their records.
stale = Table(
    "stale",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("profile_id", String(36), primary_key=True),
    # A number that no other mark has: a rebuild removes only the mark that it read.
    Column("mark", BigInteger, nullable=False),
    # The mark that the stored document answers already; the cache has yet to be told.
    Column("built", BigInteger),
    Column("since", BigInteger, nullable=False),
)

# Where each stream of a source resumes, and how it is doing.
cursors = Table(
    "cursors",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("stream", String(64), primary_key=True),
    Column("cursor", Text),
    # The full read under way, so that it can go on after a crash; null when none is.
    Column("full_run", String(36)),
    Column("state", String(16), nullable=False),  # idle, running, partial, failed
    Column("error", Text),
    Column("error_kind", String(32)),
    Column("started_at", BigInteger),
    Column("succeeded_at", BigInteger),
    Column("counts", Text, nullable=False),
)

# Who may work on what until when: one holder per source stream.
leases = Table(
    "leases",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", BigInteger, nullable=False),
)

# Items that failed their schema, with the reason, until they are replayed.
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("workspace", String(64), nullable=False),
    Column("source", String(64), nullable=False),
    Column("stream", String(64), nullable=False),
    Column("external_id", String(255)),
    Column("reason", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("raw", Text, nullable=False),
    # Of the raw item: the same broken item is set aside once.
    Column("digest", LargeBinary(16), nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    UniqueConstraint("workspace", "source", "stream", "digest"),
)

# An item that arrives whole clears its entry.
Index(
    "ix_quarantine_item",
    quarantine.c.workspace,
    quarantine.c.source,
    quarantine.c.stream,
    quarantine.c.external_id,
)

# Webhook deliveries that were verified and wait to be taken in.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("workspace", String(64), nullable=False),
    Column("source", String(64), nullable=False),
    # JSON: the changes (stream, raw or external_id).
    Column("changes", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
)
Index("ix_deliveries_waiting", deliveries.c.workspace, deliveries.c.source, deliveries.c.id)

# Credentials that a source rotates (a single-use refresh token): the newest one.
rotated_secrets = Table(
    "rotated_secrets",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("source", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

# When work that comes round now and then was last done, by its name.
chores = Table(
    "chores",
    metadata,
    Column("workspace", String(64), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("done_at", BigInteger, nullable=False),
)

# Who may call the API. Only a hash of the key is kept.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

# Who looked at whom, when and how.
views = Table(
    "views",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("workspace", String(64), nullable=False),
    Column("profile_id", String(36)),
    Column("viewer", String(255), nullable=False),
    Column("way", String(32), nullable=False),
    Column("reference", String(255)),
    Column("at", BigInteger, nullable=False),
)
Index("ix_views_profile", views.c.workspace, views.c.profile_id, views.c.at)
