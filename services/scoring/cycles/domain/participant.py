"""Who takes part: frozen when the cycle opens.

Clause: 五星创建 第二版 · 适用范围.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.scoring.kernel.grammar import AppliesTo
from shared.contracts.registry import OrganizationRecord, Tier
from shared.errors import Conflict, OutOfScope, Text


class Standing(StrEnum):
    """Whether a branch is judged; 未参评 is not 无星 and loses no pay."""

    ASSESSED = "assessed"
    NOT_ASSESSED = "not_assessed"


class Absence(StrEnum):
    """Why a branch is 未参评."""

    OUTSIDE_POLICY = "outside_policy"
    FOUNDED_LATER = "founded_later"


class NoParticipants(Conflict):
    """The county has no branch that the policy judges."""

    slug = "no-participants"
    title = Text("没有参评组织", "Nobody to assess")


@dataclass(frozen=True)
class Participant:
    """One branch as it stood when the cycle opened; `path` is registry's path by ids.

    `facts` are those that the policy's measures read, by code, as they were known then: stages
    are judged by them until the determination freezes them anew.
    """

    cycle_id: UUID
    organization_id: UUID
    township_id: UUID
    county_id: UUID
    path: str
    name: str
    sector: str
    kind: str
    standing: Standing
    absence: Absence | None = None
    facts: Mapping[str, int] = field(default_factory=dict)

    @property
    def assessed(self) -> bool:
        """Whether the branch is judged."""
        return self.standing is Standing.ASSESSED


def lies_within(path: str, roots: Iterable[UUID]) -> bool:
    """Whether a frozen path leads through (or to) one of these organizations.

    The tree as it was when the cycle opened decides who is competent, however it changes
    meanwhile.
    """
    ids = set(path.split("/"))
    return any(str(root) in ids for root in roots)


def require_within(path: str, roots: Iterable[UUID], name: str = "") -> None:
    """Raise OutOfScope unless a frozen path leads through one of these organizations."""
    if not lies_within(path, roots):
        whose = f"“{name}”" if name else "该组织"
        raise OutOfScope(
            f"{whose}不在您的管辖范围内（以周期启动时的隶属关系为准），请换用该单位或其上级的账号办理。",
            "This organization was outside your part of the tree when the cycle opened.",
        )


def freeze(
    cycle_id: UUID,
    county_id: UUID,
    records: Sequence[OrganizationRecord],
    applies_to: AppliesTo,
    snapshot_on: date,
) -> list[Participant]:
    """Return the participants among a county's organizations (county and townships included).

    Every organization of the village tier takes part; it is 未参评 when the policy does not
    apply to it or when it was founded after the snapshot. Those dissolved by then do not.
    """
    townships = {each.id for each in records if each.tier is Tier.TOWNSHIP}
    return [
        _participant(cycle_id, county_id, each, _township(each, townships), applies_to, snapshot_on)
        for each in records
        if each.tier is Tier.VILLAGE
        and (each.dissolved_on is None or each.dissolved_on > snapshot_on)
    ]


def _participant(
    cycle_id: UUID,
    county_id: UUID,
    record: OrganizationRecord,
    township_id: UUID,
    applies_to: AppliesTo,
    snapshot_on: date,
) -> Participant:
    absence = _absence(record, applies_to, snapshot_on)
    return Participant(
        cycle_id=cycle_id,
        organization_id=record.id,
        township_id=township_id,
        county_id=county_id,
        path=record.path,
        name=record.name,
        sector=record.sector.value,
        kind=record.kind.value,
        standing=Standing.ASSESSED if absence is None else Standing.NOT_ASSESSED,
        absence=absence,
    )


def _absence(
    record: OrganizationRecord, applies_to: AppliesTo, snapshot_on: date
) -> Absence | None:
    if record.founded_on > snapshot_on:
        return Absence.FOUNDED_LATER
    if record.kind.value in applies_to.kinds and record.sector.value in applies_to.sectors:
        return None
    return Absence.OUTSIDE_POLICY


def _township(record: OrganizationRecord, townships: set[UUID]) -> UUID:
    """Return the nearest township above; a branch directly below the county answers to it."""
    above = [UUID(part) for part in record.path.strip("/").split("/")][:-1]
    return next((each for each in reversed(above) if each in townships), above[-1])
