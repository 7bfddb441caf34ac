"""The SQL of the burden that demands were."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.registry.facts.domain.demands import Burden
from services.registry.facts.tables import FactDemandCountRow, FactDemandRow
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from shared.contracts.registry import Tier

_SUMS = (
    sa.func.count(sa.distinct(col(FactDemandCountRow.demand_id))).label("demands"),
    sa.func.sum(col(FactDemandCountRow.asked)).label("asked"),
    sa.func.sum(col(FactDemandCountRow.known)).label("known"),
)


@dataclass(frozen=True)
class Period:
    """Whose burden, of which demands: asked from the first to the last day, both inclusive."""

    reach: Reach
    first: date
    last: date
    under: str | None = None


async def burdens(
    session: AsyncSession, period: Period, tier: Tier | None, after: str | None, limit: int
) -> list[Burden]:
    """Return up to `limit + 1` burdens after a path: of each organization, or summed by `tier`.

    Summed by township or county, an organization counts for the one of that tier above it.
    """
    place, group = OrganizationRow, aliased(OrganizationRow)
    above = col(place.id) == col(group.id)
    if tier is not None:
        above = sa.func.starts_with(col(place.path), col(group.path)) & (
            col(group.tier) == tier.value
        )
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(group.id).label("organization_id"),
            col(group.short_name),
            col(group.path),
            *_SUMS,
        )
        .select_from(FactDemandCountRow)
        .join(FactDemandRow, col(FactDemandRow.id) == col(FactDemandCountRow.demand_id))
        .join(place, col(place.id) == col(FactDemandCountRow.organization_id))
        .join(group, above)
        .where(within(period.reach), col(FactDemandRow.asked_on).between(period.first, period.last))
        .group_by(*(col(each) for each in (group.id, group.short_name, group.path)))
    )
    if period.under is not None:
        statement = statement.where(col(place.path).like(f"{period.under}%"))
    if after is not None:
        statement = statement.where(col(group.path) > after)
    rows = await session.execute(statement.order_by(col(group.path)).limit(limit + 1))
    return [
        Burden(row.organization_id, row.short_name, row.path, row.demands, row.asked, row.known)
        for row in rows
    ]
