"""What a trial would cost, by payer, in fen: the kernel's own lines, added up.

The bill is that of one year: all months of pay where there are at most twelve, the first
twelve otherwise, and what is paid once or once a year. Only what depends on a changed result
is computed anew; a person with posts in two villages ties them together.
Clause: 五星创建 第二版 · 挂钩.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.entitlements import seats
from services.scoring.kernel.errors import InputError, InputFault
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.monthly import month_lines
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.yearly import year_lines
from services.scoring.simulations.domain.trials import Trial

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class Owed:
    """Fen of one payer: entitled in total, of which without a source of funds."""

    total: int = 0
    unfunded: int = 0

    def __add__(self, other: "Owed") -> "Owed":
        """Both together."""
        return Owed(self.total + other.total, self.unfunded + other.unfunded)

    @property
    def payable(self) -> int:
        """What has to be paid."""
        return self.total - self.unfunded


@dataclass(frozen=True)
class Ledger:
    """What is owed by organization and payer; `missing` facts make the bill incomplete."""

    owed: Mapping[str, Mapping[str, Owed]]
    missing: tuple[InputFault, ...] = ()

    def by_payer(self, payers: Iterable[str]) -> dict[str, Owed]:
        """Add up each payer's share; one that owes nothing is named, too."""
        sums = dict.fromkeys(payers, Owed())
        for own in self.owed.values():
            for payer, owed in own.items():
                sums[payer] = sums.get(payer, Owed()) + owed
        return sums


def months_of(plan: Plan) -> int:
    """Return how many months of pay fall into the year of the bill."""
    return min(plan.policy.payment.months, MONTHS_OF_A_YEAR)


def ledger(trial: Trial) -> Ledger:
    """Return what every organization brings each payer to pay."""
    return _ledger(trial, trial.inputs.organizations)


def ledger_after(base: Trial, known: Ledger, variant: Trial) -> Ledger:
    """Return the variant's ledger, computing anew only what may differ from the known one."""
    if known.missing or _pays_differently(base, variant):
        return ledger(variant)
    affected = _tied_to(_moved(base, variant), variant.inputs.organizations)
    some = [one for one in variant.inputs.organizations if one.organization_id in affected]
    fresh = _ledger(variant, some)
    kept = {one: owed for one, owed in known.owed.items() if one not in affected}
    return Ledger(kept | dict(fresh.owed), fresh.missing)


def _ledger(trial: Trial, organizations: Sequence[OrganizationInput]) -> Ledger:
    """Evaluate the money lines of these organizations; whole ties of persons must be among them."""
    plan = _money_only(trial.plan)
    results = trial.standings
    funds = {
        one.organization_id: one.collective_income_fen
        for one in organizations
        if one.collective_income_fen is not None
    }
    owed: dict[str, dict[str, Owed]] = {one.organization_id: {} for one in organizations}
    missing: list[InputFault] = []
    try:
        _add(owed, month_lines(plan, results, seats(organizations), funds, months_of(plan)))
    except InputError as error:
        missing += error.faults
    for one in organizations:
        try:
            _add(owed, year_lines(plan, results[one.organization_id], one.residents_70))
        except InputError as error:
            missing += error.faults
    return Ledger(owed, tuple(missing))


def _money_only(plan: Plan) -> Plan:
    """Return the plan without linkages that nobody pays for, which cost time and no money."""
    paid = tuple(one for one in plan.policy.linkages if getattr(one, "payer", None) is not None)
    return replace(plan, policy=plan.policy.model_copy(update={"linkages": paid}))


def _add(owed: Mapping[str, dict[str, Owed]], lines: Iterable[Entitlement]) -> None:
    for line in lines:
        if line.unit == "fen" and line.payer is not None:
            own = owed[line.organization_id]
            own[line.payer] = own.get(line.payer, Owed()) + Owed(line.total, line.unfunded)


def _pays_differently(base: Trial, variant: Trial) -> bool:
    mine, other = base.policy, variant.policy
    return (mine.linkages, mine.payment, mine.posts, mine.payers) != (
        other.linkages,
        other.payment,
        other.posts,
        other.payers,
    )


def _moved(base: Trial, variant: Trial) -> set[str]:
    before = base.standings
    return {one for one, standing in variant.standings.items() if standing != before[one]}


def _tied_to(moved: set[str], organizations: Sequence[OrganizationInput]) -> set[str]:
    """Return these organizations and all that persons with several posts tie to them."""
    places: dict[str, set[str]] = {}
    for one in organizations:
        for holder in one.posts:
            places.setdefault(holder.person_id, set()).add(one.organization_id)
    ties = [each for each in places.values() if len(each) > 1]
    reached = set(moved)
    while True:
        wider = reached.union(*(tie for tie in ties if tie & reached))
        if wider == reached:
            return reached
        reached = wider
