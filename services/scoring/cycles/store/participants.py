"""The participants frozen when a cycle opened."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.cycles.domain import Absence, Participant, Standing
from services.scoring.cycles.tables import ParticipantRow
from services.scoring.tables import values_of
from shared.errors import NotFound


def frozen_within(
    roots: Iterable[UUID], path: sa.SQLColumnExpression[str]
) -> sa.ColumnElement[bool]:
    """Return the predicate: a frozen path leads through (or to) one of the organizations.

    Unlike `shared.directory.within` it does not ask how the tree stands today: a branch that
    moves keeps its place in a running cycle.
    """
    return sa.or_(sa.false(), *(path.contains(f"/{root}/") for root in roots))


async def add_participants(session: AsyncSession, found: Sequence[Participant]) -> None:
    """Freeze these participants; one that is frozen already stays as it is."""
    rows = [vars(each) | {"facts": dict(each.facts)} for each in found]
    if rows:
        await session.execute(insert(ParticipantRow).on_conflict_do_nothing(), rows)


async def set_facts(
    session: AsyncSession,
    cycle_id: UUID,
    organizations: Iterable[UUID],
    facts: Mapping[UUID, Mapping[str, int]],
) -> int:
    """Let these participants have these facts and no others; returns how many changed."""
    before = {each.organization_id: each.facts for each in await participants(session, cycle_id)}
    now = {each: dict(facts.get(each, {})) for each in organizations}
    rows = [{"of": each, "to": mine} for each, mine in now.items() if before[each] != mine]
    if rows:
        statement = (
            sa.update(ParticipantRow)
            .where(
                col(ParticipantRow.cycle_id) == cycle_id,
                col(ParticipantRow.organization_id) == sa.bindparam("of"),
            )
            .values(facts=sa.bindparam("to"))
        )
        await (await session.connection()).execute(statement, rows)
    return len(rows)


async def participants(
    session: AsyncSession, cycle_id: UUID, scope: Iterable[UUID] | None = None
) -> list[Participant]:
    """Return a cycle's participants in the order of their paths.

    With `scope`, only those in the subtree of one of these organizations.
    """
    statement = ParticipantRow.rows().where(col(ParticipantRow.cycle_id) == cycle_id)
    if scope is not None:
        statement = statement.where(frozen_within(scope, col(ParticipantRow.path)))
    rows = await session.execute(statement.order_by(col(ParticipantRow.path)))
    return [_participant(row) for row in rows]


async def participants_page(
    session: AsyncSession,
    cycle_id: UUID,
    scope: Iterable[UUID],
    *,
    standing: Standing | None,
    township_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Participant]:
    """Return some participants in the subtrees of `scope`, in the order of their ids."""
    statement = _listed(cycle_id, scope, standing, township_id)
    if after is not None:
        statement = statement.where(col(ParticipantRow.organization_id) > after)
    rows = await session.execute(
        statement.order_by(col(ParticipantRow.organization_id)).limit(limit)
    )
    return [_participant(row) for row in rows]


async def participants_count(
    session: AsyncSession,
    cycle_id: UUID,
    scope: Iterable[UUID],
    standing: Standing | None,
    township_id: UUID | None,
) -> int:
    """Return how many participants `participants_page` would list in all."""
    listed = _listed(cycle_id, scope, standing, township_id).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(listed)) or 0


async def participant(session: AsyncSession, cycle_id: UUID, organization_id: UUID) -> Participant:
    """Return one participant; NotFound when the organization takes no part in the cycle."""
    own = {"cycle": cycle_id, "organization": organization_id}
    row = (await session.execute(_PARTICIPANT, own)).one_or_none()
    if row is None:
        raise NotFound(
            "该组织不在本周期的参评名单里，请核对组织和周期。",
            "This organization takes no part in the cycle.",
        )
    return _participant(row)


# Made once: read whenever a branch saves what it fills in.
_PARTICIPANT = ParticipantRow.rows().where(
    col(ParticipantRow.cycle_id) == sa.bindparam("cycle"),
    col(ParticipantRow.organization_id) == sa.bindparam("organization"),
)


def _listed(
    cycle_id: UUID, scope: Iterable[UUID], standing: Standing | None, township_id: UUID | None
) -> sa.Select[Any]:
    statement = ParticipantRow.rows().where(
        col(ParticipantRow.cycle_id) == cycle_id, frozen_within(scope, col(ParticipantRow.path))
    )
    if standing is not None:
        statement = statement.where(col(ParticipantRow.standing) == standing)
    if township_id is not None:
        statement = statement.where(col(ParticipantRow.township_id) == township_id)
    return statement


def _participant(row: sa.Row[Any]) -> Participant:
    return Participant(
        **values_of(row)
        | {
            "standing": Standing(row.standing),
            "absence": Absence(row.absence) if row.absence else None,
        }
    )
