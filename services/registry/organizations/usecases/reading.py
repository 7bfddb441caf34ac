"""What is asked of organizations: one, many, those above, how many, and what happened."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.divisions import store as divisions
from services.registry.organizations import store
from services.registry.organizations.domain import scope, tree
from services.registry.organizations.domain.events import Told
from services.registry.organizations.domain.timeline import Period
from services.registry.organizations.domain.tree import Counts, Organization
from services.registry.organizations.store import dated, periods
from services.registry.organizations.store import events as event_store
from shared.context import Context, Work
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.errors import OutOfScope


@dataclass(frozen=True)
class Wanted:
    """What a reader asks for; `as_of` defaults to the business date."""

    as_of: date | None = None
    under: UUID | None = None
    parent_id: UUID | None = None
    tier: Tier | None = None
    sector: Sector | None = None
    kind: OrganizationKind | None = None
    text: str | None = None
    division_id: UUID | None = None


async def list_organizations(
    ctx: Context, wanted: Wanted, after: str | None, limit: int, *, total: bool
) -> tuple[list[Organization], int | None]:
    """Return up to `limit + 1` of the caller's organizations, and their number if asked for."""
    async with ctx.read() as work:
        shown = await _filter(work, wanted)
        if shown is None:
            return [], 0 if total else None
        now = wanted.as_of is None
        found = await dated.listed(work.session, shown, after, limit, now=now)
        return found, await dated.count(work.session, shown) if total else None


async def _filter(work: Work, wanted: Wanted) -> dated.Filter | None:
    """Look up what is asked for; None where the organization above did not exist that day."""
    as_of = wanted.as_of or work.moment.today
    under = None
    if wanted.under is not None:
        await store.find(work.session, wanted.under)
        under = await dated.path_on(work.session, wanted.under, as_of)
        if under is None:
            return None
    within = None
    if wanted.division_id is not None:
        within = await divisions.subtree(work.session, wanted.division_id, as_of)
    return dated.Filter(
        reach=await dated.reach_on(work.session, scope.sight_of(work.caller), as_of),
        as_of=as_of,
        under=under,
        parent_id=wanted.parent_id,
        tier=wanted.tier,
        sector=wanted.sector,
        kind=wanted.kind,
        text=wanted.text,
        division_ids=within,
    )


async def read(ctx: Context, organization_id: UUID, as_of: date | None) -> Organization:
    """Return one organization as it is, or as it was on a date if it existed on it."""
    async with ctx.read() as work:
        if as_of is None:
            sight = scope.sight_of(ctx.caller)
            return await store.require_within(work.session, sight, organization_id)
        return await _then(work, organization_id, as_of)


async def _then(work: Work, organization_id: UUID, as_of: date) -> Organization:
    """Return an organization of a day that lay within the caller's part of the tree, or does."""
    sight = scope.sight_of(work.caller)
    today = await store.find(work.session, organization_id)
    then = await dated.find_on(work.session, organization_id, as_of)
    now_seen = (await store.reach(work.session, sight)).covers(today.path)
    if then is None and now_seen:
        raise tree.OrganizationUnknown(
            f"“{today.name}”在 {as_of} 并不存在，请换一个日期，或不带 as_of 查询。",
            f"The organization did not exist on {as_of}.",
        )
    then_seen = then and (await dated.reach_on(work.session, sight, as_of)).covers(then.path)
    if then is None or not (now_seen or then_seen):
        raise OutOfScope(
            "这个组织不在您的管辖范围内，请换用该单位或其上级的账号办理。",
            "This organization is outside the part of the tree you are responsible for.",
        )
    return then


async def ancestors(ctx: Context, organization_id: UUID, as_of: date | None) -> list[Organization]:
    """Return the organizations above one (and itself, last) as of a date, from the top down."""
    async with ctx.read() as work:
        day = as_of or work.moment.today
        then = await _then(work, organization_id, day)
        return await dated.line_of(work.session, then.path, day)


async def count_below(ctx: Context, organization_id: UUID, as_of: date | None) -> Counts:
    """Count what stands at and below an organization on a date by tier, kind and sector."""
    async with ctx.read() as work:
        day = as_of or work.moment.today
        then = await _then(work, organization_id, day)
        reach = await dated.reach_on(work.session, scope.sight_of(ctx.caller), day)
        shown = dated.Filter(reach=reach, as_of=day, under=then.path)
        return Counts(day, await dated.counts(work.session, shown))


async def read_versions(ctx: Context, organization_id: UUID) -> list[Period]:
    """Return all that an organization has been and is to be, oldest first."""
    async with ctx.read() as work:
        await store.require_within(work.session, scope.sight_of(ctx.caller), organization_id)
        return await periods.of_one(work.session, organization_id)


async def read_history(
    ctx: Context, organization_id: UUID, before: UUID | None, limit: int
) -> list[Told]:
    """Return up to `limit + 1` events of an organization, the last recorded first."""
    async with ctx.read() as work:
        await store.require_within(work.session, scope.sight_of(ctx.caller), organization_id)
        events = await event_store.history(work.session, organization_id, before, limit)
        ids = {each for event in events for each in event.parts}
        found = await store.find_all(work.session, ids)
    names = {each: organization.name for each, organization in found.items()}
    return [Told(event, names) for event in events]
