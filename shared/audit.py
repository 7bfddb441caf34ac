"""The audit trail: who did what to which thing, before and after, why and from where.

The database itself refuses update and delete (`APPEND_ONLY`, run by each migration).
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.tables import PLUMBING

audit_log = sa.Table(
    "audit_log",
    PLUMBING,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("county_id", sa.Uuid, index=True),
    sa.Column("actor_id", sa.Uuid, index=True),
    sa.Column("actor_person_id", sa.Uuid),
    sa.Column("actor_roles", JSONB, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("entity_id", sa.Uuid, nullable=False, index=True),
    sa.Column("before", JSONB),
    sa.Column("after", JSONB),
    sa.Column("reason", sa.Text),
    sa.Column("request_id", sa.Text),
    sa.Column("address", sa.Text),
)


def append_only(table: str) -> list[str]:
    """Return the statements that make the database refuse to change or delete rows."""
    return [
        """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    ]
