"""Results by branch, and every version they ever had."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.results.domain.determinations import Actor
from services.scoring.results.domain.ranking import Entrant
from services.scoring.results.domain.replay import StoredVersion
from services.scoring.results.domain.results import (
    Miss,
    MissReason,
    Result,
    ResultState,
    Tally,
    Verdict,
    verdict_columns,
)
from services.scoring.results.tables import ResultRow, ResultVersionRow, SnapshotRow
from services.scoring.tables import values_of
from shared.directory import within
from shared.errors import NotFound

# What a result's row repeats of its verdict, so that people can search by it.
_SHOWN = (
    "organization_id",
    "assessed",
    "submitted",
    "level",
    "stars",
    "missed",
    "misses",
    "total",
    "base",
    "county_rank",
    "township_rank",
    "hash",
)
_NAMED = tuple(each.name for each in fields(Entrant))
_KEPT = tuple(each.name for each in fields(Result) if each.name in ResultRow.model_fields)


@dataclass(frozen=True)
class Kept:
    """What is stored of a cycle's results; `lost` are those of which row or version is gone.

    `entrants` have a current result; that of the `settled` is not void.
    """

    versions: list[StoredVersion]
    lost: list[UUID]
    entrants: list[Entrant]
    settled: set[UUID]


async def add(
    session: AsyncSession,
    results: Sequence[tuple[Result, Verdict]],
    made_at: datetime,
) -> None:
    """Insert new results, each with its first version; earlier ones of the branch end.

    What succeeds another is pending until it takes effect, and the other one stays.
    """
    if not results:
        return
    new = [each.organization_id for each, _ in results if each.succeeds is None]
    await _end(session, results[0][0].cycle_id, new, current=False)
    rows = [_columns(result) | verdict_columns(verdict) for result, verdict in results]
    await session.execute(sa.insert(ResultRow), rows)
    await add_versions(session, results, None, made_at)


async def end_pending(session: AsyncSession, cycle_id: UUID, branches: Sequence[UUID]) -> None:
    """Let the branches' results that are not in effect yet never be: others are settled."""
    await _end(session, cycle_id, branches, pending=False)


async def _end(
    session: AsyncSession, cycle_id: UUID, branches: Sequence[UUID], **flag: bool
) -> None:
    [name] = flag
    mine = col(ResultRow.organization_id).in_(branches) & col(getattr(ResultRow, name))
    statement = sa.update(ResultRow).where(col(ResultRow.cycle_id) == cycle_id, mine)
    await session.execute(statement.values(flag))


async def add_versions(
    session: AsyncSession,
    results: Sequence[tuple[Result, Verdict]],
    correction_id: UUID | None,
    made_at: datetime,
) -> None:
    """Insert versions; the older ones stay as they are."""
    rows = [
        {
            "result_id": result.id,
            "version": result.version,
            "cycle_id": result.cycle_id,
            "county_id": result.county_id,
            "snapshot_id": result.snapshot_id,
            "corrected": result.corrected,
            "correction_id": correction_id,
            "level": verdict.level,
            "stars": list(verdict.stars),
            "content": verdict.content,
            "hash": verdict.hash,
            "made_at": made_at,
        }
        for result, verdict in results
    ]
    await session.execute(sa.insert(ResultVersionRow), rows)


async def correct(
    session: AsyncSession, result: Result, verdict: Verdict, correction_id: UUID, at: datetime
) -> None:
    """Store a corrected result: a new version, and its columns where people search."""
    await add_versions(session, [(result, verdict)], correction_id, at)
    await session.execute(
        sa.update(ResultRow)
        .where(col(ResultRow.id) == result.id)
        .values(
            state=result.state,
            version=result.version,
            snapshot_id=result.snapshot_id,
            corrected=result.corrected,
            effective_on=result.effective_on,
            **verdict_columns(verdict),
        )
    )


async def save_states(session: AsyncSession, results: Iterable[Result]) -> None:
    """Write back state, dates and who confirmed; verdicts are not touched."""
    rows = [
        {
            "id": each.id,
            "state": each.state.value,
            "closed_on": each.closed_on,
            "effective_on": each.effective_on,
            **_confirmation(each),
        }
        for each in results
    ]
    if rows:
        await session.execute(sa.update(ResultRow), rows)


async def succeed(session: AsyncSession, former: Result, successor: Result) -> None:
    """Let one result end and another one be the branch's own."""
    own = col(ResultRow.id)
    await session.execute(
        sa.update(ResultRow)
        .where(own == former.id)
        .values(state=former.state.value, succeeded_on=former.succeeded_on, current=False)
    )
    begun = {"in_force_since": successor.in_force_since, "current": True, "pending": False}
    await session.execute(sa.update(ResultRow).where(own == successor.id).values(begun))


