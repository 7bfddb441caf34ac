"""Refills of a cycle, as they were proposed and what became of them."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.kernel.inputs import Vacancy
from services.scoring.results.domain.refills import Refill, RefillState
from services.scoring.results.tables import RefillRow


async def of_cycle(session: AsyncSession, cycle_id: UUID) -> list[Refill]:
    """Return all refills of a cycle, oldest first."""
    statement = sa.select(RefillRow).where(col(RefillRow.cycle_id) == cycle_id)
    rows = await session.scalars(
        statement.order_by(col(RefillRow.id)).execution_options(populate_existing=True)
    )
    return [_refill(row) for row in rows]


async def save(session: AsyncSession, refills: Iterable[Refill]) -> None:
    """Write refills back, each with its version raised by one, or insert new ones."""
    for each in refills:
        await session.merge(_row(each))
    await session.flush()


def _refill(row: RefillRow) -> Refill:
    left = tuple(Vacancy.model_validate(each) for each in row.left)
    return Refill(**row.model_dump() | {"left": left, "state": RefillState(row.state)})


def _row(refill: Refill) -> RefillRow:
    left = [each.model_dump(mode="json") for each in refill.left]
    changed = {"left": left, "state": refill.state.value, "version": refill.version + 1}
    return RefillRow(**vars(refill) | changed)
