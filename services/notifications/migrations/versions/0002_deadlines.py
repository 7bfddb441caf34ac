"""Plans for one department alone, and the day on which a case last moved."""

import sqlalchemy as sa
from alembic import op

revision = "0002_deadlines"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fan_outs", sa.Column("department", sa.Text(), nullable=True))
    op.add_column("objections", sa.Column("acted_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("objections", "acted_on")
    op.drop_column("fan_outs", "department")
