"""A table of people and their posts against the stored terms: who comes, who goes, who stays.

A row is known when a person of that name began that post in that organization on that day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.registry.imports.domain.cells import day_of, id_of
from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.places import Places
from services.registry.imports.domain.reading import Line
from services.registry.organizations.domain.tree import Organization
from services.registry.people.domain import terms as domain
from services.registry.people.domain.terms import Person, Term
from shared.contracts.registry import Post
from shared.errors import Text
from shared.pinyin import spelled

_LONGEST_NAME = 50


@dataclass
class Plan:
    """What a table would do: people and terms to enter, terms to end."""

    people: list[Person] = field(default_factory=list)
    begun: list[tuple[int, Term]] = field(default_factory=list)
    ended: list[Term] = field(default_factory=list)
    known: int = 0


@dataclass
class Planner:
    """Goes through the rows; `terms` and `people` are what is stored of the named places."""

    places: Places
    terms: Sequence[Term]
    people: Mapping[UUID, Person]
    faults: Faults
    new_id: Callable[[], UUID]
    plan: Plan = field(default_factory=Plan)
    _labels: dict[tuple[UUID, str], Person] = field(default_factory=dict)

    def run(self, lines: Sequence[Line]) -> Plan:
        """Return the plan; what cannot be goes into the faults."""
        stored: dict[tuple[UUID, Post, date], list[Term]] = {}
        for each in self.terms:
            stored.setdefault((each.organization_id, each.post, each.starts_on), []).append(each)
        matched = [(line, *self._matched(line, stored)) for line in lines]
        for line, place, term in matched:
            if place is not None and term is not None:
                self._know(line, place, term)
        for line, place, term in matched:
            if place is not None and term is None:
                self._begin(line, place)
        self._check_clashes()
        return self.plan

    def _matched(
        self, line: Line, stored: Mapping[tuple[UUID, Post, date], Sequence[Term]]
    ) -> tuple[Organization | None, Term | None]:
        place = self.places.of(line, self.faults)
        begin = self._day(line, "starts_on")
        if len(line["name"]) > _LONGEST_NAME:
            zh = f"姓名不超过 {_LONGEST_NAME} 个字"
            self.faults.add(line.row, "name", zh, "the name is too long")
        if place is None or begin is None or not line["post"] or not line["name"]:
            return None, None
        same = stored.get((place.id, Post(line["post"]), begin), ())
        person_id = id_of(line["person"])
        found = [
            term
            for term in same
            if self.people[term.person_id].name == line["name"]
            and person_id in {None, term.person_id}
        ]
        return place, found[0] if found else None

    def _day(self, line: Line, key: str) -> date | None:
        found = day_of(line[key]) if line[key] else None
        if isinstance(found, Text):
            self.faults.say(line.row, key, found)
            return None
        return found

    def _know(self, line: Line, place: Organization, term: Term) -> None:
        county_id = place.county_id or place.id
        if line["person"] and id_of(line["person"]) is None:
            self._labels[county_id, line["person"]] = self.people[term.person_id]
        end = self._day(line, "ends_on")
        self.plan.known += 1
        if end == term.ends_on or (end is None and not line["ends_on"] and term.ends_on is None):
            return
        if end is None or term.ends_on is not None:
            zh = f"该任期已登记于 {term.ends_on} 结束，不能改动；请填该日期，连任请另起一行"
            self.faults.add(line.row, "ends_on", zh, f"the term ended on {term.ends_on}")
        elif end < term.starts_on:
            self.faults.add(line.row, "ends_on", "早于任职日期，请改正", "ends before it begins")
        else:
            self.plan.ended.append(replace(term, ends_on=end, version=term.version + 1))

    def _begin(self, line: Line, place: Organization) -> None:
        begin, end = self._day(line, "starts_on"), self._day(line, "ends_on")
        if begin is None or (line["ends_on"] and end is None):
            return
        if end is not None and end < begin:
            self.faults.add(line.row, "ends_on", "早于任职日期，请改正", "ends before it begins")
            return
        if place.dissolved_on is not None and begin >= place.dissolved_on:
            zh = f"该组织已于 {place.dissolved_on} 撤销，任期不能在此之后开始"
            self.faults.add(line.row, "starts_on", zh, "the organization has ended")
            return
        county_id = place.county_id or place.id
        person = self._person(line, county_id)
        if person is not None:
            term = Term(
                self.new_id(), county_id, person.id, place.id, Post(line["post"]), begin, end
            )
            self.plan.begun.append((line.row, term))

    def _person(self, line: Line, county_id: UUID) -> Person | None:
        label, name = line["person"], line["name"]
        own_id = id_of(label)
        known = self.people.get(own_id) if own_id else self._labels.get((county_id, label))
        if own_id is not None and (known is None or known.county_id != county_id):
            zh = "该县没有这个编号的人员；新的人员请留空，或填自己的编号"
            self.faults.add(line.row, "person", zh, "no such person in this county")
            return None
        if known is not None and known.erased_on is not None:
            zh = "这名人员的信息已删除，不能再登记任期"
            self.faults.add(line.row, "person", zh, "this person has been erased")
            return None
        if known is not None and known.name != name:
            zh = f"与同一编号的姓名“{known.name}”不同，请核对；更正姓名请在人员登记中办理"
            self.faults.add(line.row, "name", zh, "another name than that of the same person")
            return None
        if known is not None:
            return known
        made = Person(self.new_id(), county_id, name, *spelled(name))
        self.plan.people.append(made)
        if label:
            self._labels[county_id, label] = made
        return made

    def _check_clashes(self) -> None:
        ended = {term.id: term for term in self.plan.ended}
        standing = [ended.get(term.id, term) for term in self.terms]
        rows, begun = [row for row, _ in self.plan.begun], [term for _, term in self.plan.begun]
        for place, reason in domain.clashes(begun, standing):
            self.faults.say(rows[place], "post", reason)
