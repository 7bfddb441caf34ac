"""Proposals for 整顿."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.incentives.domain.proposals import Proposal, ProposalState
from services.scoring.incentives.tables import ProposalRow
from services.scoring.results.domain.determinations import Actor
from shared.directory import within
from shared.errors import NotFound


async def add(session: AsyncSession, proposals: Iterable[Proposal]) -> None:
    """Insert proposals; one that the same version of a result made before stays as it is."""
    rows = [_values(each) for each in proposals]
    if rows:
        await session.execute(insert(ProposalRow).on_conflict_do_nothing(), rows)


async def open_of(
    session: AsyncSession, cycle_id: UUID, organization_ids: Iterable[UUID]
) -> list[Proposal]:
    """Return the undecided proposals of these branches, held until the transaction ends."""
    statement = sa.select(ProposalRow).where(
        col(ProposalRow.cycle_id) == cycle_id,
        col(ProposalRow.organization_id).in_(list(organization_ids)),
        col(ProposalRow.state) == ProposalState.PROPOSED,
    )
    return [_proposal(row) for row in await session.scalars(statement.with_for_update())]


async def find(session: AsyncSession, proposal_id: UUID) -> Proposal:
    """Return a proposal; NotFound otherwise. Whoever asks must check the scope."""
    return await _one(session, sa.select(ProposalRow).where(col(ProposalRow.id) == proposal_id))


async def lock(session: AsyncSession, proposal_id: UUID) -> Proposal:
    """Return a proposal and hold it until the transaction ends; NotFound otherwise."""
    statement = sa.select(ProposalRow).where(col(ProposalRow.id) == proposal_id)
    return await _one(session, statement.with_for_update())


async def save(session: AsyncSession, proposal: Proposal) -> Proposal:
    """Write a proposal back with its version raised by one; returns it as stored."""
    values = _values(proposal) | {"version": proposal.version + 1}
    statement = sa.update(ProposalRow).where(col(ProposalRow.id) == proposal.id)
    await session.execute(statement.values(values))
    return await lock(session, proposal.id)


async def page(
    session: AsyncSession,
    cycle_id: UUID,
    roots: Iterable[UUID],
    state: ProposalState | None,
    after: UUID | None,
    limit: int,
) -> list[Proposal]:
    """Return a cycle's proposals within the subtrees of the roots, oldest first."""
    statement = sa.select(ProposalRow).where(
        col(ProposalRow.cycle_id) == cycle_id, within(roots, col(ProposalRow.path))
    )
    if state is not None:
        statement = statement.where(col(ProposalRow.state) == state)
    if after is not None:
        statement = statement.where(col(ProposalRow.id) > after)
    rows = await session.scalars(statement.order_by(col(ProposalRow.id)).limit(limit))
    return [_proposal(row) for row in rows]


async def _one(session: AsyncSession, statement: sa.Select[ProposalRow]) -> Proposal:
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("没有找到这条整顿建议，请核对编号。", "No such proposal.")
    return _proposal(row)


def _proposal(row: ProposalRow) -> Proposal:
    decided = None if row.decided_by is None else Actor(row.decided_by, row.decided_by_person)
    kept = row.model_dump(exclude={"decided_by_person"})
    return Proposal(
        **kept
        | {
            "state": ProposalState(row.state),
            "measures": tuple(row.measures),
            "decided_by": decided,
        }
    )


def _values(proposal: Proposal) -> dict[str, Any]:
    decided = proposal.decided_by
    return vars(proposal) | {
        "state": proposal.state.value,
        "measures": list(proposal.measures),
        "decided_by": decided.user_id if decided else None,
        "decided_by_person": decided.person_id if decided else None,
    }
