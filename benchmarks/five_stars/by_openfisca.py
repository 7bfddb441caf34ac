"""The policy as one would write it for OpenFisca-core: a variable each, formulas, parameters.

Points are OpenFisca's own float (32 bits), ranks its own `get_rank` (which breaks ties at will).
A run is what a user of it does with the columns of points: make a simulation, set the inputs,
calculate. `by_openfisca_bare` leaves out everything that could be left out.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import YEAR
from openfisca_core.populations import Population
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.five_stars.cases import (
    BASE,
    BONUS,
    BOTTOM_LINES,
    DEDUCTION,
    STARS,
    Cases,
    Verdicts,
)

PERIOD = "2026"
FROM = "2026-01-01"
COUNTS = {"base": BASE, "bonus": BONUS, "deduction": DEDUCTION}
PARAMETERS = {
    "base_line": {"values": {FROM: {"value": 75}}},
    "total_line": {"values": {FROM: {"value": 85}}},
    "bonus_cap": {"values": {FROM: {"value": 20}}},
    "floor": {"values": {FROM: {"value": 0}}},
    "party_building_from_level": {"values": {FROM: {"value": 3}}},
    "level_without_party_building": {"values": {FROM: {"value": 2}}},
    "struck_level": {"values": {FROM: {"value": 2}}},
}

ORGANIZATION = Entity("organization", "organizations", "党组织", "A village's party branch.")
COUNTY, TOWNSHIP = (
    GroupEntity(name, plural, label, "Where organizations are ranked.", [{"key": "member"}])
    for name, plural, label in (("county", "counties", "县"), ("township", "townships", "乡镇"))
)

Formula = Callable[[Population, object, object], npt.NDArray[np.generic]]


def variable(name: str, kind: type, formula: Formula | None = None) -> type[Variable]:
    """The class that one would otherwise write out, once for each of so many names."""
    content: dict[str, object] = {
        "value_type": kind,
        "entity": ORGANIZATION,
        "definition_period": YEAR,
        "label": name,
    }
    if formula is not None:
        content["formula"] = formula
    return type(name, (Variable,), content)


def block_formula(star: int, block: str) -> Formula:
    names = [f"star_{star}_{block}_{n}" for n in range(COUNTS[block])]

    def formula(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 -- OpenFisca looks at the names
        return sum(organization(name, period) for name in names)

    return formula


def total_formula(star: int) -> Formula:
    def formula(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- likewise
        rules = parameters(period)
        base = organization(f"star_{star}_base", period)
        bonus = np.minimum(organization(f"star_{star}_bonus", period), rules.bonus_cap)
        taken = organization(f"star_{star}_deduction", period)
        return np.maximum(base + bonus - taken, rules.floor)

    return formula


def applied_formula(star: int) -> Formula:
    def formula(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 -- likewise
        return organization(f"star_{star}_wanted", period) * organization("assessed", period)

    return formula


def lost_formula(star: int) -> Formula:
    def formula(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 -- likewise
        return sum(
            organization(f"star_{star}_bottom_line_{n}", period) for n in range(BOTTOM_LINES[star])
        )

    return formula


def awarded_formula(star: int) -> Formula:
    def formula(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- likewise
        rules = parameters(period)
        return (
            organization(f"star_{star}_applied", period)
            * (organization(f"star_{star}_base", period) >= rules.base_line)
            * (organization(f"star_{star}_total", period) >= rules.total_line)
            * np.logical_not(organization(f"star_{star}_lost", period))
            * np.logical_not(organization(f"star_{star}_refused", period))
        )

    return formula


def star_variables(star: int) -> list[type[Variable]]:
    name = f"star_{star}"
    items = [
        variable(f"{name}_{block}_{n}", float)
        for block, count in COUNTS.items()
        for n in range(count)
    ]
    lines = [variable(f"{name}_bottom_line_{n}", bool) for n in range(BOTTOM_LINES[star])]
    return [
        *items,
        *lines,
        variable(f"{name}_wanted", bool),
        variable(f"{name}_refused", bool),
        *(variable(f"{name}_{block}", float, block_formula(star, block)) for block in COUNTS),
        variable(f"{name}_total", float, total_formula(star)),
        variable(f"{name}_applied", bool, applied_formula(star)),
        variable(f"{name}_lost", bool, lost_formula(star)),
        variable(f"{name}_awarded", bool, awarded_formula(star)),
    ]


def star_count(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG001 -- likewise
    return sum(organization(f"star_{star}_awarded", period).astype(int) for star in range(STARS))


def level(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 -- likewise
    rules = parameters(period)
    stars = organization("star_count", period)
    lacking = np.logical_not(organization("star_0_awarded", period))
    lacking = lacking * (stars >= rules.party_building_from_level)
    by_stars = np.where(lacking, rules.level_without_party_building, stars)
    struck = np.minimum(by_stars, rules.struck_level)
    return np.where(organization("struck", period), struck, by_stars)


def sum_of(measure: str) -> Formula:
    def formula(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 -- likewise
        return sum(
            organization(f"star_{star}_{measure}", period)
            * organization(f"star_{star}_applied", period)
            for star in range(STARS)
        )

    return formula


def rank_in(group: str) -> Formula:
    def formula(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 -- likewise
        order = organization("level", period) * (STARS + 1) + organization("star_count", period)
        key = (order * 1000.0 + organization("all_total", period)) * 1000.0
        key += organization("all_base", period)
        assessed = organization("assessed", period)
        return organization.get_rank(getattr(organization, group), -key, assessed) + 1

    return formula


def system(rank_formula: Callable[[str], Formula] = rank_in) -> TaxBenefitSystem:
    made = TaxBenefitSystem([ORGANIZATION, COUNTY, TOWNSHIP])
    made.parameters = ParameterNode("", data=PARAMETERS)
    for star in range(STARS):
        made.add_variables(*star_variables(star))
    made.add_variables(
        variable("assessed", bool),
        variable("struck", bool),
        variable("star_count", int, star_count),
        variable("level", int, level),
        variable("all_total", float, sum_of("total")),
        variable("all_base", float, sum_of("base")),
        variable("county_rank", int, rank_formula("county")),
        variable("township_rank", int, rank_formula("township")),
    )
    return made


Columns = list[tuple[str, npt.NDArray[np.generic]]]


def simulation(rules: TaxBenefitSystem, cases: Cases, columns: Columns) -> Simulation:
    builder = SimulationBuilder()
    builder.create_entities(rules)
    builder.declare_person_entity("organization", np.arange(cases.size))
    for name, members in (("county", cases.county), ("township", cases.township)):
        group = builder.declare_entity(name, np.unique(members))
        builder.join_with_persons(group, members, roles=np.zeros(cases.size, dtype=np.int16))
    made = builder.build(rules)
    for name, values in columns:
        made.set_input(name, PERIOD, values)
    return made


def columns_of(cases: Cases) -> Columns:
    """The same inputs as OpenFisca holds them: points in float32, flags."""
    found: Columns = [("assessed", cases.assessed), ("struck", cases.struck)]
    hits = iter(cases.hit)
    for star in range(STARS):
        for block, rows in cases.star(star).items():
            found += [
                (f"star_{star}_{block}_{n}", (row / 100).astype(np.float32))
                for n, row in enumerate(rows)
            ]
        found += [(f"star_{star}_bottom_line_{n}", next(hits)) for n in range(BOTTOM_LINES[star])]
        found.append((f"star_{star}_wanted", cases.applied[star]))
        found.append((f"star_{star}_refused", cases.refused[star]))
    return found


def calculate(ready: Simulation) -> Verdicts:
    awarded = [ready.calculate(f"star_{star}_awarded", PERIOD) for star in range(STARS)]
    names = ("level", "county_rank", "township_rank")
    return Verdicts(np.array(awarded), *(ready.calculate(name, PERIOD) for name in names))


def prepare(cases: Cases) -> Callable[[], Verdicts]:
    rules, columns = system(), columns_of(cases)
    return lambda: calculate(simulation(rules, cases, columns))
