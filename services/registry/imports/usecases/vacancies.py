"""Vacant posts as a table, within the caller's sight."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from services.registry.imports.domain.reports import VACANCIES
from services.registry.imports.domain.writing import Form, writer
from services.registry.imports.usecases.exporting import (
    Wanted,
    record_names,
    scope_of,
)
from services.registry.organizations import store as organizations
from services.registry.people.domain.endings import Reminding
from services.registry.people.domain.vacancies import Vacancy
from services.registry.people.store import vacancies as store
from shared.context import Context, Work
from shared.sheets.spool import spool

_PAGE = 1_000


@dataclass(frozen=True)
class Vacant:
    """Which vacancies: at and below an organization on a day, of more than so many months."""

    wanted: Wanted
    months: int | None = None


async def export(ctx: Context, form: Form, asked: Vacant) -> IO[bytes]:
    """Return a table of the vacancies that the caller sees; who took the names out is recorded."""
    months = ctx.port(Reminding).months if asked.months is None else asked.months
    file = spool()
    async with ctx.read() as work:
        scope = await scope_of(work, asked.wanted)
        shown = store.Filter(scope.reach, scope.as_of, months, scope.path)
        made = writer(form, file, "空缺职务", VACANCIES)
        after: list[str] | None = None
        while found := (await store.listed(work.session, shown, after, _PAGE))[:_PAGE]:
            await asyncio.to_thread(made.write, await _rows(work, found))
            after = [found[-1].path, found[-1].post.value]
        await asyncio.to_thread(made.close)
    await record_names(ctx, asked.wanted)
    file.seek(0)
    return file


async def _rows(work: Work, found: Sequence[Vacancy]) -> list[Sequence[str]]:
    above = {each.organization_id: _parent(each.path) for each in found}
    parents = await organizations.find_all(work.session, {each for each in above.values() if each})
    names: dict[UUID | None, str] = {each.id: each.short_name for each in parents.values()}
    return [
        (
            str(each.organization_id),
            each.name,
            names.get(above[each.organization_id], ""),
            each.kind.value,
            each.post.value,
            each.since.isoformat(),
            str(each.months),
            each.last.name if each.last else "",
            each.last.ends_on.isoformat() if each.last else "",
        )
        for each in found
    ]


def _parent(path: str) -> UUID | None:
    parts = path.strip("/").split("/")
    return UUID(parts[-2]) if len(parts) > 1 else None
