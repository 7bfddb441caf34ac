"""两新 units, and the ledger of what is known of them."""

import sqlalchemy as sa
from alembic import op

from shared.audit import append_only

revision = "0008_coverage"
down_revision = "0007_sealed_data"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coverage_units",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("generated", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_coverage_units_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_coverage_units_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name=op.f("fk_coverage_units_division_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_units")),
    )
    op.create_index("ix_coverage_units_credit_code", "coverage_units", ["county_id", "credit_code"])
    op.create_index(
        op.f("ix_coverage_units_organization_id"), "coverage_units", ["organization_id"]
    )
    op.create_table(
        "coverage_states",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("employees", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "0 <= members AND members <= employees", name=op.f("ck_coverage_states_numbers")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_coverage_states_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["coverage_units.id"], name=op.f("fk_coverage_states_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["organizations.id"], name=op.f("fk_coverage_states_branch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_states")),
    )
    op.create_index(
        "ix_coverage_states_newest",
        "coverage_states",
        ["unit_id", sa.literal_column("valid_from DESC"), sa.literal_column("id DESC")],
    )
    for column in ("branch_id", "county_id"):
        op.create_index(op.f(f"ix_coverage_states_{column}"), "coverage_states", [column])
    for statement in append_only("coverage_states"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("coverage_states")
    op.drop_table("coverage_units")
