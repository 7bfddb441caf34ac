"""The calendar over HTTP."""

from typing import Any

from services.notifications.calendar.domain import Draft
from shared.caller import Role
from tests.notifications.calendar.years import yearly_2027
from tests.notifications.conftest import Service, problem

PERIOD = "/v1/calendar/period"
NOTICES = "/v1/calendar/notices"


def body(draft: Draft) -> dict[str, Any]:
    return {
        "year": draft.year,
        "kind": draft.kind,
        "title": draft.title,
        "reference": draft.reference,
        "issued_on": str(draft.issued_on),
        "days": [day.model_dump(mode="json") for day in draft.days],
    }


async def test_anyone_may_ask_for_a_period(service: Service) -> None:
    answer = await service.call("GET", PERIOD, params={"start": "2026-05-11", "working_days": 5})
    expected = {"first_day": "2026-05-12", "last_day": "2026-05-18", "provisional": False}
    assert answer.json() == expected
    counting = {"start": "2026-05-11", "working_days": 5, "first_day_counts": True}
    answer = await service.call("GET", PERIOD, params=counting, expect=200)
    assert answer.json()["last_day"] == "2026-05-15"


async def test_a_period_without_a_notice_is_provisional(service: Service) -> None:
    answer = await service.call("GET", PERIOD, params={"start": "2026-12-31"}, expect=200)
    assert answer.json() == {
        "first_day": "2027-01-01",
        "last_day": "2027-01-07",
        "provisional": True,
    }


async def test_impossible_periods_get_their_own_problem(service: Service) -> None:
    for query in ({"start": "2026-05-11", "working_days": 0}, {"start": "9999-12-31"}):
        answer = await service.call("GET", PERIOD, params=query, expect=422)
        assert problem(answer) == "outside-calendar"
    answer = await service.call("GET", PERIOD, params={"start": "2026-13-01"}, expect=422)
    assert problem(answer) == "invalid-content"


async def test_an_upload_counts_at_once_and_is_told_to_scoring(service: Service) -> None:
    await service.move_clock("2026-11-10 09:00")
    who = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    answer = await service.call("POST", NOTICES, who, json=body(yearly_2027()), expect=201)
    assert answer.json()["edition"] == 1
    asked = await service.call("GET", PERIOD, params={"start": "2026-12-31"}, expect=200)
    assert asked.json() == {
        "first_day": "2027-01-04",
        "last_day": "2027-01-08",
        "provisional": False,
    }
    [(kind, data)] = await service.sent()
    assert (kind, data["complete_years"]) == ("calendar.changed", [2027])
    assert {"day": "2026-12-27", "working": True, "name": "元旦"} in data["days"]
    listed = await service.call("GET", NOTICES, expect=200)
    assert [each["year"] for each in listed.json()] == [2027]
    assert ("notifications", "follow_calendar", ()) in [
        (owner, job, tuple(args)) for owner, job, args in service.queue.jobs
    ]


async def test_an_upload_by_others_or_with_errors_changes_nothing(service: Service) -> None:
    await service.move_clock("2026-11-10 09:00")
    village = service.county.caller(Role.VILLAGE)
    answer = await service.call("POST", NOTICES, village, json=body(yearly_2027()), expect=403)
    assert problem(answer) == "forbidden"
    answer = await service.call("POST", NOTICES, json=body(yearly_2027()), expect=401)
    who = service.county.caller(Role.SYSTEM_ADMINISTRATOR)
    broken = body(yearly_2027())
    broken["days"] = broken["days"][3:]
    answer = await service.call("POST", NOTICES, who, json=broken, expect=422)
    assert problem(answer) == "calendar-notice-invalid"
    assert "元旦" in answer.json()["errors"][0]["detail"]
    assert (await service.call("GET", NOTICES)).json() == []
    assert await service.sent() == []


async def test_an_upload_repeated_with_its_key_is_stored_once(service: Service) -> None:
    await service.move_clock("2026-11-10 09:00")
    who = service.county.caller(Role.SYSTEM_ADMINISTRATOR)
    keyed = {"Idempotency-Key": "calendar-2027"}
    for _ in range(2):
        await service.call(
            "POST", NOTICES, who, json=body(yearly_2027()), headers=keyed, expect=201
        )
    assert len((await service.call("GET", NOTICES)).json()) == 1


async def test_each_day_says_where_it_is_known_from(service: Service) -> None:
    days = (await service.call("GET", "/v1/calendar/days", params={"year": 2026})).json()
    assert len(days) == 365
    by_day = {each["day"]: each for each in days}
    assert by_day["2026-10-01"]["source"] == "library"
    assert by_day["2026-10-10"]["working"]
    unknown = (await service.call("GET", "/v1/calendar/days", params={"year": 2027})).json()
    assert {each["source"] for each in unknown} == {"week"}
    assert all(each["provisional"] for each in unknown)
