"""Divisions found by pinyin; imports, and the codes by which senders know organizations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005_imports"
down_revision = "0004_identity"
branch_labels = None
depends_on = None

_BATCH = 5_000


def upgrade() -> None:
    for name in ("pinyin", "initials"):
        op.add_column("division_versions", sa.Column(name, sa.Text(), nullable=True))
    _spell_stored()
    for name in ("pinyin", "initials"):
        op.alter_column("division_versions", name, nullable=False)
        op.create_index(
            f"ix_division_versions_{name}",
            "division_versions",
            [name],
            postgresql_ops={name: "text_pattern_ops"},
        )

    _add_imports()


def _add_imports() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", moment, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("actor", JSONB(), nullable=True),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("finished_at", moment, nullable=True),
        sa.Column("faults", JSONB(), nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_imports_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    for column in ("county_id", "sent_by"):
        op.create_index(op.f(f"ix_imports_{column}"), "imports", [column])
    waiting = sa.text("state = 'confirmed'")
    op.create_index("ix_imports_waiting", "imports", ["id"], postgresql_where=waiting)
    op.create_table(
        "import_files",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_files_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_files")),
    )
    op.create_table(
        "organization_codes",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_codes_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_organization_codes_county_id")
        ),
        sa.PrimaryKeyConstraint("system", "organization_id", name=op.f("pk_organization_codes")),
        sa.UniqueConstraint(
            "system", "code", "county_id", name=op.f("uq_organization_codes_system_code_county_id")
        ),
    )
    op.create_index(
        op.f("ix_organization_codes_organization_id"), "organization_codes", ["organization_id"]
    )


def _spell_stored() -> None:
    # Every process reads all revisions to learn which is the newest; its dictionaries are large.
    from shared.pinyin import spelled  # noqa: PLC0415

    bind = op.get_bind()
    names = [
        row.name for row in bind.execute(sa.text("SELECT DISTINCT name FROM division_versions"))
    ]
    statement = sa.text(
        "UPDATE division_versions SET pinyin = :pinyin, initials = :initials WHERE name = :name"
    )
    for start in range(0, len(names), _BATCH):
        keys = [(name, *spelled(name)) for name in names[start : start + _BATCH]]
        rows = [{"name": name, "pinyin": full, "initials": short} for name, full, short in keys]
        bind.execute(statement, rows)


def downgrade() -> None:
    for table in ("organization_codes", "import_files", "imports"):
        op.drop_table(table)
    for name in ("initials", "pinyin"):
        op.drop_index(f"ix_division_versions_{name}", "division_versions")
        op.drop_column("division_versions", name)
