"""快照: everything the verdicts depend on, put together once and frozen.

The canonical form is one JSON list in the order of organization ids, so that equal inputs
have equal bytes however they were read; `sha256` of it is the snapshot's hash.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from services.scoring.cycles.domain import Facts
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import Answer, OrganizationInput, PostHolder, Refusal
from services.scoring.kernel.said import Said
from services.scoring.results.domain.determinations import (
    Determination,
    FactsMissing,
    ListingStrike,
    Strike,
)
from shared.canonical import canonical_json
from shared.contracts.registry import FactCode, FactRecord, Post, TermRecord
from shared.errors import Fault, Text

# What registry is asked for: the pay of each post, and what else a snapshot freezes.
PAY_CODES = tuple(FactCode(f"pay.{post}") for post in Post)
FACT_CODES = (*PAY_CODES, FactCode.RESIDENTS_70, FactCode.COLLECTIVE_INCOME)
# So many faults are named one by one; more would not be read.
_NAMED = 100


@dataclass(frozen=True)
class Branch:
    """One participant as the cycle froze it, with its application; `applied` null: none."""

    organization_id: UUID
    county_id: UUID
    township_id: UUID
    kind: str
    sector: str
    in_snapshot: bool
    applied: tuple[str, ...] | None
    self_scores: Mapping[str, Said]
    facts: Mapping[str, int]


@dataclass(frozen=True)
class Parts:
    """What a snapshot is put together from; scores are stage → item → what was said.

    `assessed_on` is the day on which influence periods are looked at.
    """

    branches: Sequence[Branch]
    scores: Mapping[UUID, Mapping[str, Mapping[str, Said]]]
    refusals: Mapping[UUID, Mapping[str, Refusal]]
    answers: Mapping[UUID, Mapping[str, Answer]]
    terms: Sequence[TermRecord] = ()
    facts: Sequence[FactRecord] = ()
    strikes: Sequence[Strike] = ()
    listing_strikes: Sequence[ListingStrike] = ()
    meeting_reference: str = ""
    assessed_on: date | None = None


@dataclass(frozen=True)
class Snapshot:
    """Frozen inputs by their hash; `documents` are one canonical JSON text a branch."""

    id: UUID
    cycle_id: UUID
    county_id: UUID
    determination_id: UUID
    policy_hash: str
    hash: str
    documents: tuple[bytes, ...] = field(repr=False)

    @property
    def content(self) -> bytes:
        """The canonical bytes whose hash is the snapshot's."""
        return join(self.documents)

    @cached_property
    def organizations(self) -> tuple[OrganizationInput, ...]:
        """The inputs as the kernel takes them."""
        return read(self.documents)


def with_strikes(parts: Parts, determination: Determination) -> Parts:
    """Return the parts with what this meeting struck."""
    return replace(
        parts,
        strikes=determination.strikes,
        listing_strikes=determination.listing_strikes,
        meeting_reference=determination.meeting.reference,
    )


def with_facts(parts: Parts, facts: Facts) -> Parts:
    """Return the parts with what registry knows now in the place of what was known before."""
    known = [
        replace(each, facts=facts.get(each.organization_id, {})) if each.in_snapshot else each
        for each in parts.branches
    ]
    return replace(parts, branches=known)


def build(policy: Policy, parts: Parts) -> tuple[OrganizationInput, ...]:
    """Return one input a branch, in the order of organization ids, lists in a fixed order.

    Raises FactsMissing naming every post holder whose pay is not known: absent is not zero.
    """
    facts = {(each.organization_id, each.code): each.value for each in parts.facts}
    holders = _holders(policy, parts)
    refusals = _refusals(parts)
    struck = {
        each.organization_id: Refusal(by="committee", reference=parts.meeting_reference)
        for each in parts.listing_strikes
    }
    order = {star.code: index for index, star in enumerate(policy.stars)}
    dated = policy.is_dated
    return tuple(
        OrganizationInput(
            organization_id=str(one.organization_id),
            county_id=str(one.county_id),
            township_id=str(one.township_id),
            kind=one.kind,
            sector=one.sector,
            in_snapshot=one.in_snapshot,
            submitted=one.applied is not None,
            applied=tuple(sorted(one.applied or (), key=lambda star: order[star])),
            scores=_scores(one, parts),
            answers=dict(parts.answers.get(one.organization_id, {})),
            refusals=refusals.get(one.organization_id, {}),
            listing_struck=struck.get(one.organization_id),
            residents_70=facts.get((one.organization_id, FactCode.RESIDENTS_70)),
            collective_income_fen=facts.get((one.organization_id, FactCode.COLLECTIVE_INCOME)),
            posts=holders.get(one.organization_id, ()),
            facts=dict(one.facts),
            assessed_on=parts.assessed_on if dated else None,
        )
        for one in sorted(parts.branches, key=lambda each: str(each.organization_id))
    )


