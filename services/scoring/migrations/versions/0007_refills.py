"""Refills of places that became free after the notice, and the results that succeed others."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_refills"
down_revision = "0006_fact_demands"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "results", sa.Column("pending", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("results", "pending", server_default=None)
    op.add_column("results", sa.Column("succeeds", sa.Uuid(), nullable=True))
    op.add_column("results", sa.Column("succeeded_on", sa.Date(), nullable=True))
    op.add_column("results", sa.Column("in_force_since", sa.Date(), nullable=True))
    op.create_index(
        "uq_results_pending",
        "results",
        ["cycle_id", "organization_id"],
        unique=True,
        postgresql_where=sa.text("pending"),
    )
    op.create_table(
        "refills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("quota", sa.String(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("left", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refills")),
    )
    op.create_index(op.f("ix_refills_county_id"), "refills", ["county_id"])
    op.create_index(op.f("ix_refills_cycle_id"), "refills", ["cycle_id"])


def downgrade() -> None:
    op.drop_table("refills")
    op.drop_index("uq_results_pending", table_name="results")
    for name in ("in_force_since", "succeeded_on", "succeeds", "pending"):
        op.drop_column("results", name)
