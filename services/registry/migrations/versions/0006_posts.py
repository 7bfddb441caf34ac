"""Elections, who was elected, and what was reminded of."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0006_posts"
down_revision = "0005_imports"
branch_labels = None
depends_on = None


def _county() -> sa.Column[UUID]:
    return sa.Column("county_id", sa.Uuid(), nullable=False)


def _points(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, target in columns.items()
    ]


def upgrade() -> None:
    op.create_table(
        "elections",
        sa.Column("id", sa.Uuid(), nullable=False),
        _county(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("period_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("held_by", sa.Uuid(), nullable=True),
        sa.Column("held_person", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(held_on IS NULL) = (state NOT IN ('held', 'confirmed'))",
            name=op.f("ck_elections_result"),
        ),
        *_points("elections", county_id="organizations", organization_id="organizations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elections")),
    )
    op.create_index(op.f("ix_elections_county_id"), "elections", ["county_id"])
    op.create_index("ix_elections_planned", "elections", ["organization_id", "planned_on"])
    op.create_table(
        "election_seats",
        sa.Column("election_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=True),
        *_points("election_seats", election_id="elections", person_id="people", term_id="terms"),
        sa.PrimaryKeyConstraint("election_id", "person_id", "post", name=op.f("pk_election_seats")),
    )
    op.create_index(op.f("ix_election_seats_person_id"), "election_seats", ["person_id"])
    op.create_table(
        "post_reminders",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        _county(),
        sa.Column("told_on", sa.Date(), nullable=False),
        *_points("post_reminders", county_id="organizations"),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_post_reminders")),
    )
    op.create_index(op.f("ix_post_reminders_county_id"), "post_reminders", ["county_id"])


def downgrade() -> None:
    for table in ("post_reminders", "election_seats", "elections"):
        op.drop_table(table)
