"""OpenFisca-core at its very best: inputs set before the clock starts, ranks by hand in numpy.

Measured is only calculating the formulas of `by_openfisca` anew, and one lexsort a ranking (which
also gives equals the same rank, as the policy wants).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from benchmarks.five_stars.by_openfisca import (
    Formula,
    calculate,
    columns_of,
    simulation,
    system,
)
from benchmarks.five_stars.cases import Bools, Cases, Ints, Verdicts

MEASURES = ("level", "star_count", "all_total", "all_base")


def rank_in(group: str) -> Formula:
    def formula(organization, period, parameters):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 -- OpenFisca looks at the names
        place = organization.simulation.populations[group].members_entity_id
        measures = [organization(name, period) for name in MEASURES]
        return places(place, measures, organization("assessed", period))

    return formula


def places(group: Ints, measures: list[npt.NDArray[np.generic]], assessed: Bools) -> Ints:
    """Competition ranks, highest first; 0 where not assessed."""
    members = np.flatnonzero(assessed)
    keys = [each[members] for each in (group, *measures)]
    order = np.lexsort([-each for each in reversed(keys[1:])] + [keys[0]])
    ordered = [each[order] for each in keys]
    changed = [np.concatenate(([True], each[1:] != each[:-1])) for each in ordered]
    number = np.arange(order.size)
    first = np.maximum.accumulate(np.where(changed[0], number, 0))
    same = np.maximum.accumulate(np.where(np.logical_or.reduce(changed), number, 0))
    found = np.zeros(group.size, dtype=np.int32)
    found[members[order]] = same - first + 1
    return found


def prepare(cases: Cases) -> Callable[[], Verdicts]:
    rules = system(rank_in)
    ready = simulation(rules, cases, columns_of(cases))
    calculated = [name for name, one in rules.variables.items() if not one.is_input_variable()]

    def run() -> Verdicts:
        for name in calculated:
            ready.delete_arrays(name)
        return calculate(ready)

    return run
