"""重算核对: recompute what is stored of a cycle and raise an alarm on any difference."""

from collections.abc import Collection
from uuid import UUID

import structlog

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.policies import store as policies
from services.scoring.results.domain.replay import Alarm, Replayed, Stored, replay
from services.scoring.results.domain.snapshot import build
from services.scoring.results.store import alarms, rankings, results, snapshots, sources
from shared import directory
from shared.caller import Role
from shared.context import Context, Work

_ASKERS = (Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE, Role.INSPECTOR)
_READERS = (*_ASKERS, Role.AUDIT_ADMINISTRATOR)
_log = structlog.get_logger(__name__)


async def replay_on_request(ctx: Context, cycle_id: UUID) -> Replayed:
    """Replay a cycle now; every new difference is an alarm."""
    ctx.caller.require(*_ASKERS)
    async with ctx.work() as work:
        cycle = await cycles.lock(work.session, cycle_id)
        roots = ctx.caller.organizations(*_ASKERS)
        await directory.require_within(work.session, roots, cycle.county_id)
        return await _replay(work, cycle)


async def replay_every_cycle(ctx: Context) -> None:
    """Replay all cycles that have frozen inputs, each in its own unit of work (nightly)."""
    async with ctx.read() as work:
        waiting = await alarms.replayable(work.session)
    for cycle_id in waiting:
        async with ctx.work() as work:
            await _replay(work, await cycles.lock(work.session, cycle_id))


async def page_of_alarms(
    ctx: Context, cycle_id: UUID | None, after: UUID | None, limit: int
) -> list[Alarm]:
    """Return the alarms of the caller's county, newest first, one more than `limit`."""
    ctx.caller.require(*_READERS)
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*_READERS)
        return await alarms.page(work.session, roots, cycle_id, after, limit + 1)


async def _replay(work: Work, cycle: Cycle) -> Replayed:
    found = replay(await _stored(work, cycle))
    new = await alarms.add(
        work.session, cycle.id, cycle.county_id, found.differences, work.moment.real
    )
    for each in found.differences:
        _log.error(
            "replay_difference",
            cycle=str(cycle.id),
            subject=each.subject,
            id=str(each.subject_id),
            expected=each.expected,
            found=each.found,
        )
    await work.audit(
        "cycle.replay",
        "cycle",
        cycle.id,
        county_id=cycle.county_id,
        after={
            "versions": found.versions,
            "differences": len(found.differences),
            "alarms": [str(each.id) for each in new],
        },
    )
    return found


async def _stored(work: Work, cycle: Cycle) -> Stored:
    session = work.session
    policy = await _policy(work, cycle)
    kept = await results.kept(session, cycle.id)
    return Stored(
        policy_id=cycle.policy_id,
        policy_hash=cycle.policy_hash,
        policy=policy,
        snapshots=await snapshots.of_cycle(session, cycle.id),
        corrections=await snapshots.corrections(session, cycle.id),
        versions=kept.versions,
        lost=kept.lost,
        entrants=kept.entrants,
        pending=[each.determination_id for each in await results.pending(session, cycle.id)],
        rankings=await rankings.stored(session, cycle.id),
        live=await _live(work, cycle, policy, kept.settled) if policy else (),
    )


async def _policy(work: Work, cycle: Cycle) -> Policy | None:
    """Read the policy's row itself, past what is kept in memory; None when it is unreadable."""
    try:
        return (await policies.find(work.session, cycle.policy_id, [cycle.county_id])).policy
    except ValueError:
        return None


async def _live(
    work: Work, cycle: Cycle, policy: Policy, settled: Collection[UUID]
) -> tuple[OrganizationInput, ...]:
    """Return today's applications, scores and answers of branches that are not void."""
    return build(policy, await sources.parts(work.session, cycle, settled, work.moment.today))
