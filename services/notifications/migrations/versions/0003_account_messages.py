"""Messages about an account itself: they belong to no organization."""

import sqlalchemy as sa
from alembic import op

revision = "0003_account_messages"
down_revision = "0002_deadlines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("messages", "organization_id", existing_type=sa.Uuid(), nullable=True)
    op.alter_column("deliveries", "organization_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM deliveries WHERE organization_id IS NULL")
    op.execute("DELETE FROM messages WHERE organization_id IS NULL")
    op.alter_column("deliveries", "organization_id", existing_type=sa.Uuid(), nullable=False)
    op.alter_column("messages", "organization_id", existing_type=sa.Uuid(), nullable=False)
