"""Reading and writing simulations; whoever holds no role for the whole county finds none."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.kernel.grammar import Policy
from services.scoring.simulations.domain.simulation import (
    Basis,
    Brief,
    NewSimulation,
    Simulation,
    SimulationState,
    Source,
)
from services.scoring.simulations.tables import SimulationContentRow, SimulationRow
from shared.directory import organizations, within
from shared.errors import NotFound

_HEAD = tuple(SimulationRow.model_fields)


async def add(session: AsyncSession, simulation: Simulation) -> None:
    """Insert a simulation with its content."""
    source = simulation.source
    session.add(_row(simulation))
    session.add(
        SimulationContentRow(
            simulation_id=simulation.id,
            county_id=simulation.county_id,
            asked=simulation.new.model_dump(mode="json"),
            determination_id=source.determination_id,
            corrected=source.corrected,
            inputs_hash=source.hash,
            inputs=source.inputs,
            policy_hash=simulation.policy_hash,
            policies=[each.model_dump(mode="json") for each in simulation.policies],
            content=simulation.content,
            hash=simulation.hash,
        )
    )
    await session.flush()


async def save(session: AsyncSession, simulation: Simulation) -> Simulation:
    """Write the head of a simulation back with its version raised by one."""
    row = _row(simulation)
    row.version += 1
    await session.merge(row)
    await session.flush()
    return await _loaded(session, sa.select(SimulationRow).where(_is(simulation.id)))


async def find(session: AsyncSession, simulation_id: UUID, roots: Iterable[UUID]) -> Simulation:
    """Return a simulation of a county below one of the roots; NotFound otherwise."""
    return await _loaded(session, sa.select(SimulationRow).where(_is(simulation_id), _below(roots)))


async def lock(session: AsyncSession, simulation_id: UUID, roots: Iterable[UUID]) -> Simulation:
    """Return it likewise and hold it until the transaction ends."""
    statement = sa.select(SimulationRow).where(_is(simulation_id), _below(roots))
    return await _loaded(session, statement.with_for_update())


async def page(
    session: AsyncSession,
    cycle_id: UUID,
    roots: Iterable[UUID],
    state: SimulationState,
    after: UUID | None,
    limit: int,
) -> list[Brief]:
    """Return simulations of a cycle in this state, newest first."""
    statement = _listed(cycle_id, roots, state)
    if after is not None:
        statement = statement.where(col(SimulationRow.id) < after)
    rows = await session.scalars(statement.order_by(col(SimulationRow.id).desc()).limit(limit))
    return [_brief(row) for row in rows]


async def count(
    session: AsyncSession, cycle_id: UUID, roots: Iterable[UUID], state: SimulationState
) -> int:
    """Return how many simulations `page` would list in all."""
    listed = _listed(cycle_id, roots, state).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(listed)) or 0


def _listed(
    cycle_id: UUID, roots: Iterable[UUID], state: SimulationState
) -> sa.Select[SimulationRow]:
    return sa.select(SimulationRow).where(
        col(SimulationRow.cycle_id) == cycle_id, _below(roots), col(SimulationRow.state) == state
    )


def _is(simulation_id: UUID) -> sa.ColumnElement[bool]:
    return col(SimulationRow.id) == simulation_id


def _below(roots: Iterable[UUID]) -> sa.ColumnElement[bool]:
    """The county as a whole lies below one of the roots: a township's grant is not enough."""
    return sa.exists().where(
        organizations.c.id == col(SimulationRow.county_id), within(roots, organizations.c.path)
    )


async def _loaded(session: AsyncSession, statement: sa.Select[SimulationRow]) -> Simulation:
    row = await session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("没有找到这个模拟，请核对编号。", "No such simulation.")
    content = await session.get_one(SimulationContentRow, row.id)
    return _simulation(row, content)


def _simulation(row: SimulationRow, content: SimulationContentRow) -> Simulation:
    return Simulation(
        id=row.id,
        cycle_id=row.cycle_id,
        county_id=row.county_id,
        state=SimulationState(row.state),
        version=row.version,
        new=NewSimulation.model_validate(content.asked),
        source=Source(
            Basis(row.basis),
            content.inputs_hash,
            content.determination_id,
            content.corrected,
            content.inputs,
        ),
        policy_hash=content.policy_hash,
        policies=tuple(Policy.model_validate(each) for each in content.policies),
        content=content.content,
        hash=content.hash,
        made_by=row.made_by,
        made_at=row.made_at,
        archived_by=row.archived_by,
        archived_at=row.archived_at,
        reason=row.reason,
    )


def _row(simulation: Simulation) -> SimulationRow:
    derived = {
        "title": simulation.new.title,
        "basis": simulation.source.basis.value,
        "state": simulation.state.value,
        "variants": [each.name for each in simulation.new.variants],
    }
    own = {name: getattr(simulation, name) for name in _HEAD if name not in derived}
    return SimulationRow(**own | derived)


def _brief(row: SimulationRow) -> Brief:
    return Brief(
        row.id,
        row.cycle_id,
        row.title,
        Basis(row.basis),
        SimulationState(row.state),
        row.variants,
        row.made_at,
    )
