"""Simulations and their content, which the database refuses to change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.audit import append_only

revision = "0003_simulations"
down_revision = "0002_participant_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "simulations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("variants", JSONB(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_by", sa.Uuid(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulations")),
    )
    op.create_index(op.f("ix_simulations_cycle_id"), "simulations", ["cycle_id"])
    op.create_index(op.f("ix_simulations_county_id"), "simulations", ["county_id"])
    op.create_table(
        "simulation_contents",
        sa.Column("simulation_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("asked", JSONB(), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=True),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("inputs_hash", sa.Text(), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=True),
        sa.Column("policy_hash", sa.Text(), nullable=False),
        sa.Column("policies", JSONB(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("simulation_id", name=op.f("pk_simulation_contents")),
    )
    op.create_index(op.f("ix_simulation_contents_county_id"), "simulation_contents", ["county_id"])
    for statement in append_only("simulation_contents"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("simulation_contents")
    op.drop_table("simulations")
