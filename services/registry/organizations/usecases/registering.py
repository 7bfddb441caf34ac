"""Register a county by its divisions; correct and remove what was registered by mistake."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.divisions import store as divisions
from services.registry.divisions.domain import Division, DivisionUnknown, Level
from services.registry.organizations import store
from services.registry.organizations.domain import blocks, codes, naming, scope, tree
from services.registry.organizations.domain.corrections import (
    DATED,
    check_founding,
    corrected,
    period_to_correct,
)
from services.registry.organizations.domain.events import Action, Event, Part
from services.registry.organizations.domain.timeline import first_period
from services.registry.organizations.domain.tree import Organization
from services.registry.organizations.store import current, periods
from services.registry.organizations.store import events as event_store
from services.registry.organizations.usecases.holding import (
    KEEPERS,
    above_county,
    division_of,
    hold,
    in_keeping,
    tell,
)
from shared.caller import Role
from shared.context import Context, Work
from shared.contracts.registry import OrganizationChanged, Tier
from shared.errors import require_version
from shared.pinyin import spelled
from shared.tables import new_id


async def create_from_divisions(
    ctx: Context, county_code: str, founded_on: date | None, *, generated: bool
) -> naming.Planned:
    """Register a county committee, its township committees and village branches in one go.

    Divisions that have a living organization keep it, so that repeating this adds nothing.
    """
    ctx.caller.require(Role.SYSTEM_ADMINISTRATOR)
    async with ctx.work() as work:
        await hold(work)
        wanted = await _divisions_of(work, county_code)
        known = await store.living_of_divisions(work.session, [each.id for each in wanted])
        planned = naming.plan_tree(wanted, known, founded_on, new_id, generated=generated)
        reach = await store.reach(
            work.session, scope.sight_of(ctx.caller, Role.SYSTEM_ADMINISTRATOR)
        )
        if not reach.covers(planned.county.path):
            raise above_county()
        if planned.added:
            await _check_parents(work, planned)
            await _add(work, planned)
            await _tell_of_all(work, planned)
    return planned


async def _add(work: Work, planned: naming.Planned) -> None:
    county, now = planned.county, work.moment.real
    founded = min(each.founded_on for each in planned.added)
    parts = {each.id: Part.MADE for each in planned.added}
    event = Event(new_id(), county.id, Action.FOUND, founded, "按行政区划建立", parts)
    await current.insert(work.session, planned.added, now)
    await event_store.add(work.session, event, work.caller.user_id, now)
    await periods.begin(work.session, [first_period(each, event.id) for each in planned.added])


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


async def _check_parents(work: Work, planned: naming.Planned) -> None:
    """Refuse branches that would be older than the township they are added to."""
    new = {each.id for each in planned.added}
    outside = {each.parent_id for each in planned.added if each.parent_id} - new
    forest = await periods.forest(work.session, [], outside, date.min)
    for each in planned.added:
        if each.parent_id in outside:
            problem = blocks.no_parent(forest, each.parent_id, each.founded_on, each.tier)
            if problem is not None:
                raise problem


async def correct(
    ctx: Context, organization_id: UUID, version: int, changes: dict[str, Any]
) -> Organization:
    """Correct what was registered; the version must be the stored one."""
    ctx.caller.require(*KEEPERS)
    if changes.get("credit_code") is not None:
        codes.check_credit_code(changes["credit_code"])
    async with ctx.work() as work:
        before = await _to_change(work, organization_id, version)
        await _correct_periods(work, before, changes)
        after = replace(before, **changes, version=version + 1)
        pinyin, initials = spelled(after.short_name)
        code = before.division_code
        if "division_id" in changes:
            found = after.division_id and await division_of(work, after.division_id)
            code = found.code if found else None
        after = replace(after, pinyin=pinyin, initials=initials, division_code=code)
        await store.update(work.session, after, work.moment.real)
        event = _correction(work, after)
        await event_store.add(work.session, event, ctx.caller.user_id, work.moment.real)
        await tell(work, after, "organization.correct", before)
    return after


def _correction(work: Work, organization: Organization) -> Event:
    return Event(
        id=new_id(),
        county_id=organization.county_id,
        action=Action.CORRECT,
        effective_on=work.moment.today,
        reason="",
        parts={organization.id: Part.SUBJECT},
    )


async def _correct_periods(work: Work, before: Organization, changes: dict[str, Any]) -> None:
    mine = await periods.of_one(work.session, before.id)
    if DATED & changes.keys():
        wrong = period_to_correct(mine, work.moment.today)
        await periods.correct(work.session, wrong.valid_from, corrected(wrong, changes))
        mine = await periods.of_one(work.session, before.id)
    if "founded_on" in changes:
        parents = [before.parent_id] if before.parent_id else []
        around = await periods.forest(work.session, [before.id], parents, date.min)
        first, founded_on = mine[0], changes["founded_on"]
        above = around.periods.get(first.parent_id, ()) if first.parent_id else ()
        below = [each for own in around.periods.values() for each in own]
        check_founding(first, founded_on, above, below)
        await periods.correct(work.session, first.valid_from, replace(first, valid_from=founded_on))


async def remove(ctx: Context, organization_id: UUID, version: int) -> None:
    """Mark an organization registered by mistake as deleted; followers of the feed see it."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        before = await _to_change(work, organization_id, version)
        forest = await periods.forest(work.session, [organization_id], [], date.min)
        if forest.children(organization_id, date.min):
            raise blocks.has_children(before)
        if await current.follows_others(work.session, organization_id):
            raise tree.SuccessorInvalid(
                f"“{before.name}”承接了其他组织的结果和待遇，不能删除；如已不存在请办理撤销。",
                "Others ended in it: dissolve it instead.",
            )
        after = replace(before, deleted=True, version=before.version + 1)
        await store.update(work.session, after, work.moment.real)
        await tell(work, after, "organization.remove", before)


async def _to_change(work: Work, organization_id: UUID, version: int) -> Organization:
    await hold(work)
    found = await in_keeping(work, organization_id)
    require_version(version, found.version)
    return found
