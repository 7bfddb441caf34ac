"""What several verbs do in their unit of work: take effect, rank, tell, conclude."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import CYCLE, Cycle, CycleState
from services.scoring.kernel.grammar import Policy
from services.scoring.results.domain.ranking import rankings
from services.scoring.results.domain.results import SETTLED, Result, Verdict, is_open
from services.scoring.results.store import rankings as ranking_store
from services.scoring.results.store import results as store
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
    await tell_effective(work, cycle, [each for each in moved if each.state in SETTLED])
    await conclude(work, cycle)


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
    """Conclude the cycle when nothing is held, open or void any more."""
    if cycle.state is not CycleState.ANNOUNCED:
        return
    if any(is_open(each) for each in await store.current(work.session, cycle.id)):
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


async def rank(work: Work, cycle: Cycle, policy: Policy, verdicts: Iterable[Verdict]) -> None:
    """Put the lists of county and townships in the place of the earlier ones."""
    by_branch = {each.organization_id: each for each in verdicts}
    current = await store.current(work.session, cycle.id)
    ranked = [(each, by_branch[each.organization_id]) for each in current]
    made = rankings(policy, ranked)
    await ranking_store.replace(work.session, cycle.id, cycle.county_id, made)
