"""An invented arrangement for 2027, for tests only: the real one has not been published."""

from datetime import date, timedelta

from services.notifications.calendar.domain import Draft, NoticeKind
from shared.contracts.notifications import CalendarDay


def off(day: str, name: str) -> CalendarDay:
    return CalendarDay(day=date.fromisoformat(day), working=False, name=name)


def work(day: str, name: str) -> CalendarDay:
    return CalendarDay(day=date.fromisoformat(day), working=True, name=name)


def run(first: str, days: int, name: str) -> tuple[CalendarDay, ...]:
    start = date.fromisoformat(first)
    return tuple(off(str(start + timedelta(days=n)), name) for n in range(days))


FREE_2027 = (
    *run("2027-01-01", 3, "元旦"),
    *run("2027-02-05", 8, "春节"),
    *run("2027-04-03", 3, "清明节"),
    *run("2027-05-01", 5, "劳动节"),
    *run("2027-06-07", 3, "端午节"),
    *run("2027-09-13", 3, "中秋节"),
    *run("2027-10-01", 7, "国庆节"),
)


def yearly_2027() -> Draft:
    days = (*FREE_2027, work("2026-12-27", "元旦"), work("2027-02-14", "春节"))
    return Draft(
        2027,
        NoticeKind.YEARLY,
        "关于 2027 年部分节假日安排的通知（虚构）",
        "国办发明电〔2026〕8号（虚构）",
        date(2026, 11, 5),
        days,
    )
