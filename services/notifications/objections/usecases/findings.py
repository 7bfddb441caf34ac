"""Findings: drafted by one inspector, signed or returned by a second person."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from services.notifications.announcements import store as announcements
from services.notifications.announcements.domain.announcement import Announcement, Entry
from services.notifications.announcements.domain.announcement import State as Announced
from services.notifications.objections.domain import finding as domain
from services.notifications.objections.domain.finding import (
    VERBS,
    Decision,
    Finding,
    Signature,
    Verdict,
)
from services.notifications.objections.domain.objection import MACHINE, Objection, announced
from services.notifications.objections.store import cases, checking
from services.notifications.objections.usecases.checking import own
from shared.context import Context, Work
from shared.contracts.notifications import FallScope, ObjectionDismissed, ObjectionUpheld
from shared.errors import Conflict
from shared.tables import new_id


async def draft(ctx: Context, objection_id: UUID, decision: Decision) -> Finding:
    """Draft the finding of an objection.

    Raises FindingInvalid with every contradiction, or BranchNotHeard.
    """
    async with ctx.work() as work:
        objection = await own(work, objection_id)
        state = MACHINE.fire("draft", objection.state, ctx.caller)
        announcement = await announcements.find(work.session, objection.announcement_id)
        entries = await announcements.entries(work.session, announcement.id)
        domain.check(decision, objection, entries, announced(announcement, entries))
        domain.require_heard(decision, await checking.inquiries(work.session, objection_id))
        signature = Signature.of(ctx.caller, work.moment.real)
        finding = Finding(new_id(), objection_id, decision, signature)
        await checking.add_finding(work.session, finding)
        moved = replace(objection, state=state, acted_on=work.moment.today)
        await cases.save(work.session, moved)
        await _audit(work, "finding.draft", objection, finding)
        return finding


async def give_back(ctx: Context, objection_id: UUID, reason: str) -> Finding:
    """Return a drafted finding to checking, as the second inspector."""
    async with ctx.work() as work:
        objection = await own(work, objection_id)
        state = MACHINE.fire("return", objection.state, ctx.caller)
        finding = await _waiting(work, objection_id)
        domain.require_second(finding, ctx.caller)
        signature = Signature.of(ctx.caller, work.moment.real)
        returned = replace(finding, second=signature, returned_because=reason)
        await checking.save_finding(work.session, returned)
        moved = replace(objection, state=state, acted_on=work.moment.today)
        await cases.save(work.session, moved)
        await _audit(work, "finding.return", objection, returned, reason)
        return returned


async def sign(ctx: Context, objection_id: UUID) -> Finding:
    """Sign a finding as the second inspector: it takes effect and scoring is told.

    The announcement is held meanwhile, so that closing it and deciding never cross.
    """
    async with ctx.work() as work:
        mine = await own(work, objection_id)
        announcement = await announcements.lock(work.session, mine.announcement_id)
        objection = await cases.lock(work.session, objection_id)
        finding = await _waiting(work, objection_id)
        verb = VERBS[finding.decision.verdict]
        state = MACHINE.fire(verb, objection.state, ctx.caller)
        domain.require_second(finding, ctx.caller)
        signed = replace(finding, second=Signature.of(ctx.caller, work.moment.real))
        await checking.save_finding(work.session, signed)
        await cases.save(work.session, replace(objection, state=state))
        await _take_effect(work, announcement, objection, signed.decision)
        await _audit(work, "finding.sign", objection, signed)
        return signed


async def _take_effect(
    work: Work, announcement: Announcement, objection: Objection, decision: Decision
) -> None:
    entries = await announcements.entries(work.session, announcement.id)
    released: frozenset[UUID] = frozenset()
    if announcement.state is Announced.CLOSED:
        everyone = announced(announcement, entries)
        others = await cases.of_announcement(work.session, announcement.id)
        released = domain.released(objection, decision, others, everyone)
    if decision.scope is FallScope.REDETERMINE:
        await _mark_resettling(work, announcement, entries, decision.organization_ids)
    event = _event(work, announcement, objection, decision, sorted(released))
    await work.emit(event, announcement.id, announcement.county_id)


def _event(
    work: Work,
    announcement: Announcement,
    objection: Objection,
    decision: Decision,
    released: list[UUID],
) -> ObjectionUpheld | ObjectionDismissed:
    if decision.verdict is not Verdict.UPHELD:
        return ObjectionDismissed(
            announcement_id=announcement.id,
            cycle_id=announcement.cycle_id,
            determination_id=announcement.determination_id,
            objection_id=objection.id,
            released=released,
            decided_on=work.moment.today,
        )
    assert decision.scope is not None  # noqa: S101 -- checked when drafted
    return ObjectionUpheld(
        announcement_id=announcement.id,
        cycle_id=announcement.cycle_id,
        determination_id=announcement.determination_id,
        objection_id=objection.id,
        scope=decision.scope,
        star=decision.star,
        organization_ids=sorted(decision.organization_ids),
        released=released,
        decided_on=work.moment.today,
    )


async def _mark_resettling(
    work: Work,
    announcement: Announcement,
    entries: Collection[Entry],
    organization_ids: Collection[UUID],
) -> None:
    """Show on the notice what the committee settles again; stars fall by results.corrected."""
    again = [each for each in entries if each.organization_id in organization_ids]
    if again:
        marked = [each.resettling(work.moment.today) for each in again]
        await announcements.save_entries(work.session, announcement.id, marked)
        await announcements.save(work.session, announcement)


async def _waiting(work: Work, objection_id: UUID) -> Finding:
    found = await checking.findings(work.session, objection_id)
    if not found or not found[-1].waits:
        raise Conflict(
            "没有待会签的核查结论，请先起草。", "No finding waits for a second inspector."
        )
    return found[-1]


async def _audit(
    work: Work, action: str, objection: Objection, finding: Finding, reason: str | None = None
) -> None:
    decision = finding.decision
    await work.audit(
        action,
        "objection",
        objection.id,
        county_id=objection.county_id,
        after={
            "finding_id": str(finding.id),
            "verdict": decision.verdict.value,
            "scope": None if decision.scope is None else decision.scope.value,
            "star": decision.star,
            "organization_ids": sorted(map(str, decision.organization_ids)),
        },
        reason=reason,
    )
