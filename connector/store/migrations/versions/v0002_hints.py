"""Hints: models, exposures, outcomes; and when a profile has to be looked at again though nothing arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "models",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "name", "version", name=op.f("pk_models")),
    )
    op.create_table(
        "model_parts",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "name", "version", "part", name=op.f("pk_model_parts")),
    )
    op.create_table(
        "exposures",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("arm", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("hints", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposures")),
        sa.UniqueConstraint(
            "workspace", "profile_id", "day", "digest", name=op.f("uq_exposures_workspace_profile_id_day_digest")
        ),
    )
    op.create_index("ix_exposures_at", "exposures", ["workspace", "at"])
    op.create_table(
        "outcomes",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("hint_id", sa.String(length=64), nullable=False),
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("product", sa.String(length=512), nullable=False),
        sa.Column("list", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("told_by", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("workspace", "hint_id", "outcome", name=op.f("uq_outcomes_workspace_hint_id_outcome")),
    )
    op.create_index("ix_outcomes_profile", "outcomes", ["workspace", "profile_id", "at"])
    op.create_index("ix_outcomes_at", "outcomes", ["workspace", "at"])
    op.add_column("profiles", sa.Column("revisit_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_profiles_revisit",
        "profiles",
        ["workspace", "revisit_at"],
        sqlite_where=sa.text("revisit_at IS NOT NULL"),
        postgresql_where=sa.text("revisit_at IS NOT NULL"),
    )
    op.create_index(
        "ix_profiles_successor",
        "profiles",
        ["workspace", "successor"],
        sqlite_where=sa.text("successor IS NOT NULL"),
        postgresql_where=sa.text("successor IS NOT NULL"),
    )
