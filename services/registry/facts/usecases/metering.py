"""The burden meter: how many values each organization was asked for, and how many were known."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.facts.domain.demands import Burden
from services.registry.facts.store import burden as store
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import DatesInvalid
from shared.context import Context
from shared.contracts.registry import Tier
from shared.errors import Fault, Text


@dataclass(frozen=True)
class Period:
    """Whose burden is asked for: demands from the first to the last day, both inclusive."""

    first: date
    last: date
    under: UUID | None = None
    tier: Tier | None = None


async def read_burden(ctx: Context, period: Period, after: str | None, limit: int) -> list[Burden]:
    """Return up to `limit + 1` burdens within the caller's part of the tree, by path."""
    if period.last < period.first:
        raise DatesInvalid(
            "截止日期早于起始日期，请改正。",
            "The last day lies before the first.",
            faults=(Fault("/query/until", Text("早于起始日期", "too early")),),
        )
    async with ctx.read() as work:
        root = await organizations.find(work.session, period.under) if period.under else None
        shown = store.Period(
            reach=await organizations.reach(work.session, sight_of(ctx.caller)),
            first=period.first,
            last=period.last,
            under=root.path if root else None,
        )
        return await store.burdens(work.session, shown, period.tier, after, limit)
