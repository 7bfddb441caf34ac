"""名额的递补次序: who left a place after the notice, and who is next by the declared chain.

Both are read from the kernel's own evaluation, so that nobody can be next who is not also
admitted: as the inputs stand, with the findings lifted, and with everybody let in who may be.
Clause: 五星创建 第一版 · 名额.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from services.scoring.kernel.evaluate import Outcome, evaluate
from services.scoring.kernel.inputs import OrganizationInput, Vacancy
from services.scoring.kernel.plan import Bools, Plan
from services.scoring.kernel.quotas import Quota
from services.scoring.results.domain.results import Result
from services.scoring.results.domain.verdicts import Judged


@dataclass(frozen=True)
class Chain:
    """One quota within its county or township: who left a place, who comes next (maybe nobody)."""

    quota: str
    scope_id: UUID
    left: tuple[Vacancy, ...]
    next: tuple[UUID, ...]


def chains(
    judged: Judged,
    barred: Collection[UUID],
    standing: Sequence[Result],
    objections: Mapping[UUID, UUID],
) -> list[Chain]:
    """Return every quota that is refilled and that somebody left or comes into.

    `barred` are never next, nor is whoever holds the place by a result of `standing` already.
    `objections` name the newest finding against each branch.
    """
    plan = judged.plan
    if not plan.refilled:
        return []
    noticed, filled = _noticed(judged), _filled(judged, barred)
    names = {each.organization_id: each.name for each in standing}
    found: list[Chain] = []
    for row, quota in enumerate(plan.policy.quotas):
        if quota.refill != "next":
            continue
        now = holders(plan, judged.outcome, quota)
        gone = holders(plan, noticed, quota) | _let_in_and_fallen(judged, row)
        come = holders(plan, filled, quota) & ~now & ~_holding(judged, quota, standing)
        left = {
            index: _vacancy(judged.inputs.organizations[index], quota, names, objections)
            for index in np.flatnonzero(gone & ~now).tolist()
        }
        found += _by_scope(judged.inputs.organizations, quota, left, np.flatnonzero(come).tolist())
    return found


def holding(judged: Judged) -> set[tuple[str, UUID]]:
    """Return who holds a place of which quota that is refilled, as (quota, organization)."""
    ids = [UUID(one.organization_id) for one in judged.inputs.organizations]
    return {
        (quota.code, ids[index])
        for quota in judged.plan.policy.quotas
        if quota.refill == "next"
        for index in np.flatnonzero(holders(judged.plan, judged.outcome, quota)).tolist()
    }


def holders(plan: Plan, outcome: Outcome, quota: Quota) -> Bools:
    """Return which organizations hold what the quota limits."""
    if quota.star is not None:
        stars: Bools = outcome.awarded[plan.star_index[quota.star]]
        return stars
    levels: Bools = outcome.assessed & (outcome.level >= (quota.level or 0))
    return levels


def _noticed(judged: Judged) -> Outcome:
    """Return the outcome as it was announced: no finding has taken anything yet."""
    inputs = judged.inputs
    if inputs.fallen is None:
        return judged.outcome
    refused = inputs.refused & ~inputs.fallen
    return evaluate(judged.plan, replace(inputs, refused=refused, fallen=None, let_in=None))


def _filled(judged: Judged, barred: Collection[UUID]) -> Outcome:
    """Return the outcome with everybody let in who may be: the kernel admits as many as fit."""
    inputs = judged.inputs
    may = np.array([UUID(one.organization_id) not in barred for one in inputs.organizations])
    known = np.zeros((1, inputs.size), dtype=np.bool_) if inputs.let_in is None else inputs.let_in
    return evaluate(judged.plan, replace(inputs, let_in=known | may))


def _let_in_and_fallen(judged: Judged, row: int) -> Bools:
    """Return who came in by a refill and lost something by a finding since."""
    inputs = judged.inputs
    if inputs.let_in is None or inputs.fallen is None:
        return np.zeros(inputs.size, dtype=np.bool_)
    fallen: Bools = inputs.let_in[row] & inputs.fallen.any(axis=0)
    return fallen


def _holding(judged: Judged, quota: Quota, standing: Sequence[Result]) -> Bools:
    """Return who holds the place by its result, whatever the evaluation of today says."""
    held = {str(each.organization_id) for each in standing if holds(each, quota)}
    return np.array([one.organization_id in held for one in judged.inputs.organizations])


def holds(result: Result, quota: Quota) -> bool:
    """Whether a result has what the quota limits."""
    if quota.star is not None:
        return quota.star in result.stars
    return result.assessed and result.level >= (quota.level or 0)


def _vacancy(
    one: OrganizationInput, quota: Quota, names: Mapping[UUID, str], objections: Mapping[UUID, UUID]
) -> Vacancy:
    """Return who left and why: the finding against the star itself, or else the newest one."""
    own = UUID(one.organization_id)
    findings = {star: x.reference for star, x in one.refusals.items() if x.by == "finding"}
    objection = findings.get(quota.star or "") or str(objections[own])
    return Vacancy(organization_id=one.organization_id, name=names[own], objection=objection)


def _by_scope(
    organizations: Sequence[OrganizationInput],
    quota: Quota,
    left: Mapping[int, Vacancy],
    come: Sequence[int],
) -> Iterator[Chain]:
    def scope(index: int) -> str:
        one = organizations[index]
        return one.county_id if quota.within == "county" else one.township_id

    for scope_id in sorted({scope(index) for index in (*left, *come)}):
        yield Chain(
            quota=quota.code,
            scope_id=UUID(scope_id),
            left=tuple(each for index, each in left.items() if scope(index) == scope_id),
            next=tuple(
                UUID(organizations[index].organization_id)
                for index in come
                if scope(index) == scope_id
            ),
        )
