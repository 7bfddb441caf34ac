"""Dated changes of the tree: preview them, carry them out, take back what is still to come."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.registry.organizations import store
from services.registry.organizations.domain import events
from services.registry.organizations.domain.commands import Command
from services.registry.organizations.domain.events import Done, Event, Part, Preview
from services.registry.organizations.domain.timeline import Forest
from services.registry.organizations.domain.tree import Organization
from services.registry.organizations.store import events as event_store
from services.registry.organizations.store import periods, references
from services.registry.organizations.usecases.holding import KEEPERS, hold, in_keeping
from services.registry.organizations.usecases.planning import plan
from shared.context import Context, Work
from shared.contracts.registry import OrganizationChanged


async def preview(ctx: Context, command: Command) -> Preview:
    """Say what a change would do and what stands in its way; nothing is changed."""
    ctx.caller.require(*KEEPERS)
    async with ctx.read() as work:
        outcome, forest = await plan(work, command)
        before = {each: forest.last(each) for each in outcome.event.parts if each in forest.periods}
        after = {each.organization_id: each for each in outcome.begun}
        touched = [each for each, part in outcome.event.parts.items() if part is not Part.MADE]
        found = await references.counted(work.session, touched, command.effective_on)
    return Preview(outcome, before, after, found)


async def carry_out(ctx: Context, command: Command) -> Done:
    """Let a change happen on its day; the first thing that stands in its way is raised."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        await hold(work)
        outcome, forest = await plan(work, command)
        outcome.require_possible()
        moment = work.moment
        await event_store.carry_out(
            work.session, outcome, ctx.caller.user_id, moment.today, moment.real
        )
        found = await store.find_all(work.session, outcome.event.parts)
        await _tell(work, outcome.event, forest, found)
    return Done(outcome.event, found)


async def _tell(
    work: Work, event: Event, forest: Forest, after: Mapping[UUID, Organization]
) -> None:
    main = next(each for each, part in event.parts.items() if part is not Part.CARRIED)
    before = {
        str(each): _record(org) for each, org in forest.organizations.items() if each in event.parts
    }
    await work.audit(
        f"organization.{event.action}",
        "organization",
        main,
        county_id=event.county_id,
        before=before or None,
        after={str(each): _record(org) for each, org in after.items()}
        | {"event": str(event.id), "effective_on": event.effective_on.isoformat()},
        reason=event.reason or None,
    )
    told = OrganizationChanged(count=len(event.parts))
    await work.emit(told, event.county_id or main, event.county_id)


def _record(organization: Organization) -> dict[str, Any]:
    return organization.record().model_dump(mode="json")


async def withdraw(ctx: Context, event_id: UUID, reason: str) -> Event:
    """Take back a change whose day has not come and on which no later one rests."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        await hold(work)
        event = await event_store.find(work.session, event_id)
        if event is None:
            raise events.EventUnknown(
                "没有找到这次变动，请在组织的变动记录中查找。", "No such event: see the history."
            )
        for each in event.parts:
            await in_keeping(work, each)
        await _require_last(work, event)
        await event_store.withdraw(work.session, event, work.moment.today, work.moment.real)
        found = await store.find_all(work.session, event.parts)
        after = {str(each): _record(organization) for each, organization in found.items()}
        await work.audit(
            "organization.withdraw",
            "organization",
            next(iter(event.parts)),
            county_id=event.county_id,
            before={"event": str(event.id), "action": event.action.value},
            after=after,
            reason=reason,
        )
        told = OrganizationChanged(count=len(event.parts))
        await work.emit(told, event.county_id or event.id, event.county_id)
        withdrawn = await event_store.find(work.session, event_id)
    return withdrawn or event


async def _require_last(work: Work, event: Event) -> None:
    used = await event_store.used_since(work.session, event)
    rested = await periods.rested_on(work.session, event)
    to_come = event.effective_on > work.moment.today and event.withdrawn_at is None
    if to_come and not (used or rested):
        return
    raise events.EventInForce(
        "只有尚未生效、其后没有其他变动且未撤回的变动可以撤回；已经生效的请另行办理变动。",
        "Only what has not taken effect, and on which nothing rests, can be withdrawn.",
    )
