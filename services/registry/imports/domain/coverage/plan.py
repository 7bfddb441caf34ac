"""A table of 两新 units against the ledger: who is new, who is called otherwise, what is said anew.

A unit is known by the id that exports give it, else by its credit code in the county, else by
its name in the place. A row that says what is known of its day already changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from services.registry.coverage.domain import states, units
from services.registry.coverage.domain.states import MOST_PEOPLE, State
from services.registry.coverage.domain.units import Unit, UnitKind
from services.registry.imports.domain.cells import day_of, id_of, number_of
from services.registry.imports.domain.coverage.ledger import Ledger
from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.places import Places
from services.registry.imports.domain.reading import Line
from services.registry.organizations.domain.tree import Organization
from shared.errors import Text


@dataclass
class Plan:
    """What a table would do: units to register and to correct, states to enter."""

    made: list[Unit] = field(default_factory=list)
    corrected: list[Unit] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    known: int = 0
    changed: int = 0


@dataclass
class Planner:
    """Goes through the rows; what one row says counts for the next."""

    places: Places
    ledger: Ledger
    faults: Faults
    sender: UUID | None
    now: datetime
    today: date
    new_id: Callable[[], UUID]
    plan: Plan = field(default_factory=Plan)
    _rows: dict[UUID, int] = field(default_factory=dict)

    def run(self, lines: Sequence[Line]) -> Plan:
        """Return the plan; what cannot be goes into the faults."""
        for line in lines:
            before = self.faults.count
            place = self.places.of(line, self.faults)
            unit = self._unit(line, place) if place is not None else None
            state = self._state(line, unit) if unit is not None else None
            if unit is not None and state is not None and self.faults.count == before:
                self._enter(unit, state)
        return self.plan

    def _enter(self, unit: Unit, state: State) -> None:
        stored = self.ledger.stored.units.get(unit.id)
        last = states.on(self.ledger.states.get(unit.id, ()), state.valid_from)
        news = last is None or last.said != state.said
        if stored is None:
            self.plan.made.append(unit)
        elif stored != unit:
            self.plan.corrected.append(replace(unit, version=unit.version + 1))
        self.plan.known += stored is not None
        self.plan.changed += stored is not None and (news or stored != unit)
        self.ledger.put(unit)
        if news:
            self.plan.states.append(state)
            self.ledger.enter(state)

    def _unit(self, line: Line, place: Organization) -> Unit | None:
        """Return the unit of a row as the row calls it; what is wrong goes into the faults."""
        if not line["name"] or not line["kind"]:
            return None
        found = self._known(line, place)
        if found is None:
            return None
        called = replace(
            found,
            organization_id=place.id,
            kind=UnitKind(line["kind"]),
            name=line["name"],
            credit_code=line["credit_code"] or found.credit_code,
            division_id=self._division(line) or found.division_id,
        )
        if not units.SHORTEST_NAME <= len(called.name) <= units.LONGEST_NAME:
            self.faults.add(line.row, "name", "名称应为 2 至 100 个字", "2 to 100 characters")
        if wrong := units.wrong_code(line["credit_code"]):
            self.faults.say(line.row, "credit_code", wrong)
        for key, text in units.twins(called, self.ledger.rivals(called)):
            self.faults.say(line.row, key, text)
        return called

    def _known(self, line: Line, place: Organization) -> Unit | None:
        """Return the stored unit, or a new one; None where another row has it or none is."""
        county_id = place.county_id or place.id
        if line["unit"]:
            own_id = id_of(line["unit"])
            found = self.ledger.units.get(own_id) if own_id else None
            if found is None or not self._reaches(found, county_id):
                zh = "没有这个编号的单位，或不在您的管辖范围内；新的单位请留空"
                self.faults.add(line.row, "unit", zh, "no such unit within reach")
                return None
        else:
            found = self.ledger.find(county_id, place.id, line["credit_code"], line["name"])
        if found is not None and (twin := self._rows.get(found.id)) is not None:
            zh = f"与第 {twin} 行是同一家单位，请删去一行"
            self.faults.add(line.row, "name", zh, f"the same unit as in row {twin}")
            return None
        if found is not None and not self._reaches(found, county_id):
            zh = f"“{found.name}”已登记在其他乡镇，请由其办理，或请组织部调整属地"
            self.faults.add(line.row, "credit_code", zh, "registered elsewhere in the county")
            return None
        found = found or Unit(
            self.new_id(), county_id, place.id, UnitKind(line["kind"]), line["name"], None, None
        )
        self._rows[found.id] = line.row
        return found

    def _reaches(self, unit: Unit, county_id: UUID) -> bool:
        place = self.places.organizations.get(unit.organization_id)
        within = place is not None and self.places.reach.covers(place.path)
        return within and unit.county_id == county_id

    def _division(self, line: Line) -> UUID | None:
        if not line["division_code"]:
            return None
        found = self.ledger.stored.divisions.get(line["division_code"])
        if found is None:
            zh = f"没有登记代码为 {line['division_code']} 的区划，请核对，或先导入区划表"
            self.faults.add(line.row, "division_code", zh, "no such division")
            return None
        return found.id

    def _state(self, line: Line, unit: Unit) -> State | None:
        begin = day_of(line["valid_from"]) if line["valid_from"] else None
        employees, members = self._people(line, "employees"), self._people(line, "members")
        if isinstance(begin, Text):
            self.faults.say(line.row, "valid_from", begin)
        if not isinstance(begin, date) or employees is None or members is None:
            return None
        branch = self._branch(line)
        state = State(
            id=self.new_id(),
            county_id=unit.county_id,
            unit_id=unit.id,
            valid_from=begin,
            employees=employees,
            members=members,
            branch_id=branch.id if branch else None,
            entered_by=self.sender,
            entered_at=self.now,
        )
        for key, wrong in states.faults_of(unit, state, self.today):
            self.faults.say(line.row, key, wrong)
        if branch is not None:
            covered = self.ledger.covered_by(branch.id)
            for wrong in states.faults_of_branch(state, branch, covered):
                self.faults.say(line.row, "branch", wrong)
        return state

    def _people(self, line: Line, key: str) -> int | None:
        found = number_of(line[key], 0) if line[key] else None
        if isinstance(found, int) and found > MOST_PEOPLE:
            found = Text("人数过大，请核对", "too many people")
        if isinstance(found, Text):
            self.faults.say(line.row, key, found)
            return None
        return found

    def _branch(self, line: Line) -> Organization | None:
        """Return the branch of a row, which may lie anywhere in the county."""
        found = self.places.named(line["branch"]) if line["branch"] else []
        if line["branch"] and len(found) != 1:
            zh = f"没有编号为“{line['branch']}”的党组织，请核对；有多个的请填导出的编号"
            self.faults.add(line.row, "branch", zh, "no such organization, or several")
            return None
        return found[0] if found else None
