"""What several verbs do in their unit of work: take effect, rank, tell, conclude."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import CYCLE, Cycle, CycleState
from services.scoring.kernel.grammar import Policy
from services.scoring.results.domain.ranking import rankings
from services.scoring.results.domain.refills import OPEN
from services.scoring.results.domain.results import (
    SETTLED,
    Placing,
    Result,
    is_open,
    succession,
)
from services.scoring.results.store import rankings as ranking_store
from services.scoring.results.store import refills
from services.scoring.results.store import results as store
from services.scoring.results.usecases import refilling
from shared.caller import SYSTEM
from shared.context import Work
from shared.contracts.scoring import AwardEntry, ResultsEffective, StarName


async def store_states(
    work: Work, cycle: Cycle, before: Sequence[Result], after: Sequence[Result], action: str
) -> None:
    """Write moved results, tell the branches of what took effect, and conclude when all is done."""
    pairs = list(zip(before, after, strict=True))
    await store.save_states(work.session, [new for old, new in pairs if new != old])
    moved = [new for old, new in pairs if new.state is not old.state]
    if moved:
        await work.audit(
            action,
            "cycle",
            cycle.id,
            county_id=cycle.county_id,
            after={"results": {str(each.id): each.state.value for each in moved}},
        )
    begun = [each for each in moved if each.state in SETTLED]
    await succeed(work, cycle, begun)
    await tell_effective(work, cycle, begun)
    await conclude(work, cycle)


async def succeed(work: Work, cycle: Cycle, begun: Sequence[Result]) -> None:
    """Let results of refills that took effect succeed what was in force; the lists follow."""
    successors = []
    for each in begun:
        if each.succeeds is None or each.effective_on is None:
            continue
        successors.append(each)
        before = await store.lock(work.session, each.succeeds)
        former, successor = succession(before, each)
        await store.succeed(work.session, former, successor)
        await work.audit(
            "result.succeed",
            "result",
            successor.id,
            county_id=cycle.county_id,
            before={"result_id": str(former.id), "level": former.level, "stars": [*former.stars]},
            after={"level": successor.level, "stars": [*successor.stars]},
        )
    if successors:
        plan = await cycles.plan(work.session, cycle)
        await refilling.take_effect(work, cycle, plan, successors)
        shown = await refilling.in_force(work, cycle, plan)
        await rank(work, cycle, plan.policy, shown)


async def tell_effective(work: Work, cycle: Cycle, results: Sequence[Result]) -> None:
    """Emit results.effective, one event a determination and day; 未参评 is not told of a level."""
    policy = await cycles.policy(work.session, cycle)
    groups: dict[tuple[UUID, date], list[Result]] = {}
    for each in results:
        if each.effective_on is not None:
            groups.setdefault((each.determination_id, each.effective_on), []).append(each)
    for (determination_id, effective_on), own in groups.items():
        event = ResultsEffective(
            cycle_id=cycle.id,
            determination_id=determination_id,
            effective_on=effective_on,
            entries=entries(policy, (each for each in own if each.assessed)),
        )
        await work.emit(event, cycle.id, cycle.county_id)


def entries(policy: Policy, results: Iterable[Result]) -> list[AwardEntry]:
    """Return results as they travel: level, and stars with their names."""
    names = {star.code: star.name for star in policy.stars}
    return [
        AwardEntry(
            result_id=each.id,
            organization_id=each.organization_id,
            township_id=each.township_id,
            level=each.level,
            stars=[StarName(code=code, name=names[code]) for code in each.stars],
        )
        for each in results
    ]


async def conclude(work: Work, cycle: Cycle) -> None:
    """Conclude the cycle when nothing is held, open or void and no refill waits any more."""
    cycle = await refilling.renew(work, cycle)
    if cycle.state is not CycleState.ANNOUNCED:
        return
    waiting = await store.pending(work.session, cycle.id)
    if any(is_open(each) for each in (*await store.current(work.session, cycle.id), *waiting)):
        return
    if any(each.state in OPEN for each in await refills.of_cycle(work.session, cycle.id)):
        return
    await move(work, cycle, "conclude")


async def move(work: Work, cycle: Cycle, verb: str) -> Cycle:
    """Fire a transition of the cycle that follows by itself, with its audit record."""
    after = replace(cycle, state=CYCLE.fire(verb, cycle.state, SYSTEM))
    stored = await cycles.save(work.session, after)
    await work.audit(
        f"cycle.{verb}",
        "cycle",
        cycle.id,
        county_id=cycle.county_id,
        before={"state": cycle.state.value},
        after={"state": stored.state.value},
    )
    return stored


async def rank(work: Work, cycle: Cycle, policy: Policy, placed: Iterable[Placing]) -> None:
    """Put the lists of county and townships in the place of the earlier ones."""
    placing = {each.organization_id: each for each in placed}
    entrants = await store.entrants(work.session, cycle.id)
    made = rankings(policy, [(each, placing[each.organization_id]) for each in entrants])
    await ranking_store.replace(work.session, cycle.id, cycle.county_id, made)
