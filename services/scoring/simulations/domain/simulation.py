"""A simulation (模拟) as it is asked for and kept; it can be read and archived, nothing else.

No state of it leads to a determination or an announcement: it has no result, no event and no
verb but `archive`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.vocabulary import Code
from services.scoring.results.domain.snapshot import digest, documents, join
from services.scoring.simulations.domain.outcomes import Report
from services.scoring.simulations.domain.simulating import Asked
from services.scoring.simulations.domain.variants import MOST_VARIANTS, Stored, VariantSpec
from shared.caller import Role
from shared.canonical import canonical_json
from shared.errors import Fault, Invalid, Text
from shared.money import Yuan
from shared.transitions import Machine, Transition

# Said wherever a simulation is shown.
MARK = "模拟结果，不作公布依据"

MAKERS = (Role.ORGANIZATION_DEPARTMENT,)
READERS = (Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE, Role.INSPECTOR)


class SimulationState(StrEnum):
    """Whether a simulation is still looked at."""

    KEPT = "kept"
    ARCHIVED = "archived"


SIMULATION = Machine(
    Text("模拟", "simulation"),
    {SimulationState.KEPT: "保留", SimulationState.ARCHIVED: "已归档"},
    (
        Transition(
            "archive",
            frozenset(MAKERS),
            frozenset({SimulationState.KEPT}),
            SimulationState.ARCHIVED,
            guard="a reason",
            effect="no longer listed; what was computed stays",
        ),
    ),
)


class Basis(StrEnum):
    """Which inputs are tried out."""

    DETERMINED = "determined"
    PROVISIONAL = "provisional"


class SimulationFaulty(Invalid):
    """Variants cannot be tried out: each fault names the variant and the place."""

    slug = "simulation-faulty"
    title = Text("模拟方案有误", "The simulation's variants are faulty")


_EXAMPLE: dict[str, JsonValue] = {
    "title": "总分线下调一分",
    "basis": "determined",
    "ceilings": {"county_finance": "5000000.00"},
    "nearest": 20,
    "variants": [
        {"name": "总分线84", "changes": [{"path": "lines.total_line.points", "to": "84"}]},
        {
            "name": "农村改革加权",
            "scores": "scale",
            "changes": [
                {"path": "stars.industry.items.rural_reform.rule.max_points", "to": "40"},
                {"path": "stars.industry.items.industry_growth.rule.max_points", "to": "25"},
            ],
        },
    ],
}


class NewSimulation(Stored):
    """What is tried out; the policy in force always stands beside the variants."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    title: str = Field(min_length=1, max_length=200)
    basis: Basis = Field(
        default=Basis.DETERMINED,
        description="determined：最近一次县委确定所冻结的数据；provisional：评审结束、尚未确定时的数据",
    )
    ceilings: dict[Code, Yuan] = Field(
        default={}, max_length=50, description="各支付方一年的上限（元），按支付方代码"
    )
    nearest: int = Field(default=20, ge=0, le=200, description="列出多少个最接近达标的")
    variants: list[VariantSpec] = Field(min_length=1, max_length=MOST_VARIANTS)

    @property
    def asked(self) -> Asked:
        """What the report shows besides the counts."""
        return Asked(self.ceilings, self.nearest)


@dataclass(frozen=True)
class Source:
    """Where the inputs of a simulation come from.

    `inputs` holds the documents themselves where no snapshot keeps them; `corrected` counts
    the corrections of the snapshot that were laid over it.
    """

    basis: Basis
    hash: str
    determination_id: UUID | None = None
    corrected: int = 0
    inputs: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Simulation:
    """One simulation with everything a replay needs; the report as its canonical bytes."""

    id: UUID
    cycle_id: UUID
    county_id: UUID
    state: SimulationState
    version: int
    new: NewSimulation
    source: Source
    policy_hash: str
    policies: tuple[Policy, ...]
    content: bytes = field(repr=False)
    hash: str
    made_by: UUID | None
    made_at: datetime
    archived_by: UUID | None = None
    archived_at: datetime | None = None
    reason: str | None = None

    @property
    def report(self) -> Report:
        """What came out."""
        return Report.model_validate_json(self.content)


@dataclass(frozen=True)
class Names:
    """What organizations and townships are called, by their ids as text."""

    organizations: Mapping[str, str]
    townships: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """A simulation with its cycle, the policy in force, and the names its report speaks of."""

    simulation: Simulation
    cycle: Cycle
    base: Policy
    report: Report
    names: Names


@dataclass(frozen=True)
class Replayed:
    """What the stored inputs and policies give now; `found` is its hash."""

    simulation: Simulation
    found: str

    @property
    def identical(self) -> bool:
        """Whether it is what was stored, to the byte."""
        return self.found == self.simulation.hash


@dataclass(frozen=True)
class Brief:
    """A simulation in a list."""

    id: UUID
    cycle_id: UUID
    title: str
    basis: Basis
    state: SimulationState
    variants: Sequence[str]
    made_at: datetime


def provisional_source(organizations: Iterable[OrganizationInput]) -> Source:
    """Return the source of inputs that nobody has frozen yet: the simulation keeps them."""
    content = join(documents(organizations))
    return Source(Basis.PROVISIONAL, digest(content), inputs=content)


def report_bytes(report: Report) -> bytes:
    """Return the canonical bytes of a report."""
    return canonical_json(report.model_dump(mode="json"))


def require_faultless(new: NewSimulation, faults: Iterable[tuple[int, Fault]]) -> None:
    """Raise SimulationFaulty with every fault of every variant at once."""
    found = [
        *_repeated_names(new),
        *(_placed(new, number, fault) for number, fault in faults),
    ]
    if found:
        raise SimulationFaulty(
            f"模拟方案有{len(found)}处问题，请按 errors 逐处改正后重新提交，没有保存。",
            f"The variants have {len(found)} faults; correct each entry of `errors`.",
            faults=tuple(found),
        )


def require_known_payers(new: NewSimulation, policies: Iterable[Policy]) -> None:
    """Raise SimulationFaulty for a ceiling of somebody who pays under none of the policies."""
    known = {payer.code: payer.name for policy in policies for payer in policy.payers}
    zh = f"方案中没有这个支付方，可填：{'、'.join(known)}"
    unknown = [
        Fault(f"/body/ceilings/{payer}", Text(zh, f"no such payer; there are {', '.join(known)}"))
        for payer in new.ceilings
        if payer not in known
    ]
    if unknown:
        raise SimulationFaulty(
            "支付上限中有方案没有的支付方，请按 errors 改正后重新提交，没有保存。",
            "Some ceilings name unknown payers.",
            faults=tuple(unknown),
        )


def facts(simulation: Simulation) -> Mapping[str, Any]:
    """Return what the audit trail keeps of a simulation."""
    return {
        "state": simulation.state.value,
        "basis": simulation.source.basis.value,
        "variants": len(simulation.policies),
        "hash": simulation.hash,
    }


def _repeated_names(new: NewSimulation) -> Iterable[Fault]:
    names = [variant.name for variant in new.variants]
    for number, name in enumerate(names):
        if name in names[:number]:
            sentence = Text("与前面的模拟方案重名，请换一个名称", "named like an earlier variant")
            yield Fault(f"/body/variants/{number}/name", sentence)


def _placed(new: NewSimulation, number: int, fault: Fault) -> Fault:
    place = f"{fault.pointer}：" if fault.pointer else ""
    zh = f"模拟方案“{new.variants[number].name}”{place}{fault.detail.zh}"
    return Fault(f"/body/variants/{number}", Text(zh, f"{fault.pointer} {fault.detail.en}"))
