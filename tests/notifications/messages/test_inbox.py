"""The inbox over HTTP: one's own messages only."""

from shared.caller import Role
from shared.contracts.registry import Recipient
from shared.pagination import encode
from shared.tables import new_id
from tests.accounts import caller
from tests.notifications.conftest import Service, problem
from tests.notifications.telling import account, effective, run_jobs, stage


async def tell_three(service: Service) -> None:
    cycle = new_id()
    for event in (stage(service, [1] * 6), stage(service, [2] * 6), effective(service, 2)):
        await service.receive(service.envelope(event, cycle))
    await run_jobs(service)


async def test_messages_are_listed_newest_first_in_pages(
    service: Service, secretaries: list[Recipient]
) -> None:
    await tell_three(service)
    mine = account(secretaries[0])
    first = (
        await service.call(
            "GET", "/v1/messages", mine, expect=200, params={"limit": 2, "total": True}
        )
    ).json()
    assert [each["kind"] for each in first["items"]] == ["results.effective", "stage.completed"]
    assert first["total"] == 3
    rest = await service.call(
        "GET", "/v1/messages", mine, expect=200, params={"cursor": first["next_cursor"]}
    )
    assert [each["facts"]["level"] for each in rest.json()["items"]] == [1]
    assert rest.json()["next_cursor"] is None


async def test_reading_marks_once_and_lowers_the_count(
    service: Service, secretaries: list[Recipient]
) -> None:
    await tell_three(service)
    mine = account(secretaries[0])
    listed = (await service.call("GET", "/v1/messages", mine, expect=200)).json()["items"]
    path = f"/v1/messages/{listed[0]['id']}/read"
    read = (await service.call("POST", path, mine, expect=200)).json()
    assert read["read_at"].startswith("2026-05-11")
    await service.pass_days(1)
    again = (await service.call("POST", path, mine, expect=200)).json()
    assert again["read_at"] == read["read_at"]
    count = await service.call("GET", "/v1/messages/unread-count", mine, expect=200)
    assert count.json() == {"unread": 2}
    unread = await service.call("GET", "/v1/messages", mine, params={"unread": True})
    assert [each["id"] for each in unread.json()["items"]] == [each["id"] for each in listed[1:]]


async def test_nobody_reads_anothers_messages(
    service: Service, secretaries: list[Recipient]
) -> None:
    await tell_three(service)
    mine, theirs = account(secretaries[0]), account(secretaries[1])
    listed = (await service.call("GET", "/v1/messages", mine, expect=200)).json()["items"]
    path = f"/v1/messages/{listed[0]['id']}/read"
    for stranger in (
        theirs,
        caller(Role.SYSTEM_ADMINISTRATOR),
        service.county.caller(Role.INSPECTOR),
    ):
        answer = await service.call("POST", path, stranger, expect=404)
        assert problem(answer) == "message-not-found"
    theirs_listed = (await service.call("GET", "/v1/messages", theirs)).json()["items"]
    assert {each["id"] for each in theirs_listed}.isdisjoint(each["id"] for each in listed)
    administrator = caller(Role.SYSTEM_ADMINISTRATOR)
    assert (await service.call("GET", "/v1/messages", administrator)).json()["items"] == []
    still = (await service.call("GET", "/v1/messages", mine)).json()["items"]
    assert all(each["read_at"] is None for each in still)


async def test_without_signing_in_there_is_no_inbox(service: Service) -> None:
    for method, path in (
        ("GET", "/v1/messages"),
        ("GET", "/v1/messages/unread-count"),
        ("POST", f"/v1/messages/{new_id()}/read"),
    ):
        assert problem(await service.call(method, path, expect=401)) == "not-signed-in"


async def test_a_cursor_of_another_kind_is_refused(
    service: Service, secretaries: list[Recipient]
) -> None:
    mine = account(secretaries[0])
    for cursor in ("bm9wZQ", encode(["not an id"]), encode(["1", "2"])):
        answer = await service.call("GET", "/v1/messages", mine, params={"cursor": cursor})
        assert (answer.status_code, problem(answer)) == (422, "invalid-content")
