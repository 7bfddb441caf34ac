"""What each change does to the tree, and what stands in its way, without a database."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.registry.organizations.domain import changes, events, tree
from services.registry.organizations.domain.changes import Plan, Renaming
from services.registry.organizations.domain.events import Action, Outcome, Part
from services.registry.organizations.domain.tree import Organization
from shared.contracts.registry import Sector, Tier
from shared.errors import Problem
from tests.registry.organizations.register import FOUNDED, Register, organization

DAY = date(2026, 7, 1)
NEXT = DAY + timedelta(days=1)


class Place:
    """A county with two towns, two villages in the first one, one below a village."""

    def __init__(self) -> None:
        self.register = Register()
        self.county = self.register.found(None, Tier.COUNTY)
        self.town = self.register.found(self.county, Tier.TOWNSHIP)
        self.other = self.register.found(self.county, Tier.TOWNSHIP)
        self.village = self.register.found(self.town, Tier.VILLAGE)
        self.neighbour = self.register.found(self.town, Tier.VILLAGE)
        self.group = self.register.found(self.village, Tier.VILLAGE)

    def move(self, who: Organization, to: Organization, on: date = DAY) -> Outcome:
        plan = self.register.plan(Action.MOVE, on)
        changes.move(plan, who.id, to.id)
        return plan.outcome(None)

    def merge(self, who: list[Organization], into: Organization, on: date = DAY) -> Outcome:
        plan = self.register.plan(Action.MERGE, on)
        changes.merge(plan, [each.id for each in who], into)
        return plan.outcome(None)

    def dissolve(
        self, who: Organization, to: Organization | None = None, on: date = DAY
    ) -> Outcome:
        plan = self.register.plan(Action.DISSOLVE, on)
        changes.dissolve(plan, who.id, to.id if to else None)
        return plan.outcome(None)

    def split(
        self, origin: Organization, children: list[UUID], *, parts: int = 1, ends: bool = False
    ) -> tuple[Outcome, list[Organization]]:
        plan = self.register.plan(Action.SPLIT, DAY)
        last = plan.forest.last(origin.id)
        made = [changes.part_of(last, organization(None, origin.tier, DAY)) for _ in range(parts)]
        for each in made:
            plan.make(each)
        given = {each.id: children if n == 0 else [] for n, each in enumerate(made)}
        changes.split(plan, origin.id, given, made[0].id if ends else None)
        return plan.outcome(None), made


@pytest.fixture
def place() -> Place:
    return Place()


def kinds(outcome: Outcome) -> list[type[Problem]]:
    for each in outcome.blocked:
        assert any("一" <= sign <= "鿿" for sign in each.detail.zh)
    return [type(each) for each in outcome.blocked]


def test_a_move_takes_everything_below_along(place: Place) -> None:
    outcome = place.register.apply(place.move(place.village, place.other))
    now, before = place.register.on(DAY), place.register.on(DAY - timedelta(days=1))
    assert now[place.village.id].path == f"{place.other.path}{place.village.id}/"
    assert now[place.group.id].path == f"{now[place.village.id].path}{place.group.id}/"
    assert now[place.group.id].parent_id == place.village.id
    assert before[place.village.id].path == place.village.path
    assert outcome.event.of(Part.CARRIED) == [place.group.id]


def test_moves_that_cannot_be(place: Place) -> None:
    assert kinds(place.move(place.village, place.village))[0] is events.BelowItself
    assert events.BelowItself in kinds(place.move(place.village, place.group))
    assert kinds(place.move(place.town, place.village))[0] is events.BelowItself
    assert kinds(place.move(place.village, place.town)) == [events.NothingChanges]
    assert kinds(place.move(place.other, place.neighbour)) == [tree.TierMismatch]
    assert kinds(place.move(place.village, place.other, FOUNDED))[0] is tree.DatesInvalid
    elsewhere = place.register.found(None, Tier.COUNTY)
    assert kinds(place.move(place.village, elsewhere)) == [events.OtherCounty]
    late = place.register.found(place.county, Tier.TOWNSHIP, NEXT)
    assert kinds(place.move(place.village, late)) == [tree.DatesInvalid]


def test_events_of_one_organization_follow_one_another(place: Place) -> None:
    place.register.apply(place.move(place.village, place.other))
    back = [place.move(place.village, place.town, day) for day in (DAY, DAY - timedelta(days=1))]
    assert [kinds(each)[0] for each in back] == [events.EventsOverlap, events.EventsOverlap]
    carried = place.move(place.other, place.county, DAY)
    assert events.EventsOverlap in kinds(carried)
    place.register.apply(place.move(place.village, place.town, NEXT))
    assert place.register.on(NEXT)[place.village.id].parent_id == place.town.id
    below_moving = place.move(place.neighbour, place.village, DAY)
    assert kinds(below_moving) == [events.EventsOverlap]


def test_a_merger_names_its_successor_and_hands_over_what_is_below(place: Place) -> None:
    place.register.apply(place.merge([place.village], place.neighbour))
    ended = place.register.organizations[place.village.id]
    assert (ended.dissolved_on, ended.successor_id) == (DAY, place.neighbour.id)
    now = place.register.on(DAY)
    assert place.village.id not in now
    assert now[place.group.id].parent_id == place.neighbour.id
    again = place.merge([place.village], place.neighbour, NEXT)
    assert tree.AlreadyDissolved in kinds(again)


def test_mergers_that_would_leave_results_without_anybody(place: Place) -> None:
    assert tree.SuccessorInvalid in kinds(place.merge([place.village], place.village))
    two = place.merge([place.village, place.neighbour], place.neighbour)
    assert tree.SuccessorInvalid in kinds(two)
    late = place.register.found(place.town, Tier.VILLAGE, NEXT)
    assert kinds(place.merge([place.village], late)) == [tree.SuccessorInvalid]
    place.register.apply(place.dissolve(place.neighbour, place.village))
    assert kinds(place.merge([place.village], place.neighbour)) == [
        events.EventsOverlap,
        tree.SuccessorInvalid,
    ]


def test_who_is_to_take_over_cannot_end_before(place: Place) -> None:
    place.register.apply(place.merge([place.village], place.neighbour, NEXT))
    early = place.dissolve(place.neighbour, place.group, DAY)
    assert events.EventsOverlap in kinds(early)


def test_mergers_of_the_wrong_ones(place: Place) -> None:
    assert tree.TierMismatch in kinds(place.merge([place.village], place.other))
    twice = place.merge([place.village, place.village], place.neighbour)
    assert kinds(twice) == [events.PartsInvalid]
    nested = place.merge([place.village, place.group], place.neighbour)
    assert kinds(nested) == [events.PartsInvalid]
    assert events.BelowItself in kinds(place.merge([place.village], place.group))


def test_a_split_keeps_the_origin_or_ends_it(place: Place) -> None:
    outcome, made = place.split(place.town, [place.village.id])
    place.register.apply(outcome)
    now = place.register.on(DAY)
    assert now[made[0].id].parent_id == place.county.id
    assert now[place.village.id].path == f"{made[0].path}{place.village.id}/"
    assert now[place.neighbour.id].parent_id == place.town.id
    assert place.town.id in now


def test_a_split_that_ends_its_origin(place: Place) -> None:
    lacking, _ = place.split(place.town, [place.village.id], parts=2, ends=True)
    assert kinds(lacking) == [tree.HasChildren]
    few, _ = place.split(place.town, [place.village.id, place.neighbour.id], ends=True)
    assert kinds(few) == [events.PartsInvalid]
    whole = [place.village.id, place.neighbour.id]
    outcome, made = place.split(place.town, whole, parts=2, ends=True)
    place.register.apply(outcome)
    ended = place.register.organizations[place.town.id]
    assert (ended.dissolved_on, ended.successor_id) == (DAY, made[0].id)


def test_splits_of_the_wrong_ones(place: Place) -> None:
    assert tree.TierMismatch in kinds(place.split(place.county, [])[0])
    assert kinds(place.split(place.town, [place.group.id])[0]) == [events.PartsInvalid]
    twice = [place.village.id, place.village.id]
    assert events.PartsInvalid in kinds(place.split(place.town, twice)[0])


def test_an_end_that_makes_no_sense(place: Place) -> None:
    assert kinds(place.dissolve(place.town)) == [tree.HasChildren]
    assert kinds(place.dissolve(place.group, on=FOUNDED)) == [tree.DatesInvalid]
    assert kinds(place.dissolve(place.group, place.group)) == [tree.SuccessorInvalid]
    elsewhere = place.register.found(None, Tier.COUNTY)
    assert kinds(place.dissolve(place.group, elsewhere)) == [tree.SuccessorInvalid]
    place.register.apply(place.dissolve(place.group, place.neighbour))
    assert kinds(place.dissolve(place.group)) == [tree.AlreadyDissolved]


def test_a_new_name_holds_from_its_day(place: Place) -> None:
    def rename(renaming: Renaming) -> Outcome:
        plan: Plan = place.register.plan(Action.RENAME, DAY)
        changes.rename(plan, place.village.id, renaming)
        return plan.outcome(None)

    assert kinds(rename(Renaming(short_name="某某"))) == [events.NothingChanges]
    place.register.apply(rename(Renaming(short_name="四街社区", sector=Sector.COMMUNITY)))
    now = place.register.on(DAY)[place.village.id]
    before = place.register.on(DAY - timedelta(days=1))[place.village.id]
    assert (now.short_name, now.initials, now.sector) == ("四街社区", "sjsq", Sector.COMMUNITY)
    assert replace(before, valid_until=None, ended_by=None).short_name == "某某"


def test_a_founding_below_a_parent_that_moved_later_is_refused(place: Place) -> None:
    place.register.apply(place.move(place.village, place.other))
    with pytest.raises(events.EventsOverlap):
        place.register.found(place.village, Tier.VILLAGE, date(2020, 1, 1))
    with pytest.raises(tree.DatesInvalid):
        place.register.found(place.town, Tier.VILLAGE, date(2010, 1, 1))
