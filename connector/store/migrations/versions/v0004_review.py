"""What people look after in identity: what waits for their word, what was undone, and what looks odd."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String(length=64)


def upgrade() -> None:
    waiting = {"sqlite_where": sa.text("tier != 'confirmed'"), "postgresql_where": sa.text("tier != 'confirmed'")}
    op.create_index("ix_verdicts_waiting", "verdicts", ["workspace", "tier", "made_at"], **waiting)
    _reviews()
    _imports()
    _alarms()


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("workspace", NAME, nullable=False),
        sa.Column("left_id", SERIAL, nullable=False),
        sa.Column("right_id", SERIAL, nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("certainty", sa.Integer(), nullable=False),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("agrees", sa.Text(), nullable=True),
        sa.Column("listed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["left_id"], ["records.id"], name=op.f("fk_reviews_left_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["right_id"], ["records.id"], name=op.f("fk_reviews_right_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("left_id", "right_id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_rank", "reviews", ["workspace", "rank", "left_id", "right_id"])
    op.create_index("ix_reviews_right", "reviews", ["right_id"])


def _imports() -> None:
    op.create_table(
        "merge_rates",
        sa.Column("workspace", NAME, nullable=False),
        sa.Column("source", NAME, nullable=False),
        sa.Column("recent_records", sa.BigInteger(), nullable=False),
        sa.Column("recent_joins", sa.BigInteger(), nullable=False),
        sa.Column("usual_records", sa.BigInteger(), nullable=False),
        sa.Column("usual_joins", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "source", name=op.f("pk_merge_rates")),
    )
    op.create_table(
        "undone",
        sa.Column("workspace", NAME, nullable=False),
        sa.Column("left_id", SERIAL, nullable=False),
        sa.Column("right_id", SERIAL, nullable=False),
        sa.Column("decision_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["left_id"], ["records.id"], name=op.f("fk_undone_left_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["right_id"], ["records.id"], name=op.f("fk_undone_right_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("left_id", "right_id", "decision_id", name=op.f("pk_undone")),
    )
    op.create_index("ix_undone_decision", "undone", ["workspace", "decision_id"])


def _alarms() -> None:
    op.create_table(
        "turned_values",
        sa.Column("workspace", NAME, nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("record_id", SERIAL, nullable=False),
        sa.Column("source", NAME, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_turned_values_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace", "value", name=op.f("pk_turned_values")),
    )
    op.create_index("ix_turned_values_at", "turned_values", ["workspace", "at"])
    op.create_table(
        "alarms",
        sa.Column("workspace", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "name", name=op.f("pk_alarms")),
    )
