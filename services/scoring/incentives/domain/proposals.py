"""后进整顿: proposed by rule, confirmed or declined by a person, never announced.

Clause: 五星创建 第二版 · 挂钩·整顿.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scoring.results.domain.determinations import Actor
from shared.caller import Caller, Role
from shared.errors import Fault, Invalid, Text
from shared.transitions import Machine, Transition


class ProposalState(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_OFFICE = frozenset({Role.ORGANIZATION_DEPARTMENT})

PROPOSAL = Machine(
    Text("整顿建议", "rectification proposal"),
    {
        ProposalState.PROPOSED: "待组织部决定",
        ProposalState.CONFIRMED: "已列入整顿",
        ProposalState.DECLINED: "不列入整顿",
        ProposalState.WITHDRAWN: "结果变动，建议收回",
    },
    (
        Transition(
            "confirm",
            _OFFICE,
            frozenset({ProposalState.PROPOSED}),
            ProposalState.CONFIRMED,
            guard="a reason; one measure or more of those proposed",
        ),
        Transition(
            "decline",
            _OFFICE,
            frozenset({ProposalState.PROPOSED}),
            ProposalState.DECLINED,
            guard="a reason",
        ),
        Transition(
            "withdraw",
            frozenset({Role.SYSTEM}),
            frozenset({ProposalState.PROPOSED}),
            ProposalState.WITHDRAWN,
            effect="a newer version of the result stands in its place",
        ),
    ),
)


class UnknownMeasure(Invalid):
    """A measure that was not proposed."""

    slug = "unknown-measure"
    title = Text("没有建议这项措施", "Unknown measure")


@dataclass(frozen=True)
class Proposal:
    """One branch proposed for 整顿 because of one version of its result."""

    id: UUID
    cycle_id: UUID
    county_id: UUID
    township_id: UUID
    organization_id: UUID
    path: str
    name: str
    result_id: UUID
    result_version: int
    level: int
    linkage: str
    clause: str
    measures: tuple[str, ...]
    state: ProposalState
    decided_by: Actor | None
    decided_at: datetime | None
    reason: str | None
    version: int


@dataclass(frozen=True)
class Decision:
    """What a person decided, when and why."""

    by: Actor
    at: datetime
    reason: str


def confirm(
    proposal: Proposal, caller: Caller, decision: Decision, measures: Sequence[str] | None
) -> Proposal:
    """Return the confirmed proposal with all measures, or with those the person chose."""
    state = PROPOSAL.fire("confirm", proposal.state, caller)
    chosen = proposal.measures if measures is None else tuple(dict.fromkeys(measures))
    unknown = [each for each in chosen if each not in proposal.measures]
    if unknown or not chosen:
        raise UnknownMeasure(
            f"措施只能从建议的（{'、'.join(proposal.measures)}）中选择，至少一项。",
            "Choose one or more of the measures that were proposed.",
            faults=tuple(Fault("/body/measures", Text(each, each)) for each in unknown),
        )
    return _decided(replace(proposal, measures=chosen, state=state), decision)


def decline(proposal: Proposal, caller: Caller, decision: Decision) -> Proposal:
    """Return the declined proposal."""
    state = PROPOSAL.fire("decline", proposal.state, caller)
    return _decided(replace(proposal, state=state), decision)


def _decided(proposal: Proposal, decision: Decision) -> Proposal:
    return replace(proposal, decided_by=decision.by, decided_at=decision.at, reason=decision.reason)