async def find(session: AsyncSession, result_id: UUID, roots: Iterable[UUID]) -> Result:
    """Return one result in the subtree of one of the roots; NotFound otherwise."""
    statement = ResultRow.rows().where(
        col(ResultRow.id) == result_id, within(roots, col(ResultRow.path))
    )
    return _one((await session.execute(statement)).one_or_none())


async def lock(session: AsyncSession, result_id: UUID) -> Result:
    """Return one result and hold it until the transaction ends; NotFound otherwise."""
    statement = ResultRow.rows().where(col(ResultRow.id) == result_id).with_for_update()
    return _one((await session.execute(statement)).one_or_none())


async def of_determination(
    session: AsyncSession, determination_id: UUID, only: Collection[UUID] | None = None
) -> list[Result]:
    """Return one determination's results, or `only` of these branches, held until the end.

    They are locked until the transaction ends.
    """
    statement = ResultRow.rows().where(col(ResultRow.determination_id) == determination_id)
    if only is not None:
        statement = statement.where(col(ResultRow.organization_id).in_(only))
    ordered = statement.order_by(col(ResultRow.organization_id)).with_for_update()
    return [_result(row) for row in await session.execute(ordered)]


async def entrants(session: AsyncSession, cycle_id: UUID) -> list[Entrant]:
    """Return every branch of a cycle as its lists name it."""
    columns = (getattr(ResultRow, each) for each in _NAMED)
    mine = (col(ResultRow.cycle_id) == cycle_id) & col(ResultRow.current)
    return [Entrant(*row) for row in await session.execute(sa.select(*columns).where(mine))]


async def current(session: AsyncSession, cycle_id: UUID) -> list[Result]:
    """Return every branch's newest result of a cycle, void ones included."""
    return await _where(session, cycle_id, col(ResultRow.current).is_(True))


async def pending(session: AsyncSession, cycle_id: UUID) -> list[Result]:
    """Return the results that will succeed others and are not in effect yet."""
    return await _where(session, cycle_id, col(ResultRow.pending).is_(True))


async def standing(session: AsyncSession, cycle_id: UUID) -> list[Result]:
    """Return every branch's newest result of a cycle, and those that it has succeeded."""
    return await _where(session, cycle_id, col(ResultRow.current) | _gone())


async def successors(session: AsyncSession, cycle_id: UUID) -> list[Result]:
    """Return the results that succeed others, in effect or pending."""
    stands = col(ResultRow.current) | col(ResultRow.pending) | _gone()
    return await _where(session, cycle_id, col(ResultRow.succeeds).is_not(None) & stands)


def _gone() -> sa.ColumnElement[bool]:
    return col(ResultRow.state) == ResultState.SUCCEEDED


async def _where(
    session: AsyncSession, cycle_id: UUID, condition: sa.ColumnElement[bool]
) -> list[Result]:
    statement = ResultRow.rows().where(col(ResultRow.cycle_id) == cycle_id, condition)
    rows = await session.execute(statement.order_by(col(ResultRow.organization_id)))
    return [_result(row) for row in rows]


async def page(
    session: AsyncSession,
    cycle_id: UUID,
    roots: Iterable[UUID],
    filters: dict[str, Any],
    after: UUID | None,
    limit: int,
) -> list[Result]:
    """Return current results in the subtrees of the roots, in the order of organizations."""
    statement = _filtered(cycle_id, roots, filters)
    if after is not None:
        statement = statement.where(col(ResultRow.organization_id) > after)
    rows = await session.execute(statement.order_by(col(ResultRow.organization_id)).limit(limit))
    return [_result(row) for row in rows]


async def count(
    session: AsyncSession, cycle_id: UUID, roots: Iterable[UUID], filters: dict[str, Any]
) -> int:
    """Return how many current results `page` would give in all."""
    statement = _filtered(cycle_id, roots, filters).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(statement)) or 0


async def tally(session: AsyncSession, cycle_id: UUID, roots: Iterable[UUID]) -> Tally:
    """Count the current results in the subtrees of the roots."""
    rows = await session.execute(_filtered(cycle_id, roots, {}))
    found = [_result(row) for row in rows]
    assessed = [each for each in found if each.assessed]
    newest = (
        sa.select(col(SnapshotRow.hash))
        .where(col(SnapshotRow.cycle_id) == cycle_id)
        .order_by(col(SnapshotRow.id).desc())
        .limit(1)
    )
    return Tally(
        snapshot_hash=(await session.execute(newest)).scalar_one(),
        levels=Counter(each.level for each in assessed),
        stars=Counter(star for each in assessed for star in each.stars),
        states=Counter(each.state.value for each in found),
        not_applied=sum(not each.submitted for each in assessed),
        not_assessed=len(found) - len(assessed),
    )


