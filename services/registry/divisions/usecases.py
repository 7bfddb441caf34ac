"""What is done with divisions: import a file of them, read them."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID

from services.registry.divisions import domain, store
from services.registry.divisions.domain import Division, Level
from services.registry.divisions.domain.recoding import Recoding
from shared.caller import Role
from shared.context import Context
from shared.tables import new_id


@dataclass(frozen=True)
class Imported:
    """How many rows of a file were new, said something new, or were known already."""

    rows: int
    created: int
    changed: int
    unchanged: int


async def import_divisions(
    ctx: Context, content: bytes, valid_from: date | None, source: str, name: str = ""
) -> Imported:
    """Take over a file of divisions as of a date, all or nothing; repeating it changes nothing.

    Without a date the rows are valid from the business date on.
    """
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    lines = await asyncio.to_thread(domain.read_lines, content, name)
    async with ctx.work() as work:
        await store.lock_all(work.session)
        named = {code for line in lines for code in (line.code, line.parent_code)}
        stored = await store.current(work.session, named)
        begin = valid_from or work.moment.today
        # A province has 53,000 divisions: other requests go on while they are compared.
        created, changed = await asyncio.to_thread(
            domain.compare, lines, stored, begin, source, new_id
        )
        await store.add(work.session, created)
        await store.end_versions(work.session, [each.id for each in changed], begin)
        await store.add_versions(work.session, changed)
        done = Imported(
            len(lines), len(created), len(changed), len(lines) - len(created) - len(changed)
        )
        if created or changed:
            after = {"created": done.created, "changed": done.changed, "source": source}
            await work.audit("division.import", "division", new_id(), county_id=None, after=after)
    return done


@dataclass(frozen=True)
class Wanted:
    """What a reader asks for; dates default to the business date."""

    as_of: date | None = None
    parent_code: str | None = None
    level: Level | None = None
    code_prefix: str | None = None
    name: str | None = None


async def list_divisions(
    ctx: Context, wanted: Wanted, after: str | None, limit: int, *, total: bool
) -> tuple[list[Division], int | None]:
    """Return up to `limit + 1` divisions after a code, and their number when asked for."""
    async with ctx.read() as work:
        parent_id = None
        if wanted.parent_code is not None:
            parent = await store.by_code(work.session, wanted.parent_code)
            parent_id = (parent or _unknown(wanted.parent_code)).id
        shown = store.Filter(
            wanted.as_of or work.moment.today,
            parent_id,
            wanted.level,
            wanted.code_prefix,
            wanted.name,
        )
        found = await store.listed(work.session, shown, after, limit)
        return found, await store.count(work.session, shown) if total else None


async def list_recodings(
    ctx: Context, since: date, until: date | None, after: UUID | None, limit: int
) -> list[Recoding]:
    """Return up to `limit + 1` divisions that have got another code or name between two days."""
    async with ctx.read() as work:
        return await store.recodings(work.session, since, until or work.moment.today, after, limit)


async def read_division(ctx: Context, division_id: UUID, as_of: date | None) -> Division:
    """Return one division as it was on a date; DivisionUnknown otherwise."""
    async with ctx.read() as work:
        found = await store.find(work.session, division_id, as_of or work.moment.today)
    return found or _unknown(str(division_id))


def _unknown(what: str) -> NoReturn:
    raise domain.DivisionUnknown(
        f"没有登记“{what}”这个行政区划，请核对代码，或先导入区划表。",
        f"No division {what}: check it, or import the divisions first.",
    )
