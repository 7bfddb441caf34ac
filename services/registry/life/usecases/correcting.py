"""Correcting the ledger of party life: a new entry takes the place of the one that was wrong."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.life.domain.entries import WRITERS, Entry, EntryReplaced
from services.registry.life.store import entries as store
from services.registry.life.usecases.entering import check, record
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import Organization
from services.registry.people import store as people
from shared.context import Context, Work
from shared.tables import new_id


@dataclass(frozen=True)
class Correction:
    """What the meeting really was, and why the entry was wrong."""

    held_on: date
    present: int
    expected: int
    minutes: str
    reason: str


async def correct(ctx: Context, entry_id: UUID, correction: Correction) -> Entry:
    """Put a new entry in the place of one that was wrong; the old one stays readable."""
    ctx.caller.require(*WRITERS)
    async with ctx.work() as work:
        before, place = await _to_replace(work, entry_id)
        after = replace(_following(work, before), **vars(correction))
        await check(work, [after], {place.id: place}, "/body", before.id)
        await store.add(work.session, [after])
        await record(work, "life_entry.correct", [after], correction.reason)
    return after


async def withdraw(ctx: Context, entry_id: UUID, reason: str) -> Entry:
    """Say that an entered meeting did not take place."""
    ctx.caller.require(*WRITERS)
    async with ctx.work() as work:
        before, _ = await _to_replace(work, entry_id)
        after = replace(_following(work, before), withdrawn=True, reason=reason)
        await store.add(work.session, [after])
        await record(work, "life_entry.withdraw", [after], reason)
    return after


async def _to_replace(work: Work, entry_id: UUID) -> tuple[Entry, Organization]:
    reach = await organizations.reach(work.session, sight_of(work.caller, *WRITERS))
    before = await store.find(work.session, reach, entry_id)
    await people.lock_organizations(work.session, [before.organization_id])
    if before.withdrawn:
        raise EntryReplaced(
            "这条记录是一次撤回，不能再更正；会议确已召开的，请重新登记。",
            "This entry is a withdrawal: enter the meeting again instead.",
        )
    await store.require_standing(work.session, before)
    return before, await organizations.find(work.session, before.organization_id)


def _following(work: Work, before: Entry) -> Entry:
    return replace(
        before,
        id=new_id(),
        corrects_id=before.id,
        entered_by=work.caller.user_id,
        entered_at=work.moment.real,
    )
