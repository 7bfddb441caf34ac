"""What the notice's life does to results: published, closed, objections upheld or dismissed.

Every handler may see its event twice; each moves only what is still to be moved.
Clause: 五星创建 第二版 · 结果公示, 异议处理.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, CycleState
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.corrections import Correction, effective_scope
from services.scoring.results.domain.results import (
    SETTLED,
    Result,
    ResultState,
    at_close,
    at_release,
    moved,
    with_verdict,
)
from services.scoring.results.domain.verdicts import judge_corrected, verdicts
from services.scoring.results.store import results as store
from services.scoring.results.store import snapshots
from services.scoring.results.usecases import refilling, settling
from shared.context import Work
from shared.contracts.events import Envelope
from shared.contracts.notifications import (
    AnnouncementClosed,
    AnnouncementPublished,
    FallScope,
    ObjectionDismissed,
    ObjectionUpheld,
)
from shared.contracts.scoring import ResultsCorrected
from shared.tables import new_id


async def on_announcement_published(work: Work, envelope: Envelope) -> None:
    """Everything the notice names is announced; the cycle is in its period."""
    event = AnnouncementPublished.model_validate(envelope.data)
    cycle = await cycles.lock(work.session, event.cycle_id)
    before = await store.of_determination(work.session, event.determination_id)
    named = [each.listed and each.state is ResultState.DETERMINED for each in before]
    after = [
        moved(each, "announce") if is_named else each
        for each, is_named in zip(before, named, strict=True)
    ]
    if cycle.state is CycleState.ANNOUNCING:
        cycle = await settling.move(work, replace(cycle, publish_until=None), "publish")
    await settling.store_states(work, cycle, before, after, "results.announce")


async def on_announcement_closed(work: Work, envelope: Envelope) -> None:
    """The period ended: everything takes effect, 无星 too, except what has an open case."""
    event = AnnouncementClosed.model_validate(envelope.data)
    cycle = await cycles.lock(work.session, event.cycle_id)
    before = await store.of_determination(work.session, event.determination_id)
    held = set(event.held)
    after = [at_close(each, event.closed_on, held=each.organization_id in held) for each in before]
    await settling.store_states(work, cycle, before, after, "results.close")


async def on_objection_dismissed(work: Work, envelope: Envelope) -> None:
    """What was held without any other open case takes effect."""
    event = ObjectionDismissed.model_validate(envelope.data)
    cycle = await cycles.lock(work.session, event.cycle_id)
    await _release(work, cycle, event)


async def on_objection_upheld(work: Work, envelope: Envelope) -> None:
    """The star or the whole award falls by recomputing, or the committee settles it again."""
    event = ObjectionUpheld.model_validate(envelope.data)
    cycle = await cycles.lock(work.session, event.cycle_id)
    plan = await cycles.plan(work.session, cycle)
    if effective_scope(event.scope, event.star, plan.policy) is FallScope.REDETERMINE:
        cycle = await _make_void(work, cycle, plan.policy, event)
    elif not await snapshots.is_corrected(work.session, event.objection_id):
        await _correct(work, cycle, plan, event)
    await _release(work, cycle, event)


async def _release(work: Work, cycle: Cycle, event: ObjectionUpheld | ObjectionDismissed) -> None:
    before = await store.of_determination(work.session, event.determination_id, event.released)
    after = [at_release(each, event.decided_on) for each in before]
    await settling.store_states(work, cycle, before, after, "results.release")


async def _make_void(work: Work, cycle: Cycle, policy: Policy, event: ObjectionUpheld) -> Cycle:
    """Make these results void; the committee has its time again to settle them."""
    before = await store.of_determination(
        work.session, event.determination_id, event.organization_ids
    )
    after = [each if each.state in SETTLED else moved(each, "void") for each in before]
    await settling.store_states(work, cycle, before, after, "results.void")
    if after == before:
        return cycle
    calendar = await cycles.calendar(work.session)
    until = calendar.add(work.moment.today, policy.procedure.determination_days)
    return await cycles.save(work.session, replace(cycle, resettle_until=until))


async def _newest(work: Work, cycle: Cycle, concerned: Sequence[Result]) -> list[Result]:
    """Return the results that are corrected: where a refill changed the branch's, the new one."""
    later = {each.succeeds: each for each in await store.successors(work.session, cycle.id)}
    found = []
    for each in concerned:
        newest = each
        while newest.id in later:
            newest = later[newest.id]
        found.append(newest)
    return found


async def _correct(work: Work, cycle: Cycle, plan: Plan, event: ObjectionUpheld) -> None:
    """Recompute with the finding as an input; what it concerns gets a new version."""
    snapshot = await snapshots.newest(work.session, cycle.id)
    stored = await snapshots.corrections(work.session, cycle.id)
    earlier = [each for each in stored if each.snapshot_id == snapshot.id]
    correction = _correction(cycle, event, snapshot.id, len(earlier) + 1)
    await snapshots.add_correction(work.session, correction, work.moment.real)
    applied = [*earlier, correction]
    judged = judge_corrected(plan, snapshot, applied)
    concerned = await store.of_determination(
        work.session, event.determination_id, event.organization_ids
    )
    newest = await _newest(work, cycle, concerned)
    only = {each.organization_id for each in newest}
    made = {x.organization_id: x for x in verdicts(judged, snapshot.hash, applied, only)}
    for before in newest:
        if before.state is ResultState.VOID:
            continue
        verdict = made[before.organization_id]
        after = with_verdict(before, verdict, snapshot.id, correction.sequence)
        await store.correct(work.session, after, verdict, correction.id, work.moment.real)
        await _tell(work, cycle, plan.policy, event, before, after)
    shown = await refilling.in_force(work, cycle, plan, judged)
    await settling.rank(work, cycle, plan.policy, shown)


def _correction(
    cycle: Cycle, event: ObjectionUpheld, snapshot_id: UUID, sequence: int
) -> Correction:
    return Correction(
        id=new_id(),
        cycle_id=cycle.id,
        county_id=cycle.county_id,
        snapshot_id=snapshot_id,
        sequence=sequence,
        determination_id=event.determination_id,
        objection_id=event.objection_id,
        scope=event.scope,
        star=event.star,
        organization_ids=tuple(sorted(set(event.organization_ids))),
        decided_on=event.decided_on,
    )


async def _tell(
    work: Work,
    cycle: Cycle,
    policy: Policy,
    event: ObjectionUpheld,
    before: Result,
    after: Result,
) -> None:
    await work.audit(
        "result.correct",
        "result",
        after.id,
        county_id=cycle.county_id,
        before=_summary(before),
        after=_summary(after),
        reason=f"objection:{event.objection_id}",
    )
    [entry] = settling.entries(policy, [after])
    corrected_event = ResultsCorrected(
        cycle_id=cycle.id,
        determination_id=after.determination_id,
        objection_id=event.objection_id,
        entry=entry,
    )
    await work.emit(corrected_event, cycle.id, cycle.county_id)


def _summary(result: Result) -> dict[str, object]:
    stars: Sequence[str] = result.stars
    return {"version": result.version, "level": result.level, "stars": list(stars)}
