"""One policy tried out on a county's inputs by the kernel that judges in earnest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from services.scoring.kernel.certificate import LevelVerdict, StarVerdict
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.entitlement import Standing
from services.scoring.kernel.entitlements import standings
from services.scoring.kernel.evaluate import Outcome, evaluate
from services.scoring.kernel.explain.levels import level_verdict
from services.scoring.kernel.explain.stars import star_verdict
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.simulations.domain.adapting import Note, adapt
from services.scoring.simulations.domain.variants import ScoreRule

# Parts of a policy that say what follows from the inputs' arrays and nothing about the arrays:
# where only these differ, the arrays of the policy in force serve the variant too.
_AFTER_INPUTS = frozenset(
    {
        "edition",
        "title",
        "notes",
        "totals",
        "lines",
        "levels",
        "prerequisites",
        "star_prerequisites",
        "ranking",
        "payment",
        "linkages",
    }
)


@dataclass(frozen=True, eq=False)
class Trial:
    """A plan, inputs, outcome, and what the inputs had to be adapted by.

    Verdicts are explained when first asked for, star by star: most are never asked about.
    """

    plan: Plan
    inputs: Inputs
    outcome: Outcome
    notes: tuple[Note, ...] = ()
    _verdicts: dict[tuple[int, int], StarVerdict] = field(default_factory=dict, repr=False)

    @property
    def policy(self) -> Policy:
        """The policy that was tried out."""
        return self.plan.policy

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """Every organization's result as entitlements need it, by organization id."""
        return standings(self.plan, self.outcome, self.inputs)

    def verdict(self, index: int, star: int) -> StarVerdict:
        """Explain the star in row `star` of the organization in column `index`."""
        if (index, star) not in self._verdicts:
            one = self.inputs.organizations[index]
            self._verdicts[index, star] = star_verdict(self.plan, self.outcome, one, star, index)
        return self._verdicts[index, star]

    def level_verdict(self, index: int) -> LevelVerdict:
        """Explain the level of the organization in column `index`."""
        return level_verdict(self.plan, self.outcome, self.inputs.organizations[index], index)

    def stars(self, index: int) -> frozenset[str]:
        """The stars that the organization in column `index` holds."""
        held = zip(self.policy.stars, self.outcome.awarded[:, index].tolist(), strict=True)
        return frozenset(star.code for star, awarded in held if awarded)

    def level(self, index: int) -> int | None:
        """Its level, or None for 未参评."""
        return int(self.outcome.level[index]) if self.outcome.assessed[index] else None


def try_out(plan: Plan, organizations: Sequence[OrganizationInput], *, provisional: bool) -> Trial:
    """Evaluate; raises the kernel's `InputError` where scores or answers are missing."""
    inputs = Inputs.of(plan, organizations, provisional=provisional)
    return Trial(plan, inputs, evaluate(plan, inputs))


def try_variant(base: Trial, policy: Policy, rule: ScoreRule) -> Trial:
    """Evaluate a variant on the inputs of the policy in force, in the same order.

    Raises the kernel's `InputError` where the variant asks for scores that nobody gave.
    """
    plan = compile_policy(policy)
    if _same_inputs(base.policy, policy):
        return Trial(plan, base.inputs, evaluate(plan, base.inputs))
    adapted = adapt(base.plan, plan, base.inputs.organizations, rule)
    provisional = base.inputs.provisional or adapted.open_answers
    inputs = Inputs.of(plan, adapted.organizations, provisional=provisional)
    return Trial(plan, inputs, evaluate(plan, inputs), adapted.notes)


def _same_inputs(base: Policy, policy: Policy) -> bool:
    names = Policy.model_fields.keys() - _AFTER_INPUTS
    return all(getattr(base, name) == getattr(policy, name) for name in names)
