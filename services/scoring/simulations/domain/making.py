"""From what was asked for to policies and report; and the same again for a replay."""

from collections.abc import Mapping
from uuid import UUID

from services.scoring.kernel.grammar import Policy
from services.scoring.simulations.domain.simulating import Base, simulate
from services.scoring.simulations.domain.simulation import (
    NewSimulation,
    Simulation,
    report_bytes,
    require_faultless,
    require_known_payers,
)
from services.scoring.simulations.domain.variants import VariantSpec, changed, written
from shared.errors import Fault, Text


def make(
    new: NewSimulation, base: Base, named: Mapping[UUID, Policy | None]
) -> tuple[tuple[Policy, ...], bytes]:
    """Return the variants' policies and the report's canonical bytes.

    `named` are the county's policies by id, None for one it does not have. Raises
    SimulationFaulty with every fault of every variant at once.
    """
    policies: list[Policy] = []
    faults: list[tuple[int, Fault]] = []
    for number, spec in enumerate(new.variants):
        policy, found = _policy(spec, base.trial.policy, named)
        faults += [(number, fault) for fault in found]
        if policy is not None:
            policies.append(policy)
    require_faultless(new, faults)
    require_known_payers(new, [base.trial.policy, *policies])
    rules = [spec.scores for spec in new.variants]
    report, faults = simulate(base, list(zip(policies, rules, strict=True)), new.asked)
    require_faultless(new, faults)
    return tuple(policies), report_bytes(report)


def again(kept: Simulation, base: Base) -> bytes:
    """Return the report's bytes as the stored policies give them now."""
    rules = [spec.scores for spec in kept.new.variants]
    variants = list(zip(kept.policies, rules, strict=True))
    return report_bytes(simulate(base, variants, kept.new.asked)[0])


def _policy(
    spec: VariantSpec, base: Policy, named: Mapping[UUID, Policy | None]
) -> tuple[Policy | None, list[Fault]]:
    source, faults = _source(spec, base, named)
    return (None, faults) if source is None else changed(source, spec.changes)


def _source(
    spec: VariantSpec, base: Policy, named: Mapping[UUID, Policy | None]
) -> tuple[Policy | None, list[Fault]]:
    if spec.text is not None:
        return written(spec.text)
    if spec.policy_id is None:
        return base, []
    source = named[spec.policy_id]
    sentence = Text("本县没有这个方案，请核对编号", "the county has no such policy")
    return source, ([] if source else [Fault("policy_id", sentence)])