async def kept(session: AsyncSession, cycle_id: UUID) -> Kept:
    """Return all results of a cycle with all their versions, as their rows have them."""
    mine = ResultRow.rows().where(col(ResultRow.cycle_id) == cycle_id)
    rows = await session.execute(mine.order_by(col(ResultRow.organization_id)))
    heads = {row.id: values_of(row) for row in rows}
    theirs = ResultVersionRow.rows().where(col(ResultVersionRow.cycle_id) == cycle_id)
    ordered = theirs.order_by(col(ResultVersionRow.result_id), col(ResultVersionRow.version))
    versions = (await session.execute(ordered)).all()
    newest = {row.result_id: row.version for row in versions}
    known = {result_id: head["version"] for result_id, head in heads.items()}
    current = [head for head in heads.values() if head["current"]]
    return Kept(
        versions=[_stored(row, heads[row.result_id]) for row in versions if row.result_id in heads],
        lost=sorted(
            each for each in newest.keys() | known.keys() if newest.get(each) != known.get(each)
        ),
        entrants=[Entrant(*(head[name] for name in _NAMED)) for head in current],
        settled={x["organization_id"] for x in current if x["state"] != ResultState.VOID},
    )


def _stored(row: sa.Row[Any], head: dict[str, Any]) -> StoredVersion:
    newest = head["version"] == row.version
    return StoredVersion(
        result_id=row.result_id,
        organization_id=head["organization_id"],
        version=row.version,
        snapshot_id=row.snapshot_id,
        corrected=row.corrected,
        content=row.content,
        hash=row.hash,
        columns={"level": row.level, "stars": row.stars},
        shown={name: head[name] for name in _SHOWN} if newest else None,
    )


def _filtered(cycle_id: UUID, roots: Iterable[UUID], filters: dict[str, Any]) -> sa.Select[Any]:
    statement = ResultRow.rows().where(
        col(ResultRow.cycle_id) == cycle_id,
        col(ResultRow.current),
        within(roots, col(ResultRow.path)),
    )
    silent = col(ResultRow.assessed) & ~col(ResultRow.submitted)
    unconfirmed = silent & col(ResultRow.not_applied_confirmed_by).is_(None)
    known: dict[str, Callable[[Any], sa.ColumnElement[bool]]] = {
        "level": lambda value: (col(ResultRow.level) == value) & col(ResultRow.assessed),
        "township_id": lambda value: col(ResultRow.township_id) == value,
        "state": lambda value: col(ResultRow.state) == value,
        "missed": lambda value: col(ResultRow.missed).contains([value]),
        "any_missed": lambda _: sa.func.jsonb_array_length(col(ResultRow.missed)) > 0,
        "awaiting_confirmation": lambda value: unconfirmed if value else ~unconfirmed,
    }
    for name, value in filters.items():
        if value is not None:
            statement = statement.where(known[name](value))
    return statement


def _one(row: sa.Row[Any] | None) -> Result:
    if row is None:
        raise NotFound(
            "没有找到这个结果，或者不在您的管辖范围。", "No such result within your reach."
        )
    return _result(row)


def _result(row: sa.Row[Any]) -> Result:
    return _made(values_of(row))


def _made(values: dict[str, Any]) -> Result:
    confirmed = None
    if values["not_applied_confirmed_by"] is not None:
        confirmed = Actor(
            values["not_applied_confirmed_by"], values["not_applied_confirmed_by_person"]
        )
    return Result(
        **{name: values[name] for name in _KEPT}
        | {
            "state": ResultState(values["state"]),
            "stars": tuple(values["stars"]),
            "misses": tuple(_miss(each) for each in values["misses"]),
            "not_applied_confirmed_by": confirmed,
        }
    )


def _miss(stored: dict[str, Any]) -> Miss:
    return Miss(stored["star"], tuple(MissReason(**each) for each in stored["reasons"]))


def _columns(result: Result) -> dict[str, Any]:
    own = {name: value for name, value in vars(result).items() if name in ResultRow.model_fields}
    later = result.succeeds is not None
    state = {"current": not later, "pending": later, "state": result.state.value}
    return own | state | _confirmation(result)


def _confirmation(result: Result) -> dict[str, Any]:
    confirmed = result.not_applied_confirmed_by
    return {
        "not_applied_confirmed_by": confirmed.user_id if confirmed else None,
        "not_applied_confirmed_by_person": confirmed.person_id if confirmed else None,
        "not_applied_confirmed_at": result.not_applied_confirmed_at,
    }
