"""A newer published list of divisions laid over the stored one, with the report of codes."""

import asyncio
from collections.abc import Sequence
from datetime import date

from services.registry.divisions import domain, store
from services.registry.divisions.domain import Level, Line
from services.registry.divisions.domain.recoding import Vintage, lay_over, match
from services.registry.organizations import store as organizations
from shared.caller import Role
from shared.context import Context, Work
from shared.tables import new_id

# How many digits of a code say which area it lies in.
_DIGITS = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.TOWN: 9}


async def preview(
    ctx: Context, content: bytes, name: str, valid_from: date | None, source: str
) -> Vintage:
    """Say which code became which by a newer list; nothing is changed."""
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    lines = await asyncio.to_thread(domain.read_lines, content, name)
    async with ctx.read() as work:
        return await _vintage(work, lines, valid_from, source)


async def adopt(
    ctx: Context, content: bytes, name: str, valid_from: date | None, source: str
) -> Vintage:
    """Let a newer list hold from a day on: divisions keep their ids, organizations follow them."""
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    lines = await asyncio.to_thread(domain.read_lines, content, name)
    async with ctx.work() as work:
        await store.lock_all(work.session)
        found = await _vintage(work, lines, valid_from, source)
        begin = valid_from or work.moment.today
        ending = [each.id for each in (*found.changed, *found.ended)]
        await store.end_versions(work.session, ending, begin)
        await store.add(work.session, found.created)
        await store.add_versions(work.session, found.changed)
        if found.report:
            counts = {
                "created": len(found.created),
                "changed": len(found.changed),
                "ended": len(found.ended),
                "source": source,
            }
            await work.audit("division.adopt", "division", new_id(), county_id=None, after=counts)
    return found


async def _vintage(
    work: Work, lines: Sequence[Line], valid_from: date | None, source: str
) -> Vintage:
    begin = valid_from or work.moment.today
    top = min((Level(line.level) for line in lines), key=[*Level].index, default=Level.PROVINCE)
    area = {line.code[: _DIGITS.get(top, 9)] for line in lines if line.level == top}
    stored = await store.current_of_area(work.session, area)
    parents = await store.current(work.session, {line.parent_code for line in lines})
    domain.check(lines, {code: each.level for code, each in parents.items()})
    domain.check_dates(lines, {each.code: each for each in stored}, begin)
    levels = {Level(line.level) for line in lines}
    old = [each for each in stored if each.level in levels]
    below = [each for each in stored if each.level not in levels]
    matches = await asyncio.to_thread(match, old, lines)
    gone = [each.id for each in matches.gone]
    used = frozenset(await organizations.living_of_divisions(work.session, gone))
    by_id = {each.id: each for each in old}
    return lay_over(by_id, below, matches, used, begin, source, new_id)
