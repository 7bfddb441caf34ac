"""The parts of townships and departments in a cycle."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.cycles.domain import Cycle, CycleState
from services.scoring.cycles.tables import CycleRow
from services.scoring.reviews.domain.stages import Member, Stage, StageKind, StageState
from services.scoring.reviews.tables import StageRow
from shared.tables import new_id


async def lock_stage(session: AsyncSession, cycle: Cycle, kind: StageKind, party: str) -> Stage:
    """Return a party's part, begun where it was not, held until the transaction ends."""
    held = await _locked(session, cycle.id, kind, party, share=False)
    if held is None:
        await _begin(session, fresh(cycle, kind, party))
        held = await _locked(session, cycle.id, kind, party, share=False)
    if held is None:
        message = "a stage that was just begun cannot be missing"
        raise RuntimeError(message)
    return held


async def share_stage(session: AsyncSession, cycle: Cycle, kind: StageKind, party: str) -> Stage:
    """Return a party's part and keep it from closing until the transaction ends.

    Many may score in the same part at once.
    """
    held = await _locked(session, cycle.id, kind, party, share=True)
    return held or await lock_stage(session, cycle, kind, party)


async def find_stage(session: AsyncSession, cycle: Cycle, kind: StageKind, party: str) -> Stage:
    """Return a party's part to look at, as it is before anyone acted where it was not begun."""
    row = await session.scalar(_PART, _key(cycle.id, kind, party))
    return fresh(cycle, kind, party) if row is None else _stage(row)


async def stages(session: AsyncSession, cycle_id: UUID, kind: StageKind) -> dict[str, Stage]:
    """Return the begun parts of one kind by party."""
    statement = sa.select(StageRow).where(
        col(StageRow.cycle_id) == cycle_id, col(StageRow.kind) == kind
    )
    return {row.party: _stage(row) for row in await session.scalars(statement)}


async def begin_stages(session: AsyncSession, begun: Iterable[Stage]) -> None:
    """Insert parts; one that exists already stays as it is."""
    for stage in begun:
        await _begin(session, stage)


async def save_stage(session: AsyncSession, stage: Stage) -> Stage:
    """Write a part back with its version raised by one; returns it as stored."""
    saved = replace(stage, version=stage.version + 1)
    await session.merge(_row(saved))
    await session.flush()
    return saved


async def cycles_in(session: AsyncSession, *states: CycleState) -> list[UUID]:
    """Return the cycles in one of these steps, for the sweep."""
    statement = sa.select(col(CycleRow.id)).where(col(CycleRow.state).in_(states))
    return list(await session.scalars(statement.order_by(col(CycleRow.id))))


def fresh(cycle: Cycle, kind: StageKind, party: str) -> Stage:
    """Return a part as it is before anyone acted."""
    return Stage(new_id(), cycle.id, cycle.county_id, kind, party, StageState.OPEN)


async def _begin(session: AsyncSession, stage: Stage) -> None:
    values = _row(stage).model_dump()
    await session.execute(insert(StageRow).values(values).on_conflict_do_nothing())


async def _locked(
    session: AsyncSession, cycle_id: UUID, kind: StageKind, party: str, *, share: bool
) -> Stage | None:
    row = await session.scalar(_SHARE if share else _LOCK, _key(cycle_id, kind, party))
    return None if row is None else _stage(row)


# Made once: whatever anybody scores begins by looking at the part it belongs to.
_PART = sa.select(StageRow).where(
    col(StageRow.cycle_id) == sa.bindparam("cycle"),
    col(StageRow.kind) == sa.bindparam("kind"),
    col(StageRow.party) == sa.bindparam("party"),
)
_LOCK = _PART.with_for_update().execution_options(populate_existing=True)
_SHARE = _PART.with_for_update(read=True).execution_options(populate_existing=True)


def _key(cycle_id: UUID, kind: StageKind, party: str) -> dict[str, object]:
    return {"cycle": cycle_id, "kind": kind, "party": party}


def _stage(row: StageRow) -> Stage:
    return Stage(
        **row.model_dump()
        | {
            "kind": StageKind(row.kind),
            "state": StageState(row.state),
            "members": tuple(_member(each) for each in row.members),
        }
    )


def _member(document: dict[str, str | None]) -> Member:
    person = document["person_id"]
    return Member(document["title"] or "", UUID(person) if person else None)


def _row(stage: Stage) -> StageRow:
    names = set(StageRow.model_fields) - {"members"}
    members = [
        {"title": each.title, "person_id": str(each.person_id) if each.person_id else None}
        for each in stage.members
    ]
    return StageRow(**{name: getattr(stage, name) for name in names}, members=members)
