"""What a database says in plain: every row of every table, as text."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

_TABLES = """SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name"""


async def plain_text(session: AsyncSession) -> dict[str, str]:
    """All rows of each table by its name; bytes as the characters they may be, and in hex."""
    await session.execute(sa.text("SET LOCAL bytea_output = 'escape'"))
    found = await _rows(session)
    await session.execute(sa.text("SET LOCAL bytea_output = 'hex'"))
    for table, text in (await _rows(session)).items():
        found[table] += text
    return found


async def _rows(session: AsyncSession) -> dict[str, str]:
    tables = (await session.scalars(sa.text(_TABLES))).all()
    return {
        table: "\n".join(await session.scalars(sa.text(f'SELECT t::text FROM "{table}" t')))  # noqa: S608 -- names of our own tables
        for table in tables
    }


def telling(found: dict[str, str], *secrets: str) -> set[str]:
    """The tables in which one of the texts can be read, as it is or in hex."""
    forms = [form for each in secrets for form in (each, each.encode().hex())]
    return {table for table, text in found.items() if any(form in text for form in forms)}
