"""Sessions seen and ended: one's own, others' by administrators; the alarm of a reused token."""

from typing import Any

import pytest
import sqlalchemy as sa

from shared.audit import audit_log
from shared.outbox import outbox
from tests.registry.house import County, Registry, problem
from tests.registry.identity.people import (
    Account,
    add,
    first_administrator,
    forget_revocations,
    sign_in,
)


async def is_out(account: Account) -> bool:
    body = {"refresh_token": account.refresh}
    answer = await account.registry.http.post("/v1/sessions/refresh", json=body)
    return answer.status_code == 401


async def test_all_own_sessions_end_at_once(registry: Registry) -> None:
    first = await first_administrator(registry)
    second = await sign_in(registry, "admin")
    assert len((await second.get("/sessions"))["items"]) == 2
    await second.post("/sessions/revoke-all", expect=204)
    assert await is_out(first)
    assert await is_out(second)
    forget_revocations(registry)
    await first.get("/me", expect=401)


async def test_an_administrator_sees_and_ends_others_sessions(registry: Registry) -> None:
    admin = await first_administrator(registry)
    person = await add(admin, "sijie")
    phone = await sign_in(registry, "sijie")
    path = f"/users/{person.id}/sessions"
    listed = (await admin.get(path))["items"]
    assert [each["current"] for each in listed] == [False, False]
    await admin.post(f"{path}/{listed[0]['id']}/revoke", expect=204)
    assert await is_out(phone)
    assert problem(await admin.post(f"{path}/{listed[0]['id']}/revoke", expect=404)) == (
        "session-unknown"
    )
    await admin.post(f"{path}/revoke-all", expect=204)
    assert await is_out(person)
    assert (await admin.get(path))["items"] == []
    # Again: there is nothing left to end, and that is no fault.
    await admin.post(f"{path}/revoke-all", expect=204)


async def test_a_session_belongs_to_its_own_user(registry: Registry) -> None:
    admin = await first_administrator(registry)
    person, other = await add(admin, "sijie"), await add(admin, "wujie")
    (session,) = (await other.get("/sessions"))["items"]
    path = f"/users/{person.id}/sessions/{session['id']}/revoke"
    assert problem(await admin.post(path, expect=404)) == "session-unknown"
    assert problem(await person.post(f"/sessions/{session['id']}/revoke", expect=404)) == (
        "session-unknown"
    )
    await other.get("/me")


@pytest.mark.parametrize("path", ["sessions", "sessions/revoke-all"])
async def test_nobody_else_touches_others_sessions(
    registry: Registry, county: County, path: str
) -> None:
    admin = await first_administrator(registry)
    grant = {"role": "organization_department", "organization_id": str(county.id)}
    office = await add(admin, "office", grant)
    method = "GET" if path == "sessions" else "POST"
    answer = await office.ask(method, f"/users/{admin.id}/{path}")
    assert (answer.status_code, problem(answer.json())) == (403, "forbidden")


async def alarms(registry: Registry) -> list[tuple[str, dict[str, Any]]]:
    async with registry.context.sessions() as session:
        statement = sa.select(outbox.c.consumer, outbox.c.data).where(
            outbox.c.type == "session.alarm"
        )
        return [(row.consumer, row.data) for row in await session.execute(statement)]


async def test_a_reused_refresh_token_raises_the_alarm_once(registry: Registry) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    person = await add(admin, "sijie")
    await person.refreshed()
    (session,) = (await person.get("/sessions"))["items"]
    for _ in range(2):
        assert await is_out(person)
    expected = {
        "user_id": person.id,
        "display_name": "账号 sijie",
        "session_id": session["id"],
        "device": session["device"],
        "security_administrators": [security.id],
    }
    assert await alarms(registry) == [("notifications", expected)]
    async with registry.context.sessions() as opened:
        statement = sa.select(audit_log.c.entity_id).where(
            audit_log.c.action == "session.refresh_reused"
        )
        assert [str(each) for each in await opened.scalars(statement)] == [person.id]


async def test_the_alarm_goes_to_the_county_and_above_and_not_elsewhere(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    above = await add(admin, "above", {"role": "security_administrator"})
    own = {"role": "security_administrator", "organization_id": str(county.id)}
    await admin.post("/users", _draft("own", own), expect=201)
    (asked,) = (await above.get("/grants?state=requested"))["items"]
    village = {"role": "village", "organization_id": county.of_tier("village")[0]["id"]}
    person = await add(admin, "sijie", village)
    await person.refreshed()
    assert await is_out(person)
    ((_, first),) = await alarms(registry)
    assert first["security_administrators"] == [above.id]
    await above.post(f"/grants/{asked['id']}/approve")
    again = await sign_in(registry, "sijie")
    await again.refreshed()
    assert await is_out(again)
    second = (await alarms(registry))[1][1]
    assert sorted(second["security_administrators"]) == sorted([above.id, asked["user_id"]])


def _draft(username: str, *grants: dict[str, Any]) -> dict[str, Any]:
    return {
        "username": username,
        "password": "Huojia-Spring-2026",
        "display_name": username,
        "grants": list(grants),
    }
