"""Rankings as ready text, so that the page that everybody opens is one indexed read."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.results.domain.ranking import Ranking, RankingPage
from services.scoring.results.tables import RankingEntryRow, RankingRow
from shared.directory import within

# What the entries of a list differ in.
_LISTED = {"scope_id": sa.Uuid, "position": sa.Integer, "entry": sa.Text}


async def replace(
    session: AsyncSession, cycle_id: UUID, county_id: UUID, rankings: Iterable[Ranking]
) -> None:
    """Put these rankings in the place of the cycle's earlier ones, all entries in one statement."""
    for table in (RankingRow, RankingEntryRow):
        await session.execute(sa.delete(table).where(col(table.cycle_id) == cycle_id))
    key = {"cycle_id": cycle_id, "county_id": county_id}
    heads, entries = [], []
    for each in rankings:
        head = {"path": each.path, "etag": each.etag, "size": len(each.entries)}
        heads.append({**key, "scope_id": each.scope_id, **head})
        entries += [(each.scope_id, *numbered) for numbered in enumerate(each.entries)]
    if heads:
        await session.execute(sa.insert(RankingRow), heads)
        await session.execute(_add_entries(key, entries))


async def page(
    session: AsyncSession,
    cycle_id: UUID,
    township_id: UUID | None,
    roots: Iterable[UUID],
    span: tuple[int, int],
) -> RankingPage | None:
    """Return the entries from `span[0]` up to before `span[1]` in one statement.

    The county's list where no township is given. None where the list does not exist or does
    not lie in the subtree of one of the roots.
    """
    scope_id = col(RankingRow.county_id) if township_id is None else township_id
    position = col(RankingEntryRow.position)
    separated = aggregate_order_by(sa.literal(","), position)
    items = (
        sa.select(sa.func.string_agg(col(RankingEntryRow.entry), separated))
        .where(
            col(RankingEntryRow.cycle_id) == cycle_id,
            col(RankingEntryRow.scope_id) == col(RankingRow.scope_id),
            position >= span[0],
            position < span[1],
        )
        .correlate(RankingRow)
        .scalar_subquery()
    )
    statement = sa.select(
        col(RankingRow.scope_id), col(RankingRow.etag), col(RankingRow.size), items.label("items")
    ).where(
        col(RankingRow.cycle_id) == cycle_id,
        col(RankingRow.scope_id) == scope_id,
        within(roots, col(RankingRow.path)),
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else RankingPage(row.scope_id, row.etag, row.size, row.items or "")


async def stored(session: AsyncSession, cycle_id: UUID) -> dict[UUID, tuple[str, list[str]]]:
    """Return each ranking of a cycle as its etag and entries."""
    heads = await session.execute(
        sa.select(col(RankingRow.scope_id), col(RankingRow.etag)).where(
            col(RankingRow.cycle_id) == cycle_id
        )
    )
    found: dict[UUID, tuple[str, list[str]]] = {row.scope_id: (row.etag, []) for row in heads}
    entries = await session.execute(
        sa.select(col(RankingEntryRow.scope_id), col(RankingEntryRow.entry))
        .where(col(RankingEntryRow.cycle_id) == cycle_id)
        .order_by(col(RankingEntryRow.scope_id), col(RankingEntryRow.position))
    )
    for row in entries:
        found.setdefault(row.scope_id, ("", []))[1].append(row.entry)
    return found


def _add_entries(key: dict[str, UUID], entries: Iterable[tuple[UUID, int, str]]) -> sa.Insert:
    """Insert all entries of a cycle from one array a column: half the time of rows."""
    columns = zip(_LISTED.values(), map(list, zip(*entries, strict=True)), strict=True)
    arrays: list[sa.ColumnElement[Any]] = [sa.cast(x, ARRAY(kind)) for kind, x in columns]
    unnested = sa.func.unnest(*arrays).table_valued(*_LISTED).render_derived()
    chosen = sa.select(*map(sa.literal, key.values()), *unnested.c)
    return sa.insert(RankingEntryRow).from_select([*key, *_LISTED], chosen)
