"""Planning elections: one by one, or for a township's or county's branches at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.people.domain.elections import (
    BODY_NAMES,
    ELECTING,
    LARGEST_BATCH,
    ORGANIZERS,
    Body,
    Election,
    ElectionOpen,
    ElectionRangeUnfit,
    ElectionState,
)
from services.registry.people.store import elections as store
from services.registry.people.store import terms
from services.registry.people.usecases.checking import check_exists
from shared.context import Context, Work
from shared.contracts.registry import OrganizationKind, Sector
from shared.errors import Fault, Text
from shared.tables import new_id


@dataclass(frozen=True)
class Draft:
    """An election to be planned."""

    organization_id: UUID
    body: Body
    planned_on: date


@dataclass(frozen=True)
class BulkDraft:
    """Elections to be planned on one day, for what stands below an organization."""

    under: UUID
    body: Body
    planned_on: date
    kinds: Sequence[OrganizationKind] = ELECTING
    sector: Sector | None = None


@dataclass(frozen=True)
class Planned:
    """Which organizations get an election, and which have one under way and are left out."""

    elections: Sequence[Election]
    names: dict[UUID, str]
    left_out: Sequence[Election]


async def plan(ctx: Context, draft: Draft) -> Election:
    """Plan an election of one organization."""
    ctx.caller.require(*ORGANIZERS)
    async with ctx.work() as work:
        sight = sight_of(ctx.caller, *ORGANIZERS)
        place = await organizations.require_within(work.session, sight, draft.organization_id)
        await terms.lock_organizations(work.session, [place.id])
        check_exists(place, draft.planned_on, "planned_on")
        await check_none_open(work, place.id, draft.body)
        made = Election(
            id=new_id(),
            county_id=place.county_id or place.id,
            state=ElectionState.PLANNED,
            **vars(draft),
        )
        await store.add(work.session, [made])
        await record(work, "election.plan", made)
    return made


async def check_none_open(work: Work, organization_id: UUID, body: Body) -> None:
    """Raise ElectionOpen if an election of the same posts is under way."""
    for each in await store.open_of(work.session, [organization_id]):
        if each.concerns(body):
            raise ElectionOpen(
                f"该组织{BODY_NAMES[each.body]}的选举（计划 {each.planned_on}）尚未办结，"
                "请先办结、推迟或取消它。",
                f"An election planned for {each.planned_on} is under way: finish or cancel it.",
                election_id=str(each.id),
            )


async def record(work: Work, action: str, after: Election, reason: str | None = None) -> None:
    """Write what happened to an election into the audit trail."""
    said = {
        "election": str(after.id),
        "body": after.body.value,
        "state": after.state.value,
        "planned_on": after.planned_on.isoformat(),
        "held_on": after.held_on.isoformat() if after.held_on else None,
    }
    await work.audit(
        action,
        "organization",
        after.organization_id,
        county_id=after.county_id,
        after=said,
        reason=reason,
    )


async def preview(ctx: Context, draft: BulkDraft) -> Planned:
    """Say which organizations would get an election; nothing is changed."""
    ctx.caller.require(*ORGANIZERS)
    async with ctx.read() as work:
        return await _planned(work, draft)


async def plan_all(ctx: Context, draft: BulkDraft) -> Planned:
    """Plan an election of every organization below one that has none under way."""
    ctx.caller.require(*ORGANIZERS)
    async with ctx.work() as work:
        found = await _planned(work, draft, lock=True)
        await store.add(work.session, found.elections)
        counties = {each.county_id for each in found.elections}
        for county_id in counties:
            mine = [each for each in found.elections if each.county_id == county_id]
            after = {
                "elections": [str(each.id) for each in mine],
                "body": draft.body.value,
                "planned_on": draft.planned_on.isoformat(),
            }
            await work.audit(
                "election.plan_all", "organization", draft.under, county_id=county_id, after=after
            )
    return found


async def _planned(work: Work, draft: BulkDraft, *, lock: bool = False) -> Planned:
    sight = sight_of(work.caller, *ORGANIZERS)
    root = await organizations.require_within(work.session, sight, draft.under)
    rows = await store.electing(
        work.session, root.path, draft.kinds, draft.sector, draft.planned_on
    )
    if not 0 < len(rows) <= LARGEST_BATCH:
        raise ElectionRangeUnfit(
            f"“{root.short_name}”之下符合条件的组织有 {len(rows)} 个，"
            f"应为 1 至 {LARGEST_BATCH} 个，请改选上级组织、类型、领域或日期。",
            f"{len(rows)} organizations match; 1 to {LARGEST_BATCH} are possible.",
            faults=(Fault("/body/under", Text("请改选范围", "choose another part")),),
        )
    ids = [row[0] for row in rows]
    if lock:
        await terms.lock_organizations(work.session, ids)
    under_way = await store.open_of(work.session, ids)
    left_out = [each for each in under_way if each.concerns(draft.body)]
    busy = {each.organization_id for each in left_out}
    made = [
        Election(
            id=new_id(),
            county_id=county_id,
            organization_id=own_id,
            body=draft.body,
            state=ElectionState.PLANNED,
            planned_on=draft.planned_on,
        )
        for own_id, county_id, _ in rows
        if own_id not in busy
    ]
    return Planned(made, {row[0]: row[2] for row in rows}, left_out)
