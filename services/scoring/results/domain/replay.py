"""重算核对: what is stored must be what the frozen inputs give, to the byte.

Design law: a result is a pure function of frozen inputs; a nightly job replays it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.results.domain.corrections import Correction, corrected
from services.scoring.results.domain.ranking import Entrant, etag_of, rankings
from services.scoring.results.domain.refills import before_effect
from services.scoring.results.domain.results import Verdict, verdict_columns
from services.scoring.results.domain.snapshot import Snapshot, digest, snapshot_hash
from services.scoring.results.domain.verdicts import judge, verdicts
from shared.canonical import content_hash
from shared.errors import Problem

# What a snapshot took from this database, and where it is kept.
_SOURCES = ("submitted", "applied", "scores", "answers")


@dataclass(frozen=True)
class Difference:
    """One thing that is not what it must be: `subject` says what, the hashes say how."""

    subject: str
    subject_id: UUID
    expected: str
    found: str


@dataclass(frozen=True)
class Alarm:
    """A difference that a replay met for the first time, and when."""

    id: UUID
    cycle_id: UUID
    county_id: UUID
    subject: str
    subject_id: UUID
    expected: str
    found: str
    raised_at: datetime


@dataclass(frozen=True)
class StoredVersion:
    """One version of a result as its row has it; `shown` is where people search, if newest."""

    result_id: UUID
    organization_id: UUID
    version: int
    snapshot_id: UUID
    corrected: int
    content: bytes
    hash: str
    columns: Mapping[str, Any]
    shown: Mapping[str, Any] | None


@dataclass(frozen=True)
class Stored:
    """Everything stored of one cycle that a replay reads.

    `policy` is null when its row cannot be read. `lost` are results or versions whose other
    half is gone. `pending` are the determinations of refills without effect yet, which no list
    shows. `rankings` are etag and entries by scope. `live` are the inputs as
    applications, reviews and clearances hold them today, for the branches whose newest
    snapshot must still agree with them.
    """

    policy_id: UUID
    policy_hash: str
    policy: Policy | None
    snapshots: Sequence[Snapshot]
    corrections: Sequence[Correction]
    versions: Sequence[StoredVersion]
    lost: Sequence[UUID]
    entrants: Sequence[Entrant]
    pending: Sequence[UUID]
    rankings: Mapping[UUID, tuple[str, Sequence[str]]]
    live: Sequence[OrganizationInput]

    def applied_to(self, snapshot: Snapshot) -> list[Correction]:
        """The corrections of one snapshot in their sequence."""
        mine = (each for each in self.corrections if each.snapshot_id == snapshot.id)
        return sorted(mine, key=lambda each: each.sequence)


@dataclass(frozen=True)
class Replayed:
    """What a replay went through and every difference it met."""

    snapshots: int
    versions: int
    differences: tuple[Difference, ...]


def replay(stored: Stored) -> Replayed:
    """Recompute everything of a cycle from snapshot and policy and compare it.

    With policy or snapshot broken, comparing results would only repeat the same alarm.
    """
    found = [*_policy(stored)]
    for snapshot in stored.snapshots:
        found += _snapshot(stored, snapshot)
    if not found and stored.policy is not None:
        found += _everything(_Again(compile_policy(stored.policy), stored), stored)
    return Replayed(len(stored.snapshots), len(stored.versions), tuple(found))


def _policy(stored: Stored) -> Iterator[Difference]:
    found = "unreadable" if stored.policy is None else stored.policy.hash
    if found != stored.policy_hash:
        yield Difference("policy", stored.policy_id, stored.policy_hash, found)


def _snapshot(stored: Stored, snapshot: Snapshot) -> Iterator[Difference]:
    if snapshot.policy_hash != stored.policy_hash:
        found = snapshot.policy_hash
        yield Difference("snapshot.policy_hash", snapshot.id, stored.policy_hash, found)
    found = snapshot_hash(snapshot.documents)
    if found != snapshot.hash:
        yield Difference("snapshot", snapshot.id, snapshot.hash, found)


@dataclass
class _Again:
    """What policy, snapshots and corrections give, each of it computed once."""

    plan: Plan
    stored: Stored
    made: dict[tuple[UUID, int, tuple[UUID, ...]], dict[UUID, Verdict]] = field(
        default_factory=dict
    )

    def verdicts(
        self, snapshot: Snapshot, count: int, pending: Sequence[UUID] = ()
    ) -> dict[UUID, Verdict]:
        """Return every branch's verdict with the first `count` corrections of a snapshot.

        Refills that are `pending` have let nobody in.
        """
        key = (snapshot.id, count, tuple(pending))
        if key not in self.made:
            corrections = self.stored.applied_to(snapshot)[:count]
            standing = before_effect(corrected(snapshot.organizations, corrections), pending)
            judged = judge(self.plan, standing)
            made = verdicts(judged, snapshot.hash, corrections)
            self.made[key] = {each.organization_id: each for each in made}
        return self.made[key]


def _everything(again: _Again, stored: Stored) -> Iterator[Difference]:
    for result_id in stored.lost:
        yield Difference("result", result_id, "row and version", "missing")
    for snapshot in stored.snapshots:
        yield from _results(again, stored, snapshot)
    yield from _sources(stored)
    yield from _rankings(again, stored)


def _results(again: _Again, stored: Stored, snapshot: Snapshot) -> Iterator[Difference]:
    versions = [each for each in stored.versions if each.snapshot_id == snapshot.id]
    for count in sorted({each.corrected for each in versions}):
        try:
            expected = again.verdicts(snapshot, count)
        except Problem as problem:
            yield Difference("inputs", snapshot.id, snapshot.hash, problem.type)
            continue
        for version in versions:
            if version.corrected == count:
                yield from _version(version, expected.get(version.organization_id))


def _version(version: StoredVersion, expected: Verdict | None) -> Iterator[Difference]:
    if expected is None:
        yield Difference("result", version.result_id, "none", version.hash)
        return
    if version.content != expected.content or version.hash != expected.hash:
        yield Difference("result", version.result_id, expected.hash, digest(version.content))
    columns = verdict_columns(expected)
    for place, held in (("version", version.columns), ("result", version.shown or {})):
        for name, value in held.items():
            if columns[name] != value:
                subject = f"{place}.{name}"
                yield Difference(subject, version.result_id, str(columns[name]), str(value))


def _sources(stored: Stored) -> Iterator[Difference]:
    if not stored.snapshots:
        return
    newest = {each.organization_id: each for each in stored.snapshots[-1].organizations}
    for one in stored.live:
        frozen = newest[one.organization_id]
        for name in _SOURCES:
            if getattr(one, name) != getattr(frozen, name):
                expected, found = (
                    content_hash(each.model_dump(mode="json", include={name}))
                    for each in (frozen, one)
                )
                yield Difference(f"source.{name}", UUID(one.organization_id), expected, found)


def _rankings(again: _Again, stored: Stored) -> Iterator[Difference]:
    if not stored.snapshots:
        return
    newest = stored.snapshots[-1]
    try:
        made = again.verdicts(newest, len(stored.applied_to(newest)), stored.pending)
    except Problem:
        return  # the results' own comparison has said so
    ranked = [(each, made[each.organization_id]) for each in stored.entrants]
    expected = {each.scope_id: each.etag for each in rankings(again.plan.policy, ranked)}
    for scope_id in expected.keys() | stored.rankings.keys():
        etag, entries = stored.rankings.get(scope_id, ("missing", ()))
        for found in dict.fromkeys((etag, etag_of(entries))):
            if found != expected.get(scope_id, "none"):
                yield Difference("ranking", scope_id, expected.get(scope_id, "none"), found)
