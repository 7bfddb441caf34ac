"""Running periods follow the calendar: provisional ones are recomputed, promises are kept."""

from typing import Any

from services.notifications.announcements.jobs import follow_calendar
from shared.caller import Role
from tests.notifications.calendar.test_api import body
from tests.notifications.calendar.years import off, work, yearly_2027
from tests.notifications.conftest import Service
from tests.notifications.stories import Story


async def upload(service: Service, notice: dict[str, Any]) -> None:
    who = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    await service.call("POST", "/v1/calendar/notices", who, json=notice, expect=201)
    await follow_calendar(service.context)


def amendment(year: int, *days: Any) -> dict[str, Any]:  # noqa: ANN401 -- calendar days
    return {
        "year": year,
        "kind": "amendment",
        "title": "调整",
        "reference": "国办发明电〔2026〕9号（虚构）",
        "issued_on": f"{year}-01-05",
        "days": [day.model_dump(mode="json") for day in days],
    }


async def test_a_provisional_period_says_so_and_is_recomputed(service: Service) -> None:
    await service.move_clock("2026-12-28 09:00")
    story = await Story(service).published()
    before = await story.notice()
    assert (before["last_day"], before["provisional"]) == ("2027-01-04", True)
    assert "暂定" in before["period_remark"]
    [(_, data)] = await service.sent()
    assert data["provisional"]
    await upload(service, body(yearly_2027()))
    after = await story.notice()
    assert (after["last_day"], after["provisional"]) == ("2027-01-05", False)
    assert after["period_remark"] == "截止日期原为2027年1月4日，因放假安排变动重新计算。"
    assert "2027年1月5日" in (await service.call("GET", f"/notices/{story.id}")).text


async def test_a_provisional_period_has_no_end(service: Service) -> None:
    await service.move_clock("2026-12-28 09:00")
    story = await Story(service).published()
    await service.move_clock("2027-03-01 09:00")
    assert (await story.notice())["phase"] == "open"


async def test_an_amendment_puts_the_last_day_off_but_never_forward(service: Service) -> None:
    story = await Story(service).published()
    await upload(service, amendment(2026, off("2026-05-15", "调休")))
    assert (await story.notice())["last_day"] == "2026-05-19"
    await upload(service, amendment(2026, work("2026-05-15", "调休"), work("2026-05-16", "调休")))
    found = await story.notice()
    assert found["last_day"] == "2026-05-19"
    assert "原为2026年5月18日" in found["period_remark"]


async def test_following_twice_changes_nothing(service: Service) -> None:
    story = await Story(service).published()
    before = (await story.read()).headers["etag"]
    await follow_calendar(service.context)
    await follow_calendar(service.context)
    assert (await story.read()).headers["etag"] == before
