"""Date the tree: versions and events of organizations, found by pieces of their names."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from services.registry.organizations.domain.search import keys_of

revision = "0002_dated_tree"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organizations", sa.Column("division_code", sa.Text(), nullable=True))
    op.add_column("organizations", sa.Column("origin_id", sa.Uuid(), nullable=True))
    op.add_column(
        "organizations",
        sa.Column("former_paths", ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_organizations_origin_id"), "organizations", "organizations", ["origin_id"], ["id"]
    )
    op.create_index(
        op.f("ix_organizations_successor_id"), "organizations", ["successor_id"], unique=False
    )
    op.create_table(
        "organization_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_organization_events_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_events")),
    )
    op.create_index(
        op.f("ix_organization_events_county_id"), "organization_events", ["county_id"], unique=False
    )
    op.create_table(
        "organization_event_parts",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["organization_events.id"],
            name=op.f("fk_organization_event_parts_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_event_parts_organization_id"),
        ),
        sa.PrimaryKeyConstraint(
            "event_id", "organization_id", name=op.f("pk_organization_event_parts")
        ),
    )
    op.create_index(
        op.f("ix_organization_event_parts_organization_id"),
        "organization_event_parts",
        ["organization_id"],
        unique=False,
    )
    op.create_table(
        "organization_versions",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("search_keys", ARRAY(sa.Text()), nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from",
            name=op.f("ck_organization_versions_dates"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_versions_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organizations.id"], name=op.f("fk_organization_versions_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name=op.f("fk_organization_versions_division_id")
        ),
        sa.ForeignKeyConstraint(
            ["begun_by"], ["organization_events.id"], name=op.f("fk_organization_versions_begun_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["organization_events.id"], name=op.f("fk_organization_versions_ended_by")
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "valid_from", name=op.f("pk_organization_versions")
        ),
    )
    for column in ("parent_id", "division_id", "begun_by", "ended_by"):
        name = op.f(f"ix_organization_versions_{column}")
        op.create_index(name, "organization_versions", [column], unique=False)
    op.create_index("ix_organization_versions_path", "organization_versions", ["path"])
    op.create_index(
        "ix_organization_versions_search",
        "organization_versions",
        ["search_keys"],
        postgresql_using="gin",
    )
    op.create_table(
        "organization_feed",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("division_version_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_feed")),
    )
    _date_what_is_there()


def _date_what_is_there() -> None:
    """Give every stored organization the one version that has held since its founding."""
    bind = op.get_bind()
    op.execute(
        """UPDATE organizations SET division_code = v.code FROM division_versions v
        WHERE v.division_id = organizations.division_id AND v.valid_until IS NULL"""
    )
    columns = "parent_id, path, kind, sector, name, short_name, pinyin, initials, division_id"
    op.execute(
        f"""INSERT INTO organization_versions
        (organization_id, valid_from, valid_until, {columns}, search_keys)
        SELECT id, founded_on, dissolved_on, {columns}, '{{}}' FROM organizations
        WHERE dissolved_on IS NULL OR dissolved_on > founded_on"""  # noqa: S608 -- fixed names
    )
    names = bind.execute(
        sa.text("SELECT id, name, short_name, pinyin, initials FROM organizations")
    )
    rows = [{"id": row[0], "keys": keys_of(row[1:])} for row in names]
    if rows:
        statement = sa.text(
            "UPDATE organization_versions SET search_keys = :keys WHERE organization_id = :id"
        ).bindparams(
            sa.bindparam("keys", type_=ARRAY(sa.Text())), sa.bindparam("id", type_=sa.Uuid())
        )
        bind.execute(statement, rows)


def downgrade() -> None:
    for table in (
        "organization_feed",
        "organization_versions",
        "organization_event_parts",
        "organization_events",
    ):
        op.drop_table(table)
    op.drop_index(op.f("ix_organizations_successor_id"), table_name="organizations")
    for column in ("former_paths", "origin_id", "division_code"):
        op.drop_column("organizations", column)
