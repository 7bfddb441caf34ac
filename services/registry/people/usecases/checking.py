"""Dates that what is entered about people must keep."""

from datetime import date

from services.registry.organizations.domain.tree import DatesInvalid, Organization
from shared.errors import Fault, Text


def check_days(first: date, last: date | None) -> None:
    """Raise DatesInvalid if something would end before it begins."""
    if last is not None and last < first:
        raise DatesInvalid(
            f"结束日期不能早于开始日期 {first}，请改正。",
            f"It cannot end before it begins on {first}.",
            faults=(Fault("/body/ends_on", Text("早于开始日期", "too early")),),
        )


def check_exists(place: Organization, day: date, field: str) -> None:
    """Raise DatesInvalid unless the organization exists on a day."""
    if place.exists_on(day):
        return
    raise DatesInvalid(
        f"“{place.short_name}”在 {day} 尚未成立或已经撤销，请核对日期。",
        f"The organization does not exist on {day}.",
        faults=(Fault(f"/body/{field}", Text("该组织当日不存在", "it does not exist that day")),),
    )
