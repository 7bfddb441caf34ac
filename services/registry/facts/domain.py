"""基础数据: dated numbers of an organization, filled once and used everywhere.

A correction is a new entry; of several entries for one first day the last one counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.contracts.registry import FactCode
from shared.errors import Fault, Invalid, Text

LARGEST_BATCH = 5_000
# Ten thousand million yuan in fen: more than any village will own.
LARGEST_VALUE = 10**12

FACT_NAMES = {
    FactCode.PAY_SECRETARY: "书记月报酬（分）",
    FactCode.PAY_DEPUTY_SECRETARY: "副书记月报酬（分）",
    FactCode.PAY_MEMBER: "支委委员月报酬（分）",
    FactCode.PAY_DIRECTOR: "村委会主任月报酬（分）",
    FactCode.PAY_COMMITTEE_MEMBER: "村委委员月报酬（分）",
    FactCode.RESIDENTS_70: "年末 70 岁以上居民（人）",
    FactCode.PARTY_MEMBERS: "党员（人）",
    FactCode.COLLECTIVE_INCOME: "村集体年收入（分）",
}


class FactsRejected(Invalid):
    """Some of the facts cannot be entered: each reason is named, and none is entered."""

    slug = "facts-rejected"
    title = Text("基础数据不能登记", "The facts cannot be entered")


@dataclass(frozen=True)
class Fact:
    """One value of one fact from a day on; money in fen, people in persons."""

    id: UUID
    county_id: UUID
    organization_id: UUID
    code: FactCode
    value: int
    valid_from: date
    source: str
    filled_by: UUID | None
    filled_at: datetime
    generated: bool = False


def repeated(keys: Sequence[tuple[UUID, FactCode, date]]) -> list[int]:
    """Return the places whose organization, code and day occurred before in one batch."""
    seen: set[tuple[UUID, FactCode, date]] = set()
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
