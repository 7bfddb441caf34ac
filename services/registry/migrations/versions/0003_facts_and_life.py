"""The catalogue of facts and who is asked for them; the ledger of party life."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.audit import append_only

revision = "0003_facts_and_life"
down_revision = "0002_dated_tree"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fact_definitions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("tiers", JSONB(), nullable=False),
        sa.Column("filled_by", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minimum <= maximum", name=op.f("ck_fact_definitions_bounds")),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_fact_definitions_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_definitions")),
        sa.UniqueConstraint("county_id", "code", name=op.f("uq_fact_definitions_county_id_code")),
    )
    op.create_table(
        "fact_demands",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("codes", JSONB(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_fact_demands_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_fact_demands_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_demands")),
        sa.UniqueConstraint(
            "county_id", "reference", name=op.f("uq_fact_demands_county_id_reference")
        ),
    )
    op.create_table(
        "life_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("generated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "0 <= present AND present <= expected", name=op.f("ck_life_entries_numbers")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["life_entries.id"], name=op.f("fk_life_entries_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_life_entries_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_life_entries_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_entries")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_life_entries_corrects_id")),
    )
    op.create_index(op.f("ix_life_entries_county_id"), "life_entries", ["county_id"], unique=False)
    op.create_index(
        "ix_life_entries_held", "life_entries", ["organization_id", "held_on", "kind"], unique=False
    )
    op.create_table(
        "life_exemptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_life_exemptions_dates"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_life_exemptions_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_life_exemptions_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_exemptions")),
    )
    op.create_index(
        op.f("ix_life_exemptions_county_id"), "life_exemptions", ["county_id"], unique=False
    )
    op.create_index(
        op.f("ix_life_exemptions_organization_id"),
        "life_exemptions",
        ["organization_id"],
        unique=False,
    )
    op.create_table(
        "fact_demand_counts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("demand_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= known AND known <= asked", name=op.f("ck_fact_demand_counts_counts")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_fact_demand_counts_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["fact_demands.id"], name=op.f("fk_fact_demand_counts_demand_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_fact_demand_counts_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_demand_counts")),
        sa.UniqueConstraint(
            "demand_id",
            "organization_id",
            name=op.f("uq_fact_demand_counts_demand_id_organization_id"),
        ),
    )
    op.create_index(
        op.f("ix_fact_demand_counts_county_id"), "fact_demand_counts", ["county_id"], unique=False
    )
    op.create_index(
        op.f("ix_fact_demand_counts_organization_id"),
        "fact_demand_counts",
        ["organization_id"],
        unique=False,
    )
    for table in ("life_entries",):
        for statement in append_only(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_index(op.f("ix_fact_demand_counts_organization_id"), table_name="fact_demand_counts")
    op.drop_index(op.f("ix_fact_demand_counts_county_id"), table_name="fact_demand_counts")
    op.drop_table("fact_demand_counts")
    op.drop_index(op.f("ix_life_exemptions_organization_id"), table_name="life_exemptions")
    op.drop_index(op.f("ix_life_exemptions_county_id"), table_name="life_exemptions")
    op.drop_table("life_exemptions")
    op.drop_index("ix_life_entries_held", table_name="life_entries")
    op.drop_index(op.f("ix_life_entries_county_id"), table_name="life_entries")
    op.drop_table("life_entries")
    op.drop_table("fact_demands")
    op.drop_table("fact_definitions")
