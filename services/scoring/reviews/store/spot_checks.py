"""The draw of a cycle: written once, never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.cycles.domain import Cycle
from services.scoring.reviews.domain.spot_checks import Draw, Stratum
from services.scoring.reviews.tables import DrawRow


async def add_draw(session: AsyncSession, cycle: Cycle, draw: Draw, at: datetime) -> None:
    """Insert the cycle's draw."""
    session.add(
        DrawRow(
            cycle_id=cycle.id,
            county_id=cycle.county_id,
            drawn_at=at,
            seed=draw.seed,
            share_percent=draw.share_percent,
            rounding=draw.rounding,
            strata=[_document(stratum) for stratum in draw.strata],
        )
    )
    await session.flush()


async def find_draw(session: AsyncSession, cycle_id: UUID) -> Draw | None:
    """Return the cycle's draw, None before it took place."""
    row = await session.get(DrawRow, cycle_id)
    if row is None:
        return None
    strata = tuple(_stratum(each) for each in row.strata)
    return Draw(row.seed, row.share_percent, row.rounding, strata)


def _document(stratum: Stratum) -> dict[str, Any]:
    return {
        "key": dict(stratum.key),
        "population": [str(each) for each in stratum.population],
        "drawn": len(stratum.sample),
    }


def _stratum(document: dict[str, Any]) -> Stratum:
    population = tuple(UUID(each) for each in document["population"])
    return Stratum(
        tuple(sorted(document["key"].items())), population, population[: document["drawn"]]
    )
