"""Brand projects of branches, and the ledger of their stages."""

import sqlalchemy as sa
from alembic import op

from shared.audit import append_only

revision = "0009_brands"
down_revision = "0008_coverage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brand_projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("generated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (outcome IS NULL)", name=op.f("ck_brand_projects_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_brand_projects_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_brand_projects_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_projects")),
    )
    for column in ("county_id", "organization_id"):
        op.create_index(op.f(f"ix_brand_projects_{column}"), "brand_projects", [column])
    op.create_index(
        "uq_brand_projects_running",
        "brand_projects",
        ["organization_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "brand_stages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_brand_stages_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["brand_projects.id"], name=op.f("fk_brand_stages_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_stages")),
    )
    for column in ("county_id", "project_id"):
        op.create_index(op.f(f"ix_brand_stages_{column}"), "brand_stages", [column])
    for statement in append_only("brand_stages"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("brand_stages")
    op.drop_table("brand_projects")
