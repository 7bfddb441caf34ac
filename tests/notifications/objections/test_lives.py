"""Random actors, legal and illegal, drive announcements and objections to no undefined state.

A twin of scoring hears every event and must end with each branch settled exactly once.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.notifications import factory
from services.notifications.announcements import usecases as announcements
from services.notifications.announcements.domain.announcement import Parts
from services.notifications.objections import usecases
from services.notifications.objections.domain.finding import Decision, Verdict
from services.notifications.objections.domain.limits import Limiter
from services.notifications.objections.domain.objection import Claim, Kind, Objection
from services.notifications.objections.domain.sealing import Statement
from services.notifications.objections.store import cases
from services.notifications.settings import Settings
from shared import directory
from shared.caller import Caller, Role
from shared.clients.registry import FakeRegistry, Registry
from shared.context import Context
from shared.contracts.notifications import FallScope
from shared.contracts.registry import OrganizationRecord
from shared.errors import Problem
from shared.outbox import outbox as outgoing
from shared.queue import MemoryQueue
from tests.accounts import caller
from tests.notifications.conftest import County, Service
from tests.notifications.stories import PARTS, Story

T = TypeVar("T")
LEVELS = (5, 3, 1, 4)
indexes = st.integers(0, 5)
picks = st.integers(0, 20)


class World:
    """The service without HTTP, on an event loop of its own, and its people."""

    def __init__(self, settings: Settings) -> None:
        self.runner = asyncio.Runner()
        self.county = County()
        ports: dict[type, Any] = {Registry: FakeRegistry(organizations=self.county.all)}
        self.parts = self.run(factory.build(settings, ports=ports, queue=MemoryQueue()))
        self.context.ports[Limiter].most = 1_000_000
        self.run(directory.pull(self.context))
        county = self.county.committee.id
        self.inspectors = [caller(Role.INSPECTOR, county) for _ in range(3)]
        self.department = caller(Role.ORGANIZATION_DEPARTMENT, county)
        self.villages = [caller(Role.VILLAGE, each.id) for each in self.county.branches]

    @property
    def context(self) -> Context:
        return self.parts.context

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _close(self) -> None:
        await self.parts.close()

    def close(self) -> None:
        self.run(self._close())
        self.runner.close()


class Twin:
    """What scoring makes of the events: announced → held or effective → effective, or void."""

    def __init__(self, everyone: list[UUID]) -> None:
        self.state = dict.fromkeys(everyone, "announced")
        self.settled = dict.fromkeys(everyone, 0)

    def hear(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "announcement.closed":
            held = set(map(UUID, data["held"]))
            for each, state in self.state.items():
                if state == "announced":
                    self._move(each, "held" if each in held else "effective")
        elif kind.startswith("objection."):
            if data.get("scope") == "redetermine":
                for each in map(UUID, data["organization_ids"]):
                    self._move(each, "void")
            for each in map(UUID, data["released"]):
                if self.state[each] == "held":
                    self._move(each, "effective")

    def _move(self, organization_id: UUID, state: str) -> None:
        if self.state[organization_id] != state:
            self.settled[organization_id] += state in ("effective", "void")
        self.state[organization_id] = state


class Lives(RuleBasedStateMachine):
    """One announcement from its publication on, and everything objected to it."""

    world: ClassVar[World]

    @property
    def branches(self) -> list[OrganizationRecord]:
        return self.world.county.branches

    @initialize()
    def publish(self) -> None:
        self.world.run(self._publish())

    async def _publish(self) -> None:
        context, county = self.world.context, self.world.county
        service = Service(None, context, MemoryQueue(), None, county, county)  # type: ignore[arg-type]  # no HTTP here
        await service.move_clock("2026-05-11 09:00")
        self.service, story = service, Story(service, levels=LEVELS)
        await service.receive(service.envelope(story.event(), story.cycle_id))
        self.desk = context.acting_as(self.world.department)
        found = await announcements.listing(self.desk, None, 500)
        mine = next(each for each in found if each.determination_id == story.determination_id)
        self.id = mine.id
        await announcements.edit(self.desk, self.id, Parts(**PARTS), mine.version)
        await announcements.publish(self.desk, self.id)

    async def _objections(self) -> list[Objection]:
        async with self.world.context.read() as work:
            return await cases.of_announcement(work.session, self.id)

    def pick(self, which: int) -> Objection | None:
        found = self.world.run(self._objections())
        return found[which % len(found)] if found else None

    def attempt(self, work: Coroutine[Any, Any, object]) -> bool:
        """Whether it was possible; anything but a problem is a mistake of ours."""
        try:
            self.world.run(work)
        except Problem:
            return False
        return True

    def inspector(self, which: int) -> Context:
        people = self.world.inspectors
        return self.world.context.acting_as(people[which % len(people)])

    @rule(kind=st.sampled_from(Kind), index=indexes)
    def objects(self, kind: Kind, index: int) -> None:
        organization_id = None if kind is Kind.PROCEDURE else self.branches[index].id
        claim = Claim(kind, Statement("具体情况"), organization_id)
        self.attempt(usecases.object_online(self.world.context, self.id, claim, "somewhere"))

    @rule(which=picks, who=picks)
    def accepts(self, which: int, who: int) -> None:
        if (objection := self.pick(which)) is not None:
            self.attempt(usecases.accept(self.inspector(who), objection.id, None))

    @rule(which=picks, who=picks, index=indexes)
    def asks(self, which: int, who: int, index: int) -> None:
        if (objection := self.pick(which)) is not None:
            branch = self.branches[index].id
            self.attempt(usecases.ask(self.inspector(who), objection.id, branch, "请说明", 2))

    @rule(index=indexes, which=picks)
    def answers(self, index: int, which: int) -> None:
        village = self.world.context.acting_as(self.world.villages[index])
        asked = self.world.run(usecases.inquiries(village, None, 20))
        if asked:
            self.attempt(usecases.answer(village, asked[which % len(asked)].id, "说明"))

    @rule(
        which=picks,
        who=picks,
        verdict=st.sampled_from(Verdict),
        scope=st.sampled_from(FallScope),
        index=indexes,
    )
    def drafts(self, which: int, who: int, verdict: Verdict, scope: FallScope, index: int) -> None:
        objection = self.pick(which)
        if objection is None:
            return
        decision = Decision(verdict, "已核查", "答复")
        if verdict is Verdict.UPHELD:
            hit = frozenset({self.branches[index].id})
            star = "party" if scope is FallScope.STAR else None
            decision = Decision(verdict, "已核查", "答复", scope, star, hit)
        self.attempt(usecases.draft(self.inspector(who), objection.id, decision))

    @rule(which=picks, who=picks)
    def signs(self, which: int, who: int) -> None:
        if (objection := self.pick(which)) is not None:
            self.attempt(usecases.sign(self.inspector(who), objection.id))

    @rule(which=picks, who=picks)
    def returns(self, which: int, who: int) -> None:
        if (objection := self.pick(which)) is not None:
            self.attempt(usecases.give_back(self.inspector(who), objection.id, "再查"))

    @rule(which=picks, who=st.sampled_from(["department", "village"]))
    def outsiders_change_nothing(self, which: int, who: str) -> None:
        objection = self.pick(which)
        if objection is None:
            return
        outsider: Caller = self.world.department if who == "department" else self.world.villages[0]
        context = self.world.context.acting_as(outsider)
        for attempt in (
            usecases.accept(context, objection.id, None),
            usecases.draft(context, objection.id, Decision(Verdict.DISMISSED, "无")),
            usecases.sign(context, objection.id),
            usecases.dossier(context, objection.id),
        ):
            assert not self.attempt(attempt)

    @rule(days=st.integers(1, 4))
    def days_pass(self, days: int) -> None:
        self.world.run(self.service.pass_days(days))

    @rule(times=st.integers(1, 2))
    def sweeps(self, times: int) -> None:
        for _ in range(times):
            self.world.run(usecases.lapse_overdue(self.world.context))
            self.world.run(usecases.close_ended(self.world.context))

    @rule()
    def a_second_publication_is_refused(self) -> None:
        assert not self.attempt(announcements.publish(self.desk, self.id))

    @precondition(lambda self: hasattr(self, "id"))
    @invariant()
    def nobody_contested_takes_effect_and_nobody_settled_is_held(self) -> None:
        self.check()

    def check(self) -> None:
        twin = self.world.run(self._twin())
        found = self.world.run(self._objections())
        everyone = list(twin.state)
        contested = {
            each
            for objection in found
            if objection.is_open
            for each in objection.concerned(everyone)
        }
        for each, state in twin.state.items():
            assert twin.settled[each] <= 1
            assert not (each in contested and state == "effective")
            assert not (each not in contested and state == "held")

    async def _twin(self) -> Twin:
        twin = Twin([each.id for each in self.branches])
        async with self.world.context.read() as work:
            rows = await work.session.execute(
                sa.select(outgoing.c.type, outgoing.c.data)
                .where(outgoing.c.aggregate_id == self.id, outgoing.c.consumer == "scoring")
                .order_by(outgoing.c.sequence)
            )
            for row in rows:
                twin.hear(row.type, row.data)
        return twin

    def teardown(self) -> None:
        """Everything can be brought to an end from wherever it stands."""
        if not hasattr(self, "id"):
            return
        self.days_pass(20)
        self.sweeps(2)
        for objection in self.world.run(self._objections()):
            if objection.is_open:
                self.attempt(usecases.give_back(self.inspector(0), objection.id, "再查"))
                self.attempt(usecases.give_back(self.inspector(1), objection.id, "再查"))
                dismissed = Decision(Verdict.DISMISSED, "已核查", "答复")
                assert self.attempt(usecases.draft(self.inspector(0), objection.id, dismissed))
                assert self.attempt(usecases.sign(self.inspector(1), objection.id))
                self.check()
        twin = self.world.run(self._twin())
        assert set(twin.settled.values()) == {1}
        assert set(twin.state.values()) <= {"effective", "void"}


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    made = World(settings)
    yield made
    made.close()


def test_every_life_ends_with_each_branch_settled_once(world: World) -> None:
    Lives.world = world
    # A failing life is short enough to read; shrinking it on a real database takes minutes.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    chosen = hypothesis.settings(max_examples=12, stateful_step_count=25, phases=phases)
    run_state_machine_as_test(Lives, settings=chosen)
