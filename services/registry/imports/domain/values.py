"""A table of facts against the ledger: what is said anew, and what is known already."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.registry.facts.domain.catalogue import Catalogue, Definition
from services.registry.facts.domain.ledger import Fact
from services.registry.imports.domain.cells import day_of, number_of
from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.places import Places
from services.registry.imports.domain.reading import Line
from services.registry.organizations.domain.tree import Organization
from shared.caller import ROLE_NAMES, Caller
from shared.errors import Text

_LONGEST_SOURCE = 200
Key = tuple[UUID, str, date]


@dataclass
class Plan:
    """Entries to add to the ledger: `corrected` of them replace a value of the same first day."""

    entries: list[Fact] = field(default_factory=list)
    corrected: int = 0
    known: int = 0


@dataclass
class Planner:
    """Goes through the rows; `stored` are the values that count from each first day on."""

    places: Places
    catalogue: Catalogue
    stored: Mapping[Key, int]
    caller: Caller
    now: datetime
    faults: Faults
    new_id: Callable[[], UUID]
    plan: Plan = field(default_factory=Plan)
    _rows: dict[Key, int] = field(default_factory=dict)

    def run(self, lines: Sequence[Line]) -> Plan:
        """Return the plan; what cannot be goes into the faults."""
        for line in lines:
            place = self.places.of(line, self.faults)
            definition = self._definition(line, place) if place and line["code"] else None
            if place is not None and definition is not None:
                self._enter(line, place, definition)
        return self.plan

    def _definition(self, line: Line, place: Organization) -> Definition | None:
        found = self.catalogue.find(line["code"], place.county_id)
        if found is None:
            zh = f"目录中没有“{line['code']}”，请从下拉框选，或查询基础数据目录"
            self.faults.add(line.row, "code", zh, "not in the catalogue")
        elif not found.fills(self.caller):
            who = ROLE_NAMES[found.filled_by] if found.filled_by else "组织部"
            zh = f"“{found.name}”由{who}填报，请从表中删去这一行"
            self.faults.add(line.row, "code", zh, "filled in by others")
            return None
        return found

    def _enter(self, line: Line, place: Organization, definition: Definition) -> None:
        before = self.faults.count
        begin = day_of(line["valid_from"]) if line["valid_from"] else None
        value = number_of(line["value"], definition.decimals) if line["value"] else None
        for column, found in (("valid_from", begin), ("value", value)):
            if isinstance(found, Text):
                self.faults.say(line.row, column, found)
        if len(line["source"]) > _LONGEST_SOURCE:
            zh = f"数据来源不超过 {_LONGEST_SOURCE} 个字"
            self.faults.add(line.row, "source", zh, "the source is too long")
        if not isinstance(begin, date) or not isinstance(value, int):
            return
        if fault := definition.fault(value, begin):
            self.faults.say(line.row, *fault)
        key = (place.id, definition.code, begin)
        if (twin := self._rows.setdefault(key, line.row)) != line.row:
            zh = f"与第 {twin} 行是同一组织、同一项目、同一日期，请删去一行"
            self.faults.add(line.row, "code", zh, f"the same as row {twin}")
        if self.faults.count > before:
            return
        known = self.stored.get(key)
        if known == value:
            self.plan.known += 1
            return
        self.plan.corrected += known is not None
        self.plan.entries.append(
            Fact(
                id=self.new_id(),
                county_id=place.county_id or place.id,
                organization_id=place.id,
                code=definition.code,
                value=value,
                valid_from=begin,
                source=line["source"],
                filled_by=self.caller.user_id,
                filled_at=self.now,
            )
        )
