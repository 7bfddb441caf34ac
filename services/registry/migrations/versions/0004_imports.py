"""Divisions found by pinyin."""

import sqlalchemy as sa
from alembic import op

from shared.pinyin import spelled

revision = "0004_imports"
down_revision = "0003_facts_and_life"
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


def _spell_stored() -> None:
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
    for name in ("initials", "pinyin"):
        op.drop_index(f"ix_division_versions_{name}", "division_versions")
        op.drop_column("division_versions", name)
