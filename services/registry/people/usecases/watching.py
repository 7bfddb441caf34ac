"""What will end soon and what stands empty, within the caller's part of the tree."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import OrganizationUnknown
from services.registry.organizations.store import dated
from services.registry.people.domain.endings import Ending, Reminding, last_day
from services.registry.people.domain.vacancies import Vacancy
from services.registry.people.store import endings, vacancies
from shared.context import Context, Work
from shared.contracts.registry import OrganizationKind, Tier


@dataclass(frozen=True)
class Vacant:
    """Which vacancies a reader asks for: today, and of more months than the setting says."""

    as_of: date | None = None
    months: int | None = None
    under: UUID | None = None
    tier: Tier | None = None
    kind: OrganizationKind | None = None


async def list_vacancies(
    ctx: Context, wanted: Vacant, after: list[str] | None, limit: int
) -> list[Vacancy]:
    """Return up to `limit + 1` vacancies within the caller's part of the tree on that day."""
    async with ctx.read() as work:
        shown = await vacancies_within(work, wanted, ctx.port(Reminding).months)
        return await vacancies.listed(work.session, shown, after, limit)


async def vacancies_within(work: Work, wanted: Vacant, months: int) -> vacancies.Filter:
    """Return what the caller may see of what is asked; OrganizationUnknown outside of it."""
    as_of = wanted.as_of or work.moment.today
    reach = await dated.reach_on(work.session, sight_of(work.caller), as_of)
    path = None
    if wanted.under is not None:
        path = await dated.path_on(work.session, wanted.under, as_of)
        if path is None or not reach.covers(path):
            raise OrganizationUnknown(
                "没有找到这个组织，或当日不存在，请核对编号。", "No such organization on that day."
            )
    chosen = months if wanted.months is None else wanted.months
    return vacancies.Filter(reach, as_of, chosen, path, wanted.tier, wanted.kind)


async def list_endings(
    ctx: Context,
    within_days: int | None,
    under: UUID | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[Ending]:
    """Return up to `limit + 1` terms and periods that end from today on within so many days."""
    async with ctx.read() as work:
        sight, today = sight_of(ctx.caller), work.moment.today
        days = ctx.port(Reminding).days if within_days is None else within_days
        root = None
        if under is not None:
            root = await organizations.require_within(work.session, sight, under)
        shown = endings.Filter(
            reach=await organizations.reach(work.session, sight),
            first=today,
            last=last_day(today, days),
            under=root.path if root else None,
        )
        return await endings.listed(work.session, shown, after, limit)
