"""From frozen inputs to verdicts: the kernel's answer for a whole county, branch by branch."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from uuid import UUID

import numpy as np

from services.scoring.kernel.certificate import Certificate
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.entitlements import entitlements
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.evaluate import Outcome, evaluate
from services.scoring.kernel.explain import explain, star_reasons
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.records import Record, result_records
from services.scoring.results.domain.corrections import Correction, corrected
from services.scoring.results.domain.determinations import Candidate, FactsMissing
from services.scoring.results.domain.results import Miss, MissReason, Placing, Verdict
from services.scoring.results.domain.snapshot import Snapshot, digest, read
from shared.canonical import canonical_json
from shared.errors import Fault, Text

_NAMED = 100
# Objections come one after another while a notice hangs: so many counties are kept at hand.
_AT_HAND = 4


@dataclass(frozen=True, eq=False)
class Judged:
    """One evaluation of a whole county with what it was made of."""

    plan: Plan
    inputs: Inputs
    outcome: Outcome


def judge(
    plan: Plan, organizations: Sequence[OrganizationInput], *, provisional: bool = False
) -> Judged:
    """Evaluate a county; FactsMissing names every score or answer that is missing or wrong."""
    inputs = _inputs(plan, organizations, provisional=provisional)
    return Judged(plan, inputs, evaluate(plan, inputs))


def judge_corrected(plan: Plan, snapshot: Snapshot, corrections: Sequence[Correction]) -> Judged:
    """Evaluate a county's frozen inputs with corrections; FactsMissing as `judge`."""
    frozen = _frozen(plan, snapshot.documents)
    inputs = frozen.decided_again(plan, corrected(frozen.organizations, corrections))
    return Judged(plan, inputs, evaluate(plan, inputs))


@lru_cache(maxsize=_AT_HAND)
def _frozen(plan: Plan, documents: tuple[bytes, ...]) -> Inputs:
    """Read frozen documents: most of the time of an evaluation, and the same every time."""
    return _inputs(plan, read(documents))


def _inputs(
    plan: Plan, organizations: Sequence[OrganizationInput], *, provisional: bool = False
) -> Inputs:
    try:
        return Inputs.of(plan, organizations, provisional=provisional)
    except InputError as error:
        raise incomplete(error) from None


def incomplete(error: InputError) -> FactsMissing:
    """Return the problem that names what the kernel misses, branch by branch."""
    return FactsMissing(
        f"数据有{len(error.faults)}处缺少或有误，请按 errors 逐处补齐后再办理，缺少的不按0计算。",
        f"{len(error.faults)} inputs are missing or wrong; absent is never zero.",
        faults=tuple(
            Fault(f"{each.organization_id}/{each.subject}", Text(each.zh, each.code))
            for each in error.faults[:_NAMED]
        ),
    )


def require_facts(judged: Judged) -> None:
    """Raise FactsMissing naming every fact that the linkages of these results will need."""
    try:
        entitlements(judged.plan, judged.outcome, judged.inputs)
    except InputError as error:
        raise incomplete(error) from None


def placings(judged: Judged) -> list[Placing]:
    """Return where every branch stands, in the order of the inputs."""
    outcome = judged.outcome
    codes = [star.code for star in judged.plan.policy.stars]
    columns = (
        outcome.assessed,
        outcome.level,
        outcome.awarded.T,
        np.where(outcome.applied, outcome.total, 0).sum(axis=0),
        np.where(outcome.applied, outcome.base, 0).sum(axis=0),
        outcome.county_rank,
        outcome.township_rank,
    )
    return [
        Placing(UUID(one.organization_id), assessed, level, tuple(compress(codes, held)), *numbers)
        for one, assessed, level, held, *numbers in zip(
            judged.inputs.organizations, *(each.tolist() for each in columns), strict=True
        )
    ]


def verdicts(
    judged: Judged,
    snapshot_hash: str,
    corrections: Sequence[Correction] = (),
    only: Collection[UUID] | None = None,
) -> Iterator[Verdict]:
    """Yield the verdict of every branch, or of `only` these.

    Its bytes name policy, snapshot and corrections.
    """
    bound = {
        "policy_hash": judged.plan.policy_hash,
        "snapshot_hash": snapshot_hash,
        "corrections": [str(each.objection_id) for each in corrections],
    }
    placed = placings(judged)
    chosen = [i for i, x in enumerate(placed) if only is None or x.organization_id in only]
    records = result_records(judged.plan, judged.inputs, judged.outcome, chosen)
    for index, record in zip(chosen, records, strict=True):
        content = canonical_json({**bound, "result": record})
        yield Verdict(
            **vars(placed[index]),
            submitted=record["submitted"],
            misses=_misses(judged, index, record),
            content=content,
            hash=digest(content),
        )


def candidates(judged: Judged) -> Iterator[Candidate]:
    """Yield what a meeting may strike from: stars and level by the scores alone."""
    for record in result_records(judged.plan, judged.inputs, judged.outcome):
        yield Candidate(
            organization_id=UUID(record["organization_id"]),
            stars=frozenset(_held(record)),
            level=record["level"],
        )


def certificate(
    plan: Plan,
    organizations: Sequence[OrganizationInput],
    organization_id: UUID,
    ranks: tuple[int, int],
    lines: Sequence[Entitlement] = (),
) -> Certificate:
    """Explain one branch; ranks stand as the county's evaluation gave them.

    `organizations` are the branch alone, or the whole county where the plan `is_relative`.
    """
    judged = judge(plan, organizations)
    index = [one.organization_id for one in organizations].index(str(organization_id))
    alone = explain(plan, judged.inputs, judged.outcome, index, lines)
    county_rank, township_rank = ranks
    return alone.model_copy(update={"county_rank": county_rank, "township_rank": township_rank})


def _held(record: Record) -> tuple[str, ...]:
    return tuple(code for code, star in record["stars"].items() if star and star["awarded"])


def _misses(judged: Judged, index: int, record: Record) -> tuple[Miss, ...]:
    plan, outcome, one = judged.plan, judged.outcome, judged.inputs.organizations[index]
    return tuple(
        Miss(
            star=code,
            reasons=tuple(
                MissReason(each.code, each.clause, each.subject, each.short, each.reference)
                for each in star_reasons(plan, outcome, one, row, index)
            ),
        )
        for row, (code, star) in enumerate(record["stars"].items())
        if star and not star["awarded"]
    )
