"""Identity: evidence, one verdict per pair, pins and decisions. All but the last two are derived."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=337)


def upgrade() -> None:
    op.drop_table("links")
    _derived()
    _decided()


def _derived() -> None:
    """What can be made again from the records. No workspace is in `linked_by`: all are linked anew."""
    op.create_table(
        "evidence",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("record_id", SERIAL, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("found_by", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_evidence_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "evidence_values",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "value", "record_id", name=op.f("pk_evidence_values")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "verdicts",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("left_id", SERIAL, nullable=False),
        sa.Column("right_id", SERIAL, nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["left_id"], ["records.id"], name=op.f("fk_verdicts_left_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["right_id"], ["records.id"], name=op.f("fk_verdicts_right_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("left_id", "right_id", name=op.f("pk_verdicts")),
    )
    op.create_index("ix_verdicts_right", "verdicts", ["right_id"])
    op.create_index("ix_verdicts_made", "verdicts", ["workspace", "made_by", "made_at"])
    op.create_table(
        "linked_by",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_linked_by")),
    )


def _decided() -> None:
    """What people decide."""
    op.create_table(
        "pins",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("left_key", KEY, nullable=False),
        sa.Column("right_key", KEY, nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "left_key", "right_key", name=op.f("pk_pins")),
    )
    op.create_index("ix_pins_right", "pins", ["workspace", "right_key"])
    op.create_table(
        "decisions",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_workspace", "decisions", ["workspace", "id"])
    op.create_table(
        "brakes",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "source", name=op.f("pk_brakes")),
    )
