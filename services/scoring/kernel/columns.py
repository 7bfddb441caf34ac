"""Many organizations as int arrays, one row a thing scored, one column an organization."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.answers import ProblemTable, answered, problem_tables
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.gaps import Given, gaps_of
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.intake import faults_of, is_assessed
from services.scoring.kernel.occurrences import OccurrenceTable
from services.scoring.kernel.plan import Bools, Ints, Longs, Plan
from services.scoring.kernel.sheets import excluded, fact_values, occurrence_tables, sheets

# Decisions that took a star after the notice: its place in a quota may stay empty.
_AFTER_NOTICE = frozenset({"finding", "change_case"})


@dataclass(frozen=True, eq=False)
class Inputs:
    """The inputs of `size` organizations.

    `scores` has one array leaves x organizations per stage (`MISSING` where it said nothing,
    `NOT_APPLICABLE`, points, or 0 where values or occurrences say more), or None where a stage
    said nothing at all. `answers` is bottom lines x organizations; for a per-problem line it
    says only whether the office answered, the counts are in `problems`. `county` and `township`
    number the ranking groups. `organizations` are the documents the arrays were made of, empty
    when the arrays were made directly.

    Only policies that use them need the rest: `values` (slots x organizations, `ABSENT` where
    not given) and `tables` of occurrences, one per stage; `fact_values` likewise from facts;
    `excluded` leaves x organizations that an item is not for; `fallen` stars x organizations
    refused after the notice; `let_in` quotas x organizations that a refill has let in.
    """

    size: int
    scores: tuple[Ints | None, ...]
    applied: Bools
    assessed: Bools
    submitted: Bools
    answers: npt.NDArray[np.int8]
    problems: tuple[ProblemTable | None, ...]
    refused: Bools
    struck: Bools
    county: Ints
    township: Ints
    organizations: tuple[OrganizationInput, ...]
    provisional: bool
    values: tuple[Longs | None, ...] = ()
    tables: tuple[OccurrenceTable | None, ...] = ()
    fact_values: Longs | None = None
    excluded: Bools | None = None
    fallen: Bools | None = None
    let_in: Bools | None = None

    @classmethod
    def of(
        cls, plan: Plan, organizations: Sequence[OrganizationInput], *, provisional: bool = False
    ) -> Self:
        """Build the arrays; raise `InputError` with everything missing, unknown or too high.

        `provisional` is for outcomes before the source offices have answered: an unanswered
        bottom line stays open instead of being an error, and the outcome says so.
        """
        faults = faults_of(plan, organizations, answers_required=not provisional)
        if faults:
            raise InputError(faults)
        scores, values = sheets(plan, organizations)
        made = cls(
            size=len(organizations),
            scores=scores,
            applied=_flags(plan.star_index, [one.applied for one in organizations]),
            assessed=_vector([is_assessed(plan, one) for one in organizations]),
            submitted=_vector([one.submitted for one in organizations]),
            answers=answered(plan, organizations),
            problems=problem_tables(plan, organizations),
            refused=_flags(plan.star_index, [one.refusals for one in organizations]),
            struck=_vector([one.listing_struck is not None for one in organizations]),
            county=_groups([one.county_id for one in organizations]),
            township=_groups([(one.county_id, one.township_id) for one in organizations]),
            organizations=tuple(organizations),
            provisional=provisional,
            values=values,
            tables=occurrence_tables(plan, organizations),
            fact_values=fact_values(plan, organizations),
            excluded=excluded(plan, organizations),
            fallen=_fallen(plan, organizations),
            let_in=_let_in(plan, organizations),
        )
        made.require_everything(plan)
        return made

    def decided_again(self, plan: Plan, organizations: Sequence[OrganizationInput]) -> Self:
        """Return the inputs of the same documents with other refusals and places let in."""
        return replace(
            self,
            organizations=tuple(organizations),
            refused=_flags(plan.star_index, [one.refusals for one in organizations]),
            fallen=_fallen(plan, organizations),
            let_in=_let_in(plan, organizations),
        )

    def require_everything(self, plan: Plan) -> None:
        """Raise `InputError` naming every point that an applied star needs and nobody gave."""
        given = Given(
            organizations=self.organizations,
            scores=self.scores,
            fact_values=self.fact_values,
            excluded=self.excluded,
            needed=self.applied & self.assessed,
            assessed=self.assessed,
            groups={"county": self.county, "township": self.township},
        )
        gaps = gaps_of(plan, given)
        if gaps:
            raise InputError(gaps)


def _vector(flags: list[bool]) -> Bools:
    return np.array(flags, dtype=np.bool_)


def _groups(keys: Sequence[Hashable]) -> Ints:
    """Number equal keys alike, in order of appearance."""
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int32)


def _flags(index: dict[str, int], codes: Sequence[Iterable[str]]) -> Bools:
    flags = np.zeros((len(index), len(codes)), dtype=np.bool_)
    for column, named in enumerate(codes):
        for code in named:
            flags[index[code], column] = True
    return flags


def _fallen(plan: Plan, organizations: Sequence[OrganizationInput]) -> Bools | None:
    if not plan.policy.quotas:
        return None
    after = [
        [star for star, refusal in one.refusals.items() if refusal.by in _AFTER_NOTICE]
        for one in organizations
    ]
    return _flags(plan.star_index, after)


def _let_in(plan: Plan, organizations: Sequence[OrganizationInput]) -> Bools | None:
    if not plan.refilled:
        return None
    index = {quota.code: row for row, quota in enumerate(plan.policy.quotas)}
    return _flags(index, [one.let_in for one in organizations])
