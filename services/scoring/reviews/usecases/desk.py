"""What every verb here starts from: the cycle in its step, its policy, the time that counts."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.scoring.applications import store as applications
from services.scoring.applications.domain import Application
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, CycleState, require_running, require_state
from services.scoring.kernel.grammar import Policy
from services.scoring.reviews.domain.stages import StageKind, Timing
from shared.context import Work
from shared.workdays import Calendar


@dataclass(frozen=True)
class Desk:
    """One cycle on the desk of one unit of work."""

    work: Work
    cycle: Cycle
    policy: Policy
    calendar: Calendar

    def timing(self, kind: StageKind) -> Timing:
        """Return what lateness of a part is measured by."""
        of_township = kind is StageKind.TOWNSHIP
        return Timing(
            today=self.work.moment.today,
            deadline=self.cycle.recommend_until if of_township else self.cycle.review_until,
            rule=self.policy.procedure.late,
            calendar=self.calendar,
            pauses=self.cycle.pauses,
        )

    def with_cycle(self, cycle: Cycle) -> "Desk":
        """Return the desk with the cycle moved on."""
        return replace(self, cycle=cycle)


STEPS = {
    StageKind.TOWNSHIP: CycleState.RECOMMENDING,
    StageKind.DEPARTMENT: CycleState.REVIEWING,
}


async def lay(work: Work, cycle: Cycle) -> Desk:
    """Lay a cycle on the desk as it is."""
    policy = await cycles.policy(work.session, cycle)
    return Desk(work, cycle, policy, await cycles.calendar(work.session))


async def acting(work: Work, cycle_id: UUID, *steps: CycleState) -> Desk:
    """Lay a running cycle on the desk, in one of these steps, which it cannot leave meanwhile."""
    return await _running(work, await cycles.share(work.session, cycle_id), steps)


async def holding(work: Work, cycle_id: UUID, *steps: CycleState) -> Desk:
    """Lay a running cycle on the desk, in one of these steps, held until the commit."""
    return await _running(work, await cycles.lock(work.session, cycle_id), steps)


async def reading(work: Work, cycle_id: UUID) -> Desk:
    """Lay a cycle of the caller's county on the desk to look at; NotFound otherwise."""
    granted = [each.organization_id for each in work.caller.grants if each.organization_id]
    return await lay(work, await cycles.find_visible(work.session, cycle_id, granted))


async def _running(work: Work, cycle: Cycle, steps: tuple[CycleState, ...]) -> Desk:
    require_running(cycle, work.moment)
    require_state(cycle, *steps)
    return await lay(work, cycle)


async def counting(desk: Desk) -> list[Application]:
    """Return the cycle's applications in which something was submitted that counts."""
    everything = await applications.for_cycle(desk.work.session, desk.cycle.id)
    return [each for each in everything if each.counts]
