"""Whatever is founded, renamed, moved, split, merged and dissolved in whatever order: nothing
is lost, every day has a tree, and no past day ever changes."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.registry.organizations.domain import changes
from services.registry.organizations.domain.changes import Plan, Renaming
from services.registry.organizations.domain.events import Action
from services.registry.organizations.domain.timeline import Period
from services.registry.organizations.domain.tree import Organization
from shared.contracts.registry import Tier
from shared.errors import Problem
from shared.tables import new_id
from tests.registry.organizations.register import FOUNDED, Register, organization

LAST = FOUNDED + timedelta(days=120)
days = st.integers(1, 120).map(lambda n: FOUNDED + timedelta(days=n))
picks = st.integers(0, 1_000)


class Years(RuleBasedStateMachine):
    """A county whose results were frozen on days: each names an organization that was there."""

    def __init__(self) -> None:
        super().__init__()
        self.register = Register()
        self.results: list[tuple[UUID, date]] = []
        self.seen: dict[date, dict[UUID, Period]] = {}
        self.done = 0

    @initialize()
    def county(self) -> None:
        county = self.register.found(None, Tier.COUNTY)
        for _ in range(3):
            town = self.register.found(county, Tier.TOWNSHIP)
            for _ in range(3):
                self.register.found(town, Tier.VILLAGE)

    def pick(self, number: int) -> Organization:
        known = list(self.register.organizations.values())
        return known[number % len(known)]

    def attempt(self, on: date, action: Action, fill: Callable[[Plan], None]) -> Plan | None:
        """Try a change; the plan that was carried out, or None where it was refused."""
        before = {day: self.register.on(day) for day in self.seen}
        plan = self.register.plan(action, on)
        fill(plan)
        try:
            self.register.apply(plan.outcome(None))
        except Problem:
            assert {day: self.register.on(day) for day in self.seen} == before
            return None
        self.done += 1
        for day, then in before.items():
            if day < on:
                assert same(self.register.on(day), then), "a past day has changed"
        return plan

    @rule(day=days)
    def read(self, day: date) -> None:
        self.seen[day] = {}

    @rule(day=days, place=picks)
    def determine(self, day: date, place: int) -> None:
        there = sorted(self.register.on(day))
        self.results.append((there[place % len(there)], day))

    @rule(day=days, above=picks, tier=st.sampled_from([Tier.TOWNSHIP, Tier.VILLAGE]))
    def found(self, day: date, above: int, tier: Tier) -> None:
        try:
            self.register.found(self.pick(above), tier, day)
        except Problem:
            return
        self.done += 1

    @rule(day=days, who=picks, name=st.sampled_from(["甲村", "乙村"]))
    def rename(self, day: date, who: int, name: str) -> None:
        renaming = Renaming(short_name=name)
        subject = self.pick(who).id
        self.attempt(day, Action.RENAME, lambda plan: changes.rename(plan, subject, renaming))

    @rule(day=days, who=picks, above=picks)
    def move(self, day: date, who: int, above: int) -> None:
        subject, parent = self.pick(who).id, self.pick(above).id
        self.attempt(day, Action.MOVE, lambda plan: changes.move(plan, subject, parent))

    @rule(day=days, who=picks, heir=st.none() | picks)
    def dissolve(self, day: date, who: int, heir: int | None) -> None:
        subject = self.pick(who).id
        successor = self.pick(heir).id if heir is not None else None
        self.attempt(day, Action.DISSOLVE, lambda plan: changes.dissolve(plan, subject, successor))

    @rule(day=days, who=st.lists(picks, min_size=1, max_size=3), heir=picks)
    def merge(self, day: date, who: list[int], heir: int) -> None:
        subjects = [self.pick(each).id for each in who]
        successor = self.pick(heir)
        self.attempt(day, Action.MERGE, lambda plan: changes.merge(plan, subjects, successor))

    @rule(day=days, who=picks, count=st.integers(1, 3), ends=st.booleans(), given=st.booleans())
    def split(self, day: date, who: int, count: int, *, ends: bool, given: bool) -> None:
        origin = self.pick(who)

        def fill(plan: Plan) -> None:
            last = plan.forest.last(origin.id)
            made = [
                replace(
                    changes.part_of(last, organization(None, origin.tier, day)),
                    county_id=origin.county_id,
                    origin_id=origin.id,
                )
                for _ in range(count)
            ]
            for each in made:
                plan.make(each)
            children = plan.forest.children(origin.id, day) if given else []
            parts = {each.id: children[n::count] for n, each in enumerate(made)}
            changes.split(plan, origin.id, parts, made[0].id if ends else None)

        self.attempt(day, Action.SPLIT, fill)

    @invariant()
    def every_day_has_one_tree(self) -> None:
        starts = {p.valid_from for own in self.register.periods.values() for p in own}
        for day in starts | set(self.seen):
            check_tree(self.register.on(day))

    @invariant()
    def nothing_is_lost(self) -> None:
        for each, periods in self.register.periods.items():
            mine = self.register.organizations[each]
            assert periods[0].valid_from == mine.founded_on
            assert periods[-1].valid_until == mine.dissolved_on
            for one, following in itertools.pairwise(periods):
                assert one.valid_until == following.valid_from
        assert set(self.register.periods) == set(self.register.organizations)

    @invariant()
    def results_point_at_what_was_there(self) -> None:
        for each, _ in self.results:
            assert each in self.register.organizations

    @invariant()
    def successors_were_there_to_take_over(self) -> None:
        for each in self.register.organizations.values():
            if each.successor_id is not None and each.dissolved_on is not None:
                assert each.successor_id in self.register.on(each.dissolved_on)


def same(now: dict[UUID, Period], then: dict[UUID, Period]) -> bool:
    """Whether both say the same, but for how long it is to last."""

    def plain(found: dict[UUID, Period]) -> dict[UUID, Period]:
        return {k: replace(p, valid_until=None, ended_by=None) for k, p in found.items()}

    return plain(now) == plain(then)


def check_tree(there: dict[UUID, Period]) -> None:
    roots = [each for each in there.values() if each.parent_id is None]
    assert len(roots) == 1
    for each in there.values():
        if each.parent_id is not None:
            assert each.parent_id in there
            assert each.path == f"{there[each.parent_id].path}{each.organization_id}/"
        else:
            assert each.path == f"/{each.organization_id}/"


TestYears = Years.TestCase
TestYears.settings = settings(max_examples=80, stateful_step_count=40)


def test_the_machine_gets_somewhere() -> None:
    """The rules above do carry things out: the machine is no row of refusals."""
    machine = Years()
    machine.county()
    machine.move(FOUNDED + timedelta(days=5), 2, 5)
    machine.merge(FOUNDED + timedelta(days=9), [3], 4)
    machine.split(FOUNDED + timedelta(days=20), 1, 2, ends=True, given=True)
    machine.dissolve(FOUNDED + timedelta(days=30), 2, 4)
    assert machine.done == 4
    assert new_id() not in machine.register.organizations
