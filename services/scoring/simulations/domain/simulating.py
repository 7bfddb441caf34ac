"""模拟: policies tried out on one county's inputs, side by side with the policy in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.scoring.kernel.errors import InputError
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan
from services.scoring.simulations.domain import bills, comparison
from services.scoring.simulations.domain.bills import Ledger
from services.scoring.simulations.domain.nearest import nearest
from services.scoring.simulations.domain.outcomes import (
    MissingFact,
    NearMiss,
    PayerBill,
    Report,
    VariantOutcome,
)
from services.scoring.simulations.domain.trials import Trial, try_out, try_variant
from services.scoring.simulations.domain.variants import ScoreRule
from shared.errors import Fault, Text

# Missing facts are many when a county's data are not entered yet: so many are named.
_NAMED = 100


@dataclass(frozen=True, eq=False)
class Base:
    """The policy in force tried out on the inputs, with its ledger and near misses: made once."""

    trial: Trial
    ledger: Ledger
    _nearest: dict[int, tuple[NearMiss, ...]] = field(default_factory=dict, repr=False)

    def nearest(self, wanted: int) -> tuple[NearMiss, ...]:
        """Return the nearest misses, searched for once."""
        if wanted not in self._nearest:
            self._nearest[wanted] = nearest(self.trial, wanted)
        return self._nearest[wanted]


@dataclass(frozen=True)
class Asked:
    """What a report shows besides: ceilings in fen by payer, and how many near misses."""

    ceilings: Mapping[str, int]
    nearest: int


def base_of(plan: Plan, organizations: Sequence[OrganizationInput], *, provisional: bool) -> Base:
    """Try out the policy in force; the kernel's `InputError` where scores are missing."""
    trial = try_out(plan, organizations, provisional=provisional)
    return Base(trial, bills.ledger(trial))


def simulate(
    base: Base, variants: Sequence[tuple[Policy, ScoreRule]], asked: Asked
) -> tuple[Report, list[tuple[int, Fault]]]:
    """Return the report, and why variants (by their number) that it lacks cannot be tried out."""
    faults: list[tuple[int, Fault]] = []
    outcomes: list[VariantOutcome] = []
    for number, (policy, rule) in enumerate(variants):
        try:
            trial = try_variant(base.trial, policy, rule)
        except InputError as error:
            faults += [(number, fault) for fault in _gathered(error)]
            continue
        outcomes.append(_compared(base, trial, asked))
    shown = _outcome(base.trial, base.ledger, base.nearest(asked.nearest), asked)
    return Report(base=shown, variants=tuple(outcomes)), faults


def _compared(base: Base, trial: Trial, asked: Asked) -> VariantOutcome:
    ledger = bills.ledger_after(base.trial, base.ledger, trial)
    made = _outcome(trial, ledger, nearest(trial, asked.nearest), asked)
    return made.model_copy(update={"moves": comparison.moves(base.trial, trial)})


def _outcome(
    trial: Trial, ledger: Ledger, near: tuple[NearMiss, ...], asked: Asked
) -> VariantOutcome:
    county, townships = comparison.counts(trial)
    return VariantOutcome(
        policy_hash=trial.plan.policy_hash,
        provisional=trial.outcome.provisional,
        notes=trial.notes,
        county=county,
        townships=townships,
        moves=(),
        nearest=near,
        months=bills.months_of(trial.plan),
        bill=None if ledger.missing else _bill(trial.policy, ledger, asked.ceilings),
        missing_facts=tuple(
            MissingFact(organization_id=each.organization_id, fact=each.subject, zh=each.zh)
            for each in ledger.missing[:_NAMED]
        ),
    )


def _bill(policy: Policy, ledger: Ledger, ceilings: Mapping[str, int]) -> tuple[PayerBill, ...]:
    sums = ledger.by_payer(payer.code for payer in policy.payers)
    return tuple(
        PayerBill(
            payer=payer,
            total=owed.total,
            payable=owed.payable,
            unfunded=owed.unfunded,
            ceiling=ceilings.get(payer),
            over=max(owed.payable - ceilings.get(payer, owed.payable), 0),
        )
        for payer, owed in sums.items()
    )


def _gathered(error: InputError) -> list[Fault]:
    """Say each thing that is missing once, with the number of organizations it concerns."""
    concerned: dict[tuple[str, str, str], int] = {}
    for each in error.faults:
        key = (each.code, each.subject, each.zh)
        concerned[key] = concerned.get(key, 0) + 1
    return [
        Fault(subject, Text(f"{zh}（{count}个组织）", f"{code}: {count} organizations"))
        for (code, subject, zh), count in concerned.items()
    ]
