"""What is done with organizations: found, correct, dissolve, remove, read, follow."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.divisions import store as divisions
from services.registry.divisions.domain import Division, DivisionUnknown, Level
from services.registry.organizations import store
from services.registry.organizations.domain import codes, naming, scope, tree
from services.registry.organizations.domain.pinyin import spelled
from services.registry.organizations.domain.tree import Change, Organization
from shared.caller import Role
from shared.context import Context, Work
from shared.contracts.registry import OrganizationChanged, OrganizationKind, Sector, Tier
from shared.errors import OutOfScope, require_version
from shared.tables import new_id

# Who keeps the register of organizations.
KEEPERS = (Role.SYSTEM_ADMINISTRATOR, Role.ORGANIZATION_DEPARTMENT)


@dataclass(frozen=True)
class Draft:
    """What is said about an organization that is to be registered."""

    parent_id: UUID | None
    kind: OrganizationKind
    sector: Sector
    tier: Tier
    name: str
    short_name: str
    founded_on: date
    division_id: UUID | None = None
    credit_code: str | None = None
    sort: int = 0
    generated: bool = False


async def create(ctx: Context, draft: Draft) -> Organization:
    """Register one organization below another; a county committee stands at the top."""
    ctx.caller.require(*KEEPERS)
    if draft.credit_code is not None:
        codes.check_credit_code(draft.credit_code)
    async with ctx.work() as work:
        await store.serialise_writers(work.session)
        sight = scope.sight_of(ctx.caller, *KEEPERS)
        parent = None
        if draft.parent_id is not None:
            parent = await store.require_within(work.session, sight, draft.parent_id)
        elif not sight.everywhere:
            raise _above_county()
        tree.check_parent(parent, draft.tier)
        made = await _made(work, draft, parent)
        await store.add(work.session, [made], work.moment.real)
        await _tell(work, made, "organization.create", None)
    return made


def _above_county() -> OutOfScope:
    return OutOfScope(
        "新建县级组织须由授权范围为全部组织的系统管理员办理。",
        "Only a system administrator of the whole tree may register a county committee.",
    )


async def _made(work: Work, draft: Draft, parent: Organization | None) -> Organization:
    code = None
    if draft.division_id is not None:
        code = (await _division(work, draft.division_id)).code
    own_id = new_id()
    pinyin, initials = spelled(draft.short_name)
    return Organization(
        id=own_id,
        county_id=tree.county_of(parent, draft.tier, own_id),
        path=tree.path_below(parent, own_id),
        pinyin=pinyin,
        initials=initials,
        division_code=code,
        **vars(draft),
    )


async def _division(work: Work, division_id: UUID) -> Division:
    found = await divisions.find(work.session, division_id, work.moment.today)
    if found is None:
        raise DivisionUnknown(
            "没有登记这个行政区划，请先导入区划表，再选用其中的编号。",
            "No such division: import the divisions first.",
        )
    return found


async def create_from_divisions(
    ctx: Context, county_code: str, founded_on: date | None, *, generated: bool
) -> naming.Planned:
    """Register a county committee, its township committees and village branches in one go.

    Divisions that have a living organization keep it, so that repeating this adds nothing.
    """
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    async with ctx.work() as work:
        await store.serialise_writers(work.session)
        wanted = await _divisions_of(work, county_code)
        known = await store.living_of_divisions(work.session, [each.id for each in wanted])
        planned = naming.plan_tree(wanted, known, founded_on, new_id, generated=generated)
        reach = await store.reach(
            work.session, scope.sight_of(ctx.caller, Role.SYSTEM_ADMINISTRATOR)
        )
        if not reach.covers(planned.county.path):
            raise _above_county()
        await store.add(work.session, planned.added, work.moment.real)
        if planned.added:
            await _tell_of_all(work, planned)
    return planned


async def _divisions_of(work: Work, county_code: str) -> list[Division]:
    county = await divisions.by_code(work.session, county_code)
    if county is None or county.level is not Level.COUNTY:
        raise DivisionUnknown(
            f"没有登记代码为“{county_code}”的县级区划，请先导入该县的区划表。",
            f"No county has the code {county_code}: import its divisions first.",
        )
    towns = await divisions.children(work.session, [county.id])
    villages = await divisions.children(work.session, [town.id for town in towns])
    return [county, *towns, *villages]


async def _tell_of_all(work: Work, planned: naming.Planned) -> None:
    county = planned.county
    after = {tier.value: planned.count(tier) for tier in Tier}
    await work.audit(
        "organization.create_from_divisions",
        "organization",
        county.id,
        county_id=county.id,
        after=after,
    )
    await work.emit(OrganizationChanged(count=len(planned.added)), county.id, county.id)


async def correct(
    ctx: Context, organization_id: UUID, version: int, changes: dict[str, Any]
) -> Organization:
    """Correct what was registered; the version must be the stored one."""
    ctx.caller.require(*KEEPERS)
    if changes.get("credit_code") is not None:
        codes.check_credit_code(changes["credit_code"])
    async with ctx.work() as work:
        before = await _to_change(work, organization_id, version)
        if changes.get("division_id") is not None:
            changes = changes | {
                "division_code": (await _division(work, changes["division_id"])).code
            }
        after = replace(before, **changes, version=before.version + 1)
        pinyin, initials = spelled(after.short_name)
        after = replace(after, pinyin=pinyin, initials=initials)
        await store.update(work.session, after, work.moment.real)
        await _tell(work, after, "organization.correct", before)
    return after


async def dissolve(
    ctx: Context, organization_id: UUID, on: date, successor_id: UUID | None, reason: str
) -> Organization:
    """End an organization on a date, naming who takes over its results and entitlements."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        before = await _to_change(work, organization_id, None)
        successor = await store.find(work.session, successor_id) if successor_id else None
        tree.check_dissolution(before, on, successor)
        await _require_childless(work, before, on)
        after = replace(
            before, dissolved_on=on, successor_id=successor_id, version=before.version + 1
        )
        await store.update(work.session, after, work.moment.real)
        await _tell(work, after, "organization.dissolve", before, reason)
    return after