def merge(
    frozen: Iterable[OrganizationInput], settled_again: Iterable[OrganizationInput]
) -> tuple[OrganizationInput, ...]:
    """Return the frozen inputs with those that are settled again in their place."""
    inputs = {each.organization_id: each for each in frozen}
    inputs |= {each.organization_id: each for each in settled_again}
    return tuple(inputs[key] for key in sorted(inputs))


def documents(organizations: Iterable[OrganizationInput]) -> tuple[bytes, ...]:
    """Return one canonical JSON text a branch, in the order of organization ids."""
    ordered = sorted(organizations, key=lambda each: each.organization_id)
    return tuple(canonical_json(each.model_dump(mode="json")) for each in ordered)


def read(texts: Iterable[bytes]) -> tuple[OrganizationInput, ...]:
    """Return what frozen documents say."""
    return tuple(OrganizationInput.model_validate_json(each) for each in texts)


def join(texts: Sequence[bytes]) -> bytes:
    """Return the canonical list of canonical documents."""
    return b"[" + b",".join(texts) + b"]"


def snapshot_hash(texts: Sequence[bytes]) -> str:
    """Return `sha256:<hex>` of the canonical list."""
    return digest(join(texts))


def digest(content: bytes) -> str:
    """Return `sha256:<hex>` of bytes that are canonical already."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _scores(one: Branch, parts: Parts) -> dict[str, dict[str, Said]]:
    if one.applied is None:
        return {}
    later = parts.scores.get(one.organization_id, {})
    stages = {"self": one.self_scores, **later}
    return {stage: dict(scores) for stage, scores in stages.items() if scores}


def _refusals(parts: Parts) -> dict[UUID, dict[str, Refusal]]:
    """Join what was refused in the stages with what the meeting struck; the first counts."""
    found = {organization: dict(given) for organization, given in parts.refusals.items()}
    for strike in parts.strikes:
        refusal = Refusal(by="committee", reference=parts.meeting_reference)
        found.setdefault(strike.organization_id, {}).setdefault(strike.star, refusal)
    return found


def _holders(policy: Policy, parts: Parts) -> dict[UUID, tuple[PostHolder, ...]]:
    order = {post.code: index for index, post in enumerate(policy.posts)}
    mine = {each.organization_id for each in parts.branches}
    terms = [each for each in parts.terms if each.organization_id in mine and each.post in order]
    pay = pay_of(terms, parts.facts)
    seats = {
        (str(each.organization_id), order[each.post], str(each.person_id)): each for each in terms
    }
    found: dict[UUID, list[PostHolder]] = {}
    for key in sorted(seats):
        term = seats[key]
        pay_fen = pay[term.organization_id, term.post]
        holder = PostHolder(person_id=str(term.person_id), post=term.post.value, pay_fen=pay_fen)
        found.setdefault(term.organization_id, []).append(holder)
    return {organization: tuple(holders) for organization, holders in found.items()}


def pay_of(
    terms: Iterable[TermRecord], facts: Iterable[FactRecord]
) -> dict[tuple[UUID, Post], int]:
    """Return the existing monthly pay in fen of every post that is held.

    Raises FactsMissing naming every post whose pay is not known.
    """
    known = {(each.organization_id, each.code): each.value for each in facts}
    held = {(each.organization_id, each.post): FactCode(f"pay.{each.post}") for each in terms}
    missing = sorted(
        (str(organization_id), code.value)
        for (organization_id, _), code in held.items()
        if (organization_id, code) not in known
    )
    if missing:
        raise FactsMissing(
            f"组织库缺少{len(missing)}项现有报酬数据，请补录后再办理，缺少的数据不按0计算。",
            f"{len(missing)} pay facts are missing in registry; absent is never zero.",
            faults=tuple(
                Fault(organization, Text(f"缺少{code}", f"{code} is missing"))
                for organization, code in missing[:_NAMED]
            ),
        )
    return {(each, post): known[each, code] for (each, post), code in held.items()}
