"""What all results in effect bring a county, projected over the months of pay.

A person with posts in two villages is paid once, so a county is always settled as a whole.
Clause: 五星创建 第二版 · 挂钩.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from uuid import UUID

from services.scoring.kernel.entitlement import Entitlement, Standing
from services.scoring.kernel.entitlements import seats
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.monthly import month_lines, pay_days, remaining_funds
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.yearly import year_lines
from services.scoring.results.domain.results import Result, ResultState
from services.scoring.results.domain.verdicts import incomplete
from shared.canonical import content_hash

# A fallen award is in effect too: as a result without a star. One that another has succeeded
# is in force for the months before.
IN_FORCE = frozenset({ResultState.EFFECTIVE, ResultState.FALLEN, ResultState.SUCCEEDED})


@dataclass(frozen=True)
class Settlement:
    """One branch's lines under one version of its result; `number` counts from 1 per branch.

    `pay_from` is the day whose post holders get the first month.
    """

    organization_id: UUID
    result_id: UUID
    result_version: int
    effective_on: date
    pay_from: date
    lines: tuple[Entitlement, ...]
    hash: str


def in_force(results: Iterable[Result]) -> list[Result]:
    """Return the results from which something follows."""
    return [each for each in results if each.state in IN_FORCE and each.effective_on]


def standing(result: Result) -> Standing:
    """Return what entitlements need to know of a result."""
    return Standing(
        organization_id=str(result.organization_id),
        township_id=str(result.township_id),
        assessed=result.assessed,
        level=result.level,
        stars=result.stars,
    )


def settle(
    plan: Plan, results: Sequence[Result], inputs: Mapping[str, OrganizationInput]
) -> list[Settlement]:
    """Return the settlement of every branch whose result is in effect, in their order.

    Monthly pay stands for the holders and funds of the frozen inputs, all months alike but for
    the result that each is paid by; the registers follow the holders of each month. What comes
    once a year follows the newest result. Raises FactsMissing where a fact is missing.
    """
    newest = [each for each in results if each.state is not ResultState.SUCCEEDED]
    standings = {str(each.organization_id): standing(each) for each in newest}
    frozen = [inputs[each] for each in standings]
    lines: dict[str, list[Entitlement]] = {each: [] for each in standings}
    try:
        for line in _monthly(plan, results, frozen):
            lines[line.organization_id].append(line)
        for one in frozen:
            own = year_lines(plan, standings[one.organization_id], one.residents_70)
            lines[one.organization_id] += own
    except InputError as error:
        raise incomplete(error) from None
    return [_settlement(plan, each, lines[str(each.organization_id)]) for each in newest]


def _monthly(
    plan: Plan, results: Sequence[Result], frozen: Sequence[OrganizationInput]
) -> Iterable[Entitlement]:
    """Return the lines of all months of pay; a branch's equal months are one line.

    The kernel's InputError, where a fact is missing, is handed on.
    """
    chains: dict[str, list[Result]] = {}
    for each in sorted(results, key=lambda one: one.effective_on or date.max):
        chains.setdefault(str(each.organization_id), []).append(each)
    ends = {key: _ends(plan, own) for key, own in chains.items()}
    cuts = sorted({0, *(end for own in ends.values() for end in own)})
    funds: Mapping[str, int] = funds_of(frozen)
    found: dict[str, Entitlement] = {}
    for start, end in pairwise(cuts):
        here = {key: standing(_paying(own, ends[key], start)) for key, own in chains.items()}
        lines = month_lines(plan, here, seats(frozen), funds, end - start)
        funds = remaining_funds(plan, funds, lines)
        for line in lines:
            key = line.model_copy(update={"periods": 0, "unfunded": 0}).model_dump_json()
            found[key] = _longer(found.get(key), line)
    return found.values()


def _paying(chain: Sequence[Result], ends: Sequence[int], month: int) -> Result:
    """Return the result by which a month of pay, counted from 0, is paid."""
    return next(each for each, end in zip(chain, ends, strict=True) if month < end)


def _ends(plan: Plan, chain: Sequence[Result]) -> list[int]:
    """Return after how many months of pay each result ends; the last one goes on to the end."""
    ends = list(accumulate(len(pay_window(plan, each)) for each in chain))
    return [*ends[:-1], plan.policy.payment.months]


def _longer(line: Entitlement | None, more: Entitlement) -> Entitlement:
    if line is None:
        return more
    periods, unfunded = line.periods + more.periods, line.unfunded + more.unfunded
    return line.model_copy(update={"periods": periods, "unfunded": unfunded})


def funds_of(organizations: Iterable[OrganizationInput]) -> dict[str, int]:
    """Return each village's yearly collective income in fen, where it is known."""
    return {
        one.organization_id: one.collective_income_fen
        for one in organizations
        if one.collective_income_fen is not None
    }


