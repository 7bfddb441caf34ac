"""基础数据: dated numbers of an organization, filled once and used everywhere.

A correction is a new entry; of several entries for one first day the last one counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.errors import Fault, Invalid, Text

LARGEST_BATCH = 5_000
# One question: so many organizations times so many codes, answered in one go.
MOST_ORGANIZATIONS = 1_000
MOST_CODES = 50


class FactsRejected(Invalid):
    """Some of the facts cannot be entered: each reason is named, and none is entered."""

    slug = "facts-rejected"
    title = Text("基础数据不能登记", "The facts cannot be entered")


class FactRangeUnfit(Invalid):
    """Bounds without the one code that they are about: values of other codes are other units."""

    slug = "fact-range-unfit"
    title = Text("数值范围用得不对", "The bounds do not fit")


def require_one_code(codes: Sequence[str], at_least: int | None, at_most: int | None) -> None:
    """Raise FactRangeUnfit where bounds are given and not exactly one code, or nothing fits."""
    if at_least is None and at_most is None:
        return
    if len(set(codes)) != 1:
        raise FactRangeUnfit(
            "按数值查找时请只填一个 code，说明是哪一项数据；各项数据单位不同，不能放在一起比。",
            "Name exactly one code together with `at_least` or `at_most`.",
        )
    if at_least is not None and at_most is not None and at_least > at_most:
        raise FactRangeUnfit(
            f"范围的下限 {at_least} 大于上限 {at_most}，请改正。",
            "`at_least` is larger than `at_most`.",
        )


@dataclass(frozen=True)
class Fact:
    """One value of one fact from a day on, in the integers its definition says."""

    id: UUID
    county_id: UUID
    organization_id: UUID
    code: str
    value: int
    valid_from: date
    source: str
    filled_by: UUID | None
    filled_at: datetime
    generated: bool = False


@dataclass(frozen=True)
class DerivedValue:
    """A value that registry computes from another ledger; nobody has filled it in."""

    organization_id: UUID
    code: str
    value: int
    valid_from: date
    source: str


@dataclass(frozen=True)
class Known:
    """What is known on a day, and where from; `current` says that nobody need be asked again."""

    organization_id: UUID
    code: str
    value: int
    valid_from: date
    source: str
    unit: str
    decimals: int
    current: bool
    derived: bool
    entry_id: UUID | None
    filled_by: UUID | None
    filled_at: datetime | None
    generated: bool


def repeated(keys: Sequence[tuple[UUID, str, date]]) -> list[int]:
    """Return the places whose organization, code and day occurred before in one batch."""
    seen: set[tuple[UUID, str, date]] = set()
    found = []
    for place, key in enumerate(keys):
        if key in seen:
            found.append(place)
        seen.add(key)
    return found


def rejected(faults: Sequence[Fault]) -> FactsRejected:
    """Return the problem that names every fault of a batch."""
    return FactsRejected(
        f"有 {len(faults)} 处不能登记，请按 errors 逐处改正后重新提交；本次没有保存任何数据。",
        f"There are {len(faults)} faults, listed in errors; nothing was saved.",
        faults=tuple(faults),
    )
