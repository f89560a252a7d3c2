"""By which profile's id records went before a decision, and which decision set a pin."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "went_by",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("record_id", SERIAL, nullable=False),
        sa.Column("decision_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_went_by_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("record_id", "decision_id", name=op.f("pk_went_by")),
    )
    op.create_index("ix_went_by_decision", "went_by", ["workspace", "decision_id"])
    # Of pins that were set before, nobody knows by which decision, nor what it changed.
    op.add_column("pins", sa.Column("decision_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_pins_decision", "pins", ["workspace", "decision_id"])
