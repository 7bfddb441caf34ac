"""Whatever becomes of the tree, what holds an organization's id still finds it.

Results, terms and facts keep the id that they were entered with. Through any row of events each
must resolve as of its own day, to exactly what stood there, and to its successor today.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.registry.organizations.domain.changes import Plan
from services.registry.organizations.domain.events import Action
from services.registry.organizations.domain.timeline import Period
from services.registry.organizations.domain.tree import Organization
from tests.registry.organizations.register import FOUNDED
from tests.registry.organizations.test_tree_machine import LAST, Years, days, picks, same


class Kind(Enum):
    RESULT = "result"
    TERM = "term"
    FACT = "fact"


@dataclass
class Link:
    """Something that names an organization on a day, and what stood there then.

    `overtaken` once an event was entered later that had held on that day already.
    """

    kind: Kind
    organization_id: UUID
    day: date
    then: Period
    overtaken: bool = False


class Links(Years):
    """The same years, with results, terms and facts that point into them."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []

    @rule(kind=st.sampled_from(Kind), day=days, place=picks)
    def enter(self, kind: Kind, day: date, place: int) -> None:
        there = self.register.on(day)
        own_id = sorted(there)[place % len(there)]
        self.links.append(Link(kind, own_id, day, there[own_id]))

    def attempt(self, on: date, action: Action, fill: Callable[[Plan], None]) -> Plan | None:
        plan = super().attempt(on, action, fill)
        if plan is not None:
            for link in self.links:
                touched = link.organization_id in plan.parts
                link.overtaken = link.overtaken or (touched and on <= link.day)
        return plan

    @invariant()
    def every_link_finds_what_stood_there(self) -> None:
        for link in self.links:
            if not link.overtaken:
                now = self.register.on(link.day)
                own_id = link.organization_id
                assert same({own_id: now[own_id]}, {own_id: link.then}), link.kind

    @invariant()
    def every_link_leads_to_who_took_over(self) -> None:
        for link in self.links:
            heir = heir_of(self.register.organizations, link.organization_id, LAST)
            ended_for_good = heir.dissolved_on is not None and heir.successor_id is None
            assert ended_for_good or heir.id in self.register.on(LAST)

    @invariant()
    def every_path_that_was_frozen_is_made_of_known_ids(self) -> None:
        for link in self.links:
            frozen = {UUID(each) for each in link.then.path.strip("/").split("/")}
            assert frozen <= set(self.register.organizations)


def heir_of(known: Mapping[UUID, Organization], own_id: UUID, day: date) -> Organization:
    """Who stands for an organization on a day: itself, or the last who took over."""
    trail = [known[own_id]]
    while (ended := trail[-1].dissolved_on) is not None and ended <= day:
        if trail[-1].successor_id is None:
            break
        heir = known[trail[-1].successor_id]
        assert heir not in trail, "successors run in a circle"
        # Nobody takes over after the own end.
        assert heir.dissolved_on is None or heir.dissolved_on >= ended
        trail.append(heir)
    return trail[-1]


TestLinks = Links.TestCase
TestLinks.settings = settings(max_examples=60, stateful_step_count=40)


def test_links_outlive_a_split_a_merger_and_an_end() -> None:
    """The machine does meet links that are overtaken, and links that lead elsewhere."""
    machine = Links()
    machine.county()
    for place in range(13):
        machine.enter(Kind.RESULT, FOUNDED + timedelta(days=7), place)
    machine.merge(FOUNDED + timedelta(days=9), [3], 4)
    machine.split(FOUNDED + timedelta(days=20), 1, 2, ends=True, given=True)
    machine.dissolve(FOUNDED + timedelta(days=5), 6, 7)
    assert machine.done == 3
    assert [link.overtaken for link in machine.links].count(True) >= 1
    known = machine.register.organizations
    led = [heir_of(known, link.organization_id, LAST).id for link in machine.links]
    moved = [a for a, link in zip(led, machine.links, strict=True) if a != link.organization_id]
    assert len(moved) == 3
    machine.every_link_finds_what_stood_there()
    machine.every_link_leads_to_who_took_over()
