"""Which opened cycles registry is still to count as asking for facts."""

import sqlalchemy as sa
from alembic import op

revision = "0006_fact_demands"
down_revision = "0005_back_pay"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fact_demands",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_fact_demands_cycle_id")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_fact_demands")),
    )
    op.create_index(op.f("ix_fact_demands_county_id"), "fact_demands", ["county_id"])
    op.create_index(
        "ix_fact_demands_waiting",
        "fact_demands",
        ["cycle_id"],
        postgresql_where=sa.text("told_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("fact_demands")
