"""The committee's and the publisher's last days, and who was reminded of what."""

import sqlalchemy as sa
from alembic import op

revision = "0004_deadlines"
down_revision = "0003_simulations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cycles", sa.Column("determine_until", sa.Date(), nullable=True))
    op.add_column("cycles", sa.Column("publish_until", sa.Date(), nullable=True))
    op.add_column("cycles", sa.Column("resettle_until", sa.Date(), nullable=True))
    # Two weeks of days are the ten working days that count where a policy says nothing.
    op.execute("UPDATE cycles SET determine_until = clear_until + 14")
    op.execute(
        "UPDATE pauses SET before = before || jsonb_build_object("
        "'determine_until', to_char((before ->> 'clear_until')::date + 14, 'YYYY-MM-DD'))"
    )
    op.alter_column("cycles", "determine_until", nullable=False)
    op.create_table(
        "reminders",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_reminders_cycle_id_cycles")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "duty", "party", "due_on", name=op.f("pk_reminders")),
    )
    op.create_index(op.f("ix_reminders_county_id"), "reminders", ["county_id"])


def downgrade() -> None:
    op.drop_table("reminders")
    op.execute("UPDATE pauses SET before = before - 'determine_until'")
    op.drop_column("cycles", "resettle_until")
    op.drop_column("cycles", "publish_until")
    op.drop_column("cycles", "determine_until")
