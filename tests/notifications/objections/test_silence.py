"""Silent inspectors are told again and again; no case is ever decided by time."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.objections.domain.objection import (
    OPEN,
    Channel,
    Kind,
    Objection,
    State,
)
from services.notifications.objections.domain.silence import (
    CHECKING_DAYS,
    SIGNING_DAYS,
    is_silent,
    wait_of,
)
from services.notifications.objections.jobs import remind_inspectors, sweep_announcements
from shared.caller import Role
from shared.tables import new_id
from shared.workdays import Calendar
from tests.notifications.conftest import Service
from tests.notifications.objections.cases import (
    close,
    decided,
    only_desk,
    open_objections,
    to_branch,
)
from tests.notifications.stories import Story
from tests.notifications.telling import account, person, run_jobs

CALENDAR = Calendar()
DAYS = st.dates(date(2026, 1, 5), date(2026, 11, 30))


def case(state: State, received_on: date, acted_on: date | None) -> Objection:
    return Objection(
        id=new_id(),
        county_id=new_id(),
        announcement_id=new_id(),
        kind=Kind.BRANCH,
        channel=Channel.FORM,
        organization_ids=frozenset({new_id()}),
        star=None,
        named=False,
        received_on=received_on,
        receipt_hash="",
        state=state,
        acted_on=acted_on,
    )


@given(st.sampled_from(State), DAYS, st.none() | st.integers(0, 20), st.integers(0, 40))
def test_a_case_is_silent_after_its_working_days(
    state: State, received: date, acted: int | None, later: int
) -> None:
    moved = None if acted is None else received + timedelta(days=acted)
    today = received + timedelta(days=later)
    silent = is_silent(case(state, received, moved), today, CALENDAR)
    since = moved or received
    span = range(1, (today - since).days + 1)
    passed = sum(CALENDAR.is_working(since + timedelta(days=n)) for n in span)
    if state in (State.RECEIVED, State.CHECKING):
        assert silent == (passed > CHECKING_DAYS or _on_the_weekend_after(since, today, 10))
    elif state is State.DRAFTED:
        assert silent == (passed > SIGNING_DAYS or _on_the_weekend_after(since, today, 3))
    else:
        assert not silent


def _on_the_weekend_after(since: date, today: date, days: int) -> bool:
    """Whether the last working day given is over and only days off have followed."""
    day, left = since, days
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_working(day)
    return today > day


def test_only_what_inspectors_owe_is_waited_for() -> None:
    owed = {state for state in State if wait_of(case(state, date(2026, 5, 11), None))}
    # While a branch may answer its own day counts, and its silence ends by the sweep.
    assert owed == OPEN - {State.ANSWERING}


async def inbox(service: Service, who: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- a recipient
    answer = await service.call("GET", "/v1/messages", account(who), expect=200)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_inspectors_are_told_until_two_of_them_have_decided(service: Service) -> None:
    story = await Story(service).published()
    county = service.county.committee.id
    inspector = person(service, county, Role.INSPECTOR)
    office = person(service, county, Role.ORGANIZATION_DEPARTMENT)
    await to_branch(story, 0)
    await close(story)

    async def on(day: str) -> list[str]:
        """The titles the inspector has after the sweeps of a day."""
        await service.move_clock(f"{day} 09:00")
        await sweep_announcements(service.context)
        await remind_inspectors(service.context)
        await remind_inspectors(service.context)
        await run_jobs(service)
        titles = [each["title"] for each in await inbox(service, inspector)]
        return [title for title in titles if "一件异议" in title]

    # Received on Monday 11 May; ten working days later is Monday 25 May.
    assert await on("2026-05-25") == []
    assert await on("2026-05-26") == ["2026年5月11日收到的一件异议待核查，请办理"]
    assert len(await on("2026-06-09")) == 1
    assert len(await on("2026-06-10")) == 2
    desk = await only_desk(story)
    await desk.accept()
    await desk.draft("dismissed")
    assert len(await on("2026-06-15")) == 2
    assert (await on("2026-06-16"))[0] == "2026年5月11日收到的一件异议待会签，请办理"
    assert [each["state"] for each in await open_objections(story)] == ["drafted"]
    assert (await decided(service))[-1][0] == "announcement.closed"
    await desk.sign()
    assert len(await on("2026-08-03")) == 3
    assert not [each for each in await inbox(service, office) if "一件异议" in each["title"]]
    said = (await inbox(service, inspector))[0]["body"]
    assert story.branches[0].name not in said
