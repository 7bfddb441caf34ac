"""Entries of a register for an earlier month."""

import sqlalchemy as sa
from alembic import op

revision = "0005_back_pay"
down_revision = "0004_deadlines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("register_lines", sa.Column("for_day", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("register_lines", "for_day")
