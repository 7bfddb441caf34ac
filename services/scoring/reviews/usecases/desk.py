"""What every verb here starts from: the cycle in its step, its policy, the time that counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from services.scoring.applications import store as applications
from services.scoring.applications.domain import Application
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import (
    Cycle,
    CycleState,
    Participant,
    require_running,
    require_state,
)
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Plan
from services.scoring.reviews.domain.marks import Standing, Words
from services.scoring.reviews.domain.recommendations import BEFORE
from services.scoring.reviews.domain.stages import StageKind, Timing
from shared.context import Work
from shared.errors import OutOfScope
from shared.workdays import Calendar


@dataclass(frozen=True)
class Desk:
    """One cycle on the desk of one unit of work; the large lists are read once."""

    work: Work
    cycle: Cycle
    plan: Plan
    calendar: Calendar
    _submitted: dict[UUID | None, list[Application]] = field(default_factory=dict)
    _participants: dict[UUID, Participant] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        """What the policy says that the cycle is pinned to."""
        return self.plan.policy

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

    def standing(self, words: Words, before: str, facts: Mapping[str, int]) -> Standing:
        """Return what a new word is compared with."""
        return Standing(words, before, facts, self.work.moment.today)

    async def standing_of(self, application: Application) -> Standing:
        """Return what the village said itself, as a township's scores are compared with it."""
        facts = (await self.participants())[application.organization_id].facts
        return self.standing(application.self_scores, BEFORE, facts)

    async def submitted(self, township_id: UUID | None = None) -> list[Application]:
        """Return the applications in which something counts; closing a part changes none.

        With a township, only those of its branches are read.
        """
        if township_id not in self._submitted:
            found = await applications.for_cycle(
                self.work.session, self.cycle.id, township_id=township_id
            )
            self._submitted[township_id] = [each for each in found if each.counts]
        return self._submitted[township_id]

    async def participants(self) -> dict[UUID, Participant]:
        """Return everyone who takes part, by organization, in the order of their paths."""
        if not self._participants:
            found = await cycles.participants(self.work.session, self.cycle.id)
            self._participants.update({each.organization_id: each for each in found})
        return self._participants

    def with_cycle(self, cycle: Cycle) -> "Desk":
        """Return the desk with the cycle moved on."""
        return replace(self, cycle=cycle)


STEPS = {
    StageKind.TOWNSHIP: CycleState.RECOMMENDING,
    StageKind.DEPARTMENT: CycleState.REVIEWING,
}


async def lay(work: Work, cycle: Cycle) -> Desk:
    """Lay a cycle on the desk as it is."""
    plan = await cycles.plan(work.session, cycle)
    return Desk(work, cycle, plan, await cycles.calendar(work.session))


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
    # Whose cycle it is comes first: its state is nobody else's business.
    granted = [each.organization_id for each in work.caller.grants if each.organization_id]
    if not await cycles.belongs(work.session, cycle, granted):
        raise OutOfScope(
            "这个创建周期不在您的管辖范围内，请换用该县的账号办理。",
            "This cycle belongs to another county than the one you are responsible for.",
        )
    require_running(cycle, work.moment)
    require_state(cycle, *steps)
    return await lay(work, cycle)
