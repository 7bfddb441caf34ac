"""Reading and writing cycles."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.cycles.domain import Cycle, CycleState, Pause
from services.scoring.cycles.tables import CycleRow, PauseRow
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Plan
from services.scoring.policies import store as policies
from shared.errors import NotFound


async def add(session: AsyncSession, cycle: Cycle) -> None:
    """Insert a new cycle."""
    session.add(_row(cycle))
    await session.flush()


async def find(session: AsyncSession, cycle_id: UUID) -> Cycle:
    """Return a cycle; NotFound otherwise. Whoever asks must check the scope."""
    return await _loaded(session, _CYCLE, {"cycle": cycle_id})


async def find_visible(session: AsyncSession, cycle_id: UUID, roots: Iterable[UUID]) -> Cycle:
    """Return a cycle of a county that one of the roots belongs to; NotFound otherwise."""
    statement = sa.select(CycleRow).where(
        col(CycleRow.id) == cycle_id, policies.of_county(roots, col(CycleRow.county_id))
    )
    return await _loaded(session, _with_pauses(statement))


async def belongs(session: AsyncSession, cycle: Cycle, roots: Iterable[UUID]) -> bool:
    """Whether a cycle is of a county that one of the roots belongs to."""
    given = {"roots": list(roots), "county": cycle.county_id}
    return bool(await session.scalar(_OURS, given))


async def lock(session: AsyncSession, cycle_id: UUID) -> Cycle:
    """Return a cycle and hold it until the transaction ends; NotFound otherwise."""
    await session.execute(_LOCK, {"cycle": cycle_id})
    return await find(session, cycle_id)


async def share(session: AsyncSession, cycle_id: UUID) -> Cycle:
    """Return a cycle that nobody can move on until the transaction ends; NotFound otherwise.

    Many may share it at once. Whoever locks something inside a cycle shares or locks the
    cycle first, so that nobody waits in a circle. These are advisory locks, because
    PostgreSQL lets newcomers share a locked row past whoever waits to hold it, for ever.
    """
    await session.execute(_SHARE, {"cycle": cycle_id})
    return await find(session, cycle_id)


def sharing(cycle_id: sa.SQLColumnExpression[UUID]) -> sa.ColumnElement[None]:
    """Return the expression that shares the cycle of a row; the cycle must be read after it."""
    return sa.func.pg_advisory_xact_lock_shared(_key(cycle_id))


def _key(cycle_id: sa.SQLColumnExpression[UUID]) -> sa.ColumnElement[int]:
    return sa.func.hashtextextended(sa.literal("cycle:") + sa.cast(cycle_id, sa.Text), 0)


_GIVEN = sa.bindparam("cycle", type_=sa.Uuid())
_ROOTS = sa.bindparam("roots", type_=sa.Uuid(), expanding=True)
_OURS = sa.select(policies.of_county(_ROOTS, sa.bindparam("county", type_=sa.Uuid())))
_LOCK = sa.select(sa.func.pg_advisory_xact_lock(_key(_GIVEN)))
_SHARE = sa.select(sharing(_GIVEN))


async def save(session: AsyncSession, cycle: Cycle) -> Cycle:
    """Write a cycle back with its version raised by one; returns it as stored."""
    row = _row(cycle)
    row.version += 1
    await session.merge(row)
    await session.flush()
    return _cycle(row, cycle.pauses)


async def policy(session: AsyncSession, cycle: Cycle) -> Policy:
    """Return what the policy says that the cycle is pinned to."""
    return await policies.policy(session, cycle.policy_id, cycle.policy_hash)


async def plan(session: AsyncSession, cycle: Cycle) -> Plan:
    """Return the policy that the cycle is pinned to, compiled."""
    return await policies.plan(session, cycle.policy_id, cycle.policy_hash)


async def is_running(session: AsyncSession, county_id: UUID, year: int, policy_id: UUID) -> bool:
    """Whether the county has a cycle of this policy for this year that is not cancelled."""
    statement = sa.select(sa.literal(1)).where(
        col(CycleRow.county_id) == county_id,
        col(CycleRow.year) == year,
        col(CycleRow.policy_id) == policy_id,
        col(CycleRow.state) != CycleState.CANCELLED,
    )
    return await session.scalar(statement) is not None


async def page(
    session: AsyncSession,
    roots: Iterable[UUID],
    *,
    drafts: bool,
    after: UUID | None,
    limit: int,
) -> list[Cycle]:
    """Return cycles of the roots' counties, newest first; drafts only where asked for."""
    statement = _listed(roots, drafts=drafts)
    if after is not None:
        statement = statement.where(col(CycleRow.id) < after)
    found = await session.scalars(statement.order_by(col(CycleRow.id).desc()).limit(limit))
    rows = list(found)
    pauses = await _pauses(session, [row.id for row in rows])
    return [_cycle(row, pauses.get(row.id, ())) for row in rows]


