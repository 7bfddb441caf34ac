"""What is known of 两新 units before a table is compared with them, and while its rows are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.registry.coverage.domain.states import State
from services.registry.coverage.domain.units import Unit
from services.registry.divisions.domain import Division


@dataclass(frozen=True)
class Stored:
    """The units that a table may mean and that its branches cover, and what is known of them."""

    units: Mapping[UUID, Unit]
    states: Mapping[UUID, Sequence[State]]
    divisions: Mapping[str, Division]


@dataclass
class Ledger:
    """The stored units with those of the rows read so far, found by id, by code and by name."""

    stored: Stored
    units: dict[UUID, Unit] = field(default_factory=dict)
    states: dict[UUID, list[State]] = field(default_factory=dict)
    _coded: dict[tuple[UUID, str], Unit] = field(default_factory=dict)
    _named: dict[tuple[UUID, str], dict[UUID, Unit]] = field(default_factory=dict)
    _covered: dict[UUID, set[UUID]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit in self.stored.units.values():
            self.put(unit)
        for states in self.stored.states.values():
            for state in states:
                self.enter(state)

    def put(self, unit: Unit) -> None:
        """Know a unit as it is called from now on."""
        before = self.units.get(unit.id)
        if before is not None:
            self._coded.pop((before.county_id, before.credit_code or ""), None)
            self._named[before.organization_id, before.name].pop(before.id, None)
        self.units[unit.id] = unit
        if unit.ended_on is None:
            if unit.credit_code:
                self._coded[unit.county_id, unit.credit_code] = unit
            self._named.setdefault((unit.organization_id, unit.name), {})[unit.id] = unit

    def enter(self, state: State) -> None:
        """Know what is said of a unit from now on."""
        self.states.setdefault(state.unit_id, []).append(state)
        if state.branch_id is not None:
            self._covered.setdefault(state.branch_id, set()).add(state.unit_id)

    def find(self, county_id: UUID, place_id: UUID, code: str, name: str) -> Unit | None:
        """Return the living unit that has this code, or else this name where codes do not differ.

        Of several of one name that tell themselves apart by codes, none is meant without one.
        """
        coded = self._coded.get((county_id, code)) if code else None
        called = [
            each
            for each in self._named.get((place_id, name), {}).values()
            if not (code and each.credit_code)
        ]
        return coded or (called[0] if len(called) == 1 else None)

    def rivals(self, unit: Unit) -> list[Unit]:
        """Return the living units that have its code or its name."""
        coded = self._coded.get((unit.county_id, unit.credit_code or ""))
        named = self._named.get((unit.organization_id, unit.name), {})
        return [*([coded] if coded else []), *named.values()]

    def covered_by(self, branch_id: UUID) -> dict[UUID, tuple[Unit, list[State]]]:
        """Return the units that a branch covers or has covered, with all that is known of them."""
        ids = self._covered.get(branch_id, set())
        return {each: (self.units[each], self.states[each]) for each in ids}