def pay_window(plan: Plan, result: Result) -> tuple[date, ...]:
    """Return the days whose post holders get the months of pay; empty before effect.

    A result that succeeds another has the months that are left: none is paid twice, none added.
    """
    if result.effective_on is None:
        return ()
    first = pay_days(plan, result.effective_on)[0]
    until = None if result.succeeded_on is None else pay_days(plan, result.succeeded_on)[0]
    days = pay_days(plan, result.in_force_since or result.effective_on)
    return tuple(day for day in days if day >= first and (until is None or day < until))


def pay_begins(plan: Plan, result: Result) -> date | None:
    """Return the day of a branch's first month of pay, under whichever of its results."""
    since = result.in_force_since or result.effective_on
    return None if since is None else pay_days(plan, since)[0]


def standings_on(plan: Plan, results: Iterable[Result], day: date) -> dict[str, Standing]:
    """Return the standings of all branches that are paid for this day's month, by id."""
    paid = (each for each in results if day in pay_window(plan, each))
    return {str(each.organization_id): standing(each) for each in paid}


def beginning(
    plan: Plan, results: Sequence[Result], standings: Mapping[str, Standing], day: date
) -> tuple[tuple[str, ...], tuple[Standing, ...]]:
    """Return whose first month of pay this day's is, and by what they get their yearly sums.

    The latter names only those whose result has been succeeded since the month.
    """
    begins = {str(each.organization_id): pay_begins(plan, each) for each in results}
    first = tuple(sorted(key for key in standings if begins[key] == day))
    newest = {
        str(each.organization_id): standing(each)
        for each in results
        if each.state is not ResultState.SUCCEEDED
    }
    return first, tuple(newest[key] for key in first if newest[key] != standings[key])


def _settlement(plan: Plan, result: Result, lines: Sequence[Entitlement]) -> Settlement:
    if result.effective_on is None:
        message = "nothing follows from a result before its effect"
        raise ValueError(message)
    return Settlement(
        organization_id=result.organization_id,
        result_id=result.id,
        result_version=result.version,
        effective_on=result.effective_on,
        pay_from=pay_days(plan, result.in_force_since or result.effective_on)[0],
        lines=tuple(lines),
        hash=content_hash([each.model_dump(mode="json") for each in lines]),
    )


@dataclass(frozen=True)
class EntitlementLine:
    """One stored line with the branch it belongs to and the first month of pay."""

    id: UUID
    position: int
    organization_id: UUID
    name: str
    township_id: UUID
    township_name: str
    level: int
    pay_from: date
    entitlement: Entitlement


@dataclass(frozen=True)
class Sum:
    """What one payer owes one township's branches by one linkage, in fen."""

    payer: str
    linkage: str
    township_id: UUID
    township_name: str
    total: int
    unfunded: int


@dataclass(frozen=True)
class Appraisal:
    """What the branches of one township bring to its own appraisal, in 0.01 points."""

    township_id: UUID
    township_name: str
    points: int
    levels: Mapping[int, int]
