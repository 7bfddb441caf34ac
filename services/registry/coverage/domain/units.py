"""组织覆盖明细账: the 两新 units of a place, each an entry with an id for ever.

A unit is an enterprise or a social organisation, no organization of the party. What changes
from day to day (who works there, which branch covers it) is said by its states.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.registry.organizations.domain.codes import CreditCodeInvalid, check_credit_code
from services.registry.organizations.domain.tree import Organization
from shared.caller import Role
from shared.errors import Conflict, Fault, Invalid, NotFound, Text

SHORTEST_NAME, LONGEST_NAME = 2, 100
# The township keeps its own 明细账; the office may help out.
KEEPERS = (Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR)


class UnitUnknown(NotFound):
    """No such unit within the caller's part of the tree."""

    slug = "coverage-unit-unknown"
    title = Text("没有这个两新单位", "No such unit")


class UnitEnded(Conflict):
    """The unit has left the ledger before."""

    slug = "coverage-unit-ended"
    title = Text("这个单位已经注销", "The unit has ended")


class UnitRejected(Invalid):
    """What is said of a unit cannot be so: every reason is named, and nothing is saved."""

    slug = "coverage-rejected"
    title = Text("两新单位不能登记", "The unit cannot be registered")


class UnitKind(StrEnum):
    """What a unit is."""

    ENTERPRISE = "enterprise"
    SOCIAL_ORGANIZATION = "social_organization"


UNIT_KINDS = {UnitKind.ENTERPRISE: "非公企业", UnitKind.SOCIAL_ORGANIZATION: "社会组织"}


@dataclass(frozen=True)
class Unit:
    """One unit; `organization_id` is the party organization in whose area it lies.

    `ended_on` is the first day on which it is no longer counted.
    """

    id: UUID
    county_id: UUID
    organization_id: UUID
    kind: UnitKind
    name: str
    credit_code: str | None
    division_id: UUID | None
    ended_on: date | None = None
    generated: bool = False
    version: int = 1

    def counts_on(self, day: date) -> bool:
        """Whether the unit has not ended on that day."""
        return self.ended_on is None or self.ended_on > day


@dataclass(frozen=True)
class Names:
    """What organizations are called, and the codes of divisions, to show units with."""

    organizations: Mapping[UUID, Organization]
    divisions: Mapping[UUID, str]


def wrong_code(code: str | None) -> Text | None:
    """Return what is wrong with a credit code; a unit may be without one."""
    try:
        if code:
            check_credit_code(code)
    except CreditCodeInvalid as problem:
        return problem.detail
    return None


def same_code(code: str, other: Unit) -> Text:
    """Return the fault of a code that another unit of the county has."""
    return Text(
        f"统一社会信用代码 {code} 已登记在“{other.name}”名下，请核对，或改在该单位下登记",
        f"the credit code is that of {other.name}",
    )


def same_name(other: Unit) -> Text:
    """Return the fault of a name that stands in this place already, without codes to tell."""
    return Text(
        f"此处已登记同名的“{other.name}”：是同一家就在该单位下登记，不是请填统一社会信用代码以区分",
        "a unit of this name is registered here: give the credit codes of both",
    )


def twins(unit: Unit, others: list[Unit]) -> Iterator[tuple[str, Text]]:
    """Yield which field takes the place of another living unit of the county, and how."""
    for other in others:
        if other.id == unit.id or other.ended_on is not None:
            continue
        if unit.credit_code and other.credit_code == unit.credit_code:
            yield "credit_code", same_code(unit.credit_code, other)
        named = (other.organization_id, other.name) == (unit.organization_id, unit.name)
        if named and not (unit.credit_code and other.credit_code):
            yield "name", same_name(other)


def rejected(faults: list[Fault]) -> UnitRejected:
    """Return the problem that names every fault."""
    return UnitRejected(
        f"有 {len(faults)} 处不能登记，请按 errors 逐处改正后重新提交；本次没有保存。",
        f"There are {len(faults)} faults, listed in errors; nothing was saved.",
        faults=tuple(faults),
    )