async def count(session: AsyncSession, roots: Iterable[UUID], *, drafts: bool) -> int:
    """Return how many cycles `page` would list in all."""
    listed = _listed(roots, drafts=drafts).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(listed)) or 0


async def applying_until_before(session: AsyncSession, today: date) -> list[UUID]:
    """Return the cycles whose time to apply is over but not closed."""
    statement = sa.select(col(CycleRow.id)).where(
        col(CycleRow.state) == CycleState.APPLYING, col(CycleRow.apply_until) < today
    )
    return list(await session.scalars(statement))


async def pause_ended(session: AsyncSession, today: date) -> list[UUID]:
    """Return the cycles whose pause ended by itself and is still marked."""
    statement = sa.select(col(CycleRow.id)).where(col(CycleRow.paused_until) < today)
    return list(await session.scalars(statement))


def _listed(roots: Iterable[UUID], *, drafts: bool) -> sa.Select[CycleRow]:
    statement = sa.select(CycleRow).where(policies.of_county(roots, col(CycleRow.county_id)))
    return statement if drafts else statement.where(col(CycleRow.state) != CycleState.DRAFT)


async def _loaded(
    session: AsyncSession,
    statement: sa.Select[CycleRow, PauseRow | None],
    given: Mapping[str, UUID] | None = None,
) -> Cycle:
    rows = (await session.execute(statement, given)).all()
    if not rows:
        raise NotFound("没有找到这个创建周期，请核对编号。", "No such cycle.")
    return _cycle(rows[0][0], tuple(_pause(row[1]) for row in rows if row[1] is not None))


def _with_pauses(statement: sa.Select[CycleRow]) -> sa.Select[CycleRow, PauseRow | None]:
    joined = statement.add_columns(PauseRow).outerjoin(
        PauseRow, col(PauseRow.cycle_id) == col(CycleRow.id)
    )
    return joined.order_by(col(PauseRow.id)).execution_options(populate_existing=True)


# Made once: whatever happens in a cycle begins by reading it.
_CYCLE = _with_pauses(sa.select(CycleRow).where(col(CycleRow.id) == _GIVEN))


async def _pauses(session: AsyncSession, cycle_ids: list[UUID]) -> dict[UUID, tuple[Pause, ...]]:
    statement = sa.select(PauseRow).where(col(PauseRow.cycle_id).in_(cycle_ids))
    found: dict[UUID, tuple[Pause, ...]] = {}
    for row in await session.scalars(statement.order_by(col(PauseRow.id))):
        found[row.cycle_id] = (*found.get(row.cycle_id, ()), _pause(row))
    return found


def _pause(row: PauseRow) -> Pause:
    return Pause(row.step, row.started_on, row.until, row.working_days)


def _cycle(row: CycleRow, pauses: tuple[Pause, ...]) -> Cycle:
    return Cycle(**row.model_dump() | {"state": CycleState(row.state), "pauses": pauses})


def _row(cycle: Cycle) -> CycleRow:
    names = CycleRow.model_fields
    return CycleRow(**{name: getattr(cycle, name) for name in names})