async def remove(ctx: Context, organization_id: UUID, version: int) -> None:
    """Mark an organization registered by mistake as deleted; followers of the feed see it."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        before = await _to_change(work, organization_id, version)
        await _require_childless(work, before, date.min)
        after = replace(before, deleted=True, version=before.version + 1)
        await store.update(work.session, after, work.moment.real)
        await _tell(work, after, "organization.remove", before)


async def _to_change(work: Work, organization_id: UUID, version: int | None) -> Organization:
    await store.serialise_writers(work.session)
    sight = scope.sight_of(work.caller, *KEEPERS)
    found = await store.require_within(work.session, sight, organization_id)
    if version is not None:
        require_version(version, found.version)
    return found


async def _require_childless(work: Work, organization: Organization, on: date) -> None:
    if await store.has_living_children(work.session, organization.id, on):
        raise tree.HasChildren(
            f"“{organization.name}”还有下级组织，请先处理下级组织。",
            "Deal with the organizations below it first.",
        )


async def _tell(
    work: Work,
    after: Organization,
    action: str,
    before: Organization | None,
    reason: str | None = None,
) -> None:
    await work.audit(
        action,
        "organization",
        after.id,
        county_id=after.county_id,
        before=before.record().model_dump(mode="json") if before else None,
        after=after.record().model_dump(mode="json"),
        reason=reason,
    )
    aggregate = after.county_id or after.id
    await work.emit(OrganizationChanged(count=1), aggregate, after.county_id)


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


async def list_organizations(
    ctx: Context, wanted: Wanted, after: str | None, limit: int, *, total: bool
) -> tuple[list[Organization], int | None]:
    """Return up to `limit + 1` of the caller's organizations, and their number if asked for."""
    async with ctx.read() as work:
        under = await store.find(work.session, wanted.under) if wanted.under else None
        shown = store.Filter(
            reach=await store.reach(work.session, scope.sight_of(ctx.caller)),
            as_of=wanted.as_of or work.moment.today,
            under=under.path if under else None,
            parent_id=wanted.parent_id,
            tier=wanted.tier,
            sector=wanted.sector,
            kind=wanted.kind,
            text=wanted.text,
        )
        found = await store.listed(work.session, shown, after, limit)
        return found, await store.count(work.session, shown) if total else None


async def read(ctx: Context, organization_id: UUID, as_of: date | None) -> Organization:
    """Return one organization; with a date only if it existed on it."""
    async with ctx.read() as work:
        sight = scope.sight_of(ctx.caller)
        found = await store.require_within(work.session, sight, organization_id)
    if as_of is not None and not found.exists_on(as_of):
        raise tree.OrganizationUnknown(
            f"“{found.name}”在 {as_of} 并不存在，请换一个日期，或不带 as_of 查询。",
            f"The organization did not exist on {as_of}.",
        )
    return found


async def follow(ctx: Context, after: int, limit: int) -> list[Change]:
    """Return the next entries of the change feed within the caller's part of the tree."""
    async with ctx.read() as work:
        reach = await store.reach(work.session, scope.sight_of(ctx.caller))
        return await store.changes(work.session, reach, after, limit)
