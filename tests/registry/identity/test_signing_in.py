"""Signing in, refreshing, signing out: as people and as thieves do it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from services.registry.identity.store.keys import write_new_key
from services.registry.identity.tables import UserRow
from shared.audit import audit_log
from shared.outbox import outbox
from tests.registry.house import Registry, problem
from tests.registry.identity.people import (
    PASSWORD,
    add,
    first_administrator,
    forget_revocations,
    sign_in,
    try_to_sign_in,
)


async def revoked_sessions(registry: Registry) -> list[str]:
    async with registry.context.sessions() as session:
        rows = await session.execute(
            sa.select(outbox.c.consumer).where(outbox.c.type == "session.revoked")
        )
        return sorted(row.consumer for row in rows)


async def test_a_token_opens_the_door(registry: Registry) -> None:
    admin = await first_administrator(registry)
    me = await admin.get("/me")
    assert (me["username"], me["display_name"]) == ("admin", "系统管理员")
    assert [grant["role"] for grant in me["grants"]] == ["system_administrator"]
    listed = await admin.get("/sessions")
    assert [each["current"] for each in listed["items"]] == [True]


@pytest.mark.parametrize(
    ("username", "password"), [("admin", "wrong"), ("nobody", PASSWORD), ("ADMIN ", "x")]
)
async def test_what_was_wrong_is_not_said(registry: Registry, username: str, password: str) -> None:
    await first_administrator(registry)
    answer = await try_to_sign_in(registry, username, password)
    assert answer.status_code == 401
    assert problem(answer.json()) == "sign-in-failed"
    assert "password" not in answer.json()


async def test_names_are_not_case_sensitive(registry: Registry) -> None:
    await first_administrator(registry)
    await sign_in(registry, "  ADMIN ")


async def test_failures_lock_and_time_unlocks(registry: Registry) -> None:
    await first_administrator(registry)
    for _ in range(4):
        assert (await try_to_sign_in(registry, "admin", "x")).status_code == 401
    locked = await try_to_sign_in(registry, "admin", "x")
    assert locked.status_code == 423
    assert problem(locked.json()) == "account-locked"
    until = datetime.fromisoformat(locked.json()["locked_until"])
    assert timedelta(minutes=14) < until - datetime.now(UTC) < timedelta(minutes=16)
    # The right password does not help before the time.
    assert (await try_to_sign_in(registry, "admin")).status_code == 423
    async with registry.context.sessions() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        await session.execute(sa.update(UserRow).values(locked_until=past))
        await session.commit()
    await sign_in(registry, "admin")


async def test_guesses_at_once_are_all_counted(registry: Registry) -> None:
    await first_administrator(registry)
    answers = await asyncio.gather(*(try_to_sign_in(registry, "admin", "x") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [401] * 4 + [423] * 4


async def test_a_success_forgets_earlier_failures(registry: Registry) -> None:
    await first_administrator(registry)
    for _ in range(3):
        for _ in range(4):
            await try_to_sign_in(registry, "admin", "x")
        await sign_in(registry, "admin")


async def test_refreshing_gives_a_new_pair(registry: Registry) -> None:
    admin = await first_administrator(registry)
    answer = await registry.http.post("/v1/sessions/refresh", json={"refresh_token": admin.refresh})
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] != admin.refresh
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await registry.http.get("/v1/me", headers=headers)).status_code == 200


async def test_a_stolen_refresh_token_ends_the_session(registry: Registry) -> None:
    admin = await first_administrator(registry)
    first = {"refresh_token": admin.refresh}
    fresh = (await registry.http.post("/v1/sessions/refresh", json=first)).json()
    stolen = await registry.http.post("/v1/sessions/refresh", json=first)
    assert stolen.status_code == 401
    assert problem(stolen.json()) == "refresh-token-reused"
    assert await revoked_sessions(registry) == ["notifications", "scoring"]
    last = await registry.http.post(
        "/v1/sessions/refresh", json={"refresh_token": fresh["refresh_token"]}
    )
    assert problem(last.json()) == "session-ended"
    forget_revocations(registry)
    for token in (admin.access, fresh["access_token"]):
        headers = {"Authorization": f"Bearer {token}"}
        assert (await registry.http.get("/v1/me", headers=headers)).status_code == 401
    await sign_in(registry, "admin")


async def test_of_twins_presenting_one_token_one_is_a_thief(registry: Registry) -> None:
    admin = await first_administrator(registry)
    body = {"refresh_token": admin.refresh}
    answers = await asyncio.gather(
        *(registry.http.post("/v1/sessions/refresh", json=body) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401]
    assert (await revoked_sessions(registry)).count("scoring") == 1


async def test_an_invented_refresh_token(registry: Registry) -> None:
    answer = await registry.http.post("/v1/sessions/refresh", json={"refresh_token": "x" * 43})
    assert answer.status_code == 401
    assert problem(answer.json()) == "session-ended"


async def test_signing_out_ends_this_session_only(registry: Registry) -> None:
    admin = await first_administrator(registry)
    phone = await sign_in(registry, "admin")
    assert len((await admin.get("/sessions"))["items"]) == 2
    await phone.post("/sessions/sign-out", expect=204)
    forget_revocations(registry)
    assert (await phone.ask("GET", "/me")).status_code == 401
    assert len((await admin.get("/sessions"))["items"]) == 1
    body = {"refresh_token": phone.refresh}
    assert (await registry.http.post("/v1/sessions/refresh", json=body)).status_code == 401


async def test_a_lost_phone_is_signed_out_from_the_desk(registry: Registry) -> None:
    admin = await first_administrator(registry)
    phone = await sign_in(registry, "admin")
    listed = (await admin.get("/sessions"))["items"]
    lost = next(each["id"] for each in listed if not each["current"])
    await admin.post(f"/sessions/{lost}/revoke", expect=204)
    again = await admin.post(f"/sessions/{lost}/revoke", expect=404)
    assert problem(again) == "session-unknown"
    forget_revocations(registry)
    assert (await phone.ask("GET", "/me")).status_code == 401
    await admin.get("/me")


async def test_nobody_ends_anothers_session(registry: Registry) -> None:
    admin = await first_administrator(registry)
    other = await add(admin, "other")
    mine = (await admin.get("/sessions"))["items"][0]["id"]
    assert problem(await other.post(f"/sessions/{mine}/revoke", expect=404)) == "session-unknown"


async def test_a_new_password_ends_every_session(registry: Registry) -> None:
    admin = await first_administrator(registry)
    weak = await admin.post("/me/password", {"current": PASSWORD, "new": "short"}, expect=422)
    assert problem(weak) == "password-weak"
    same = await admin.post("/me/password", {"current": PASSWORD, "new": PASSWORD}, expect=422)
    assert problem(same) == "password-weak"
    wrong = await admin.post("/me/password", {"current": "x", "new": "Autumn-2026-x"}, expect=401)
    assert problem(wrong) == "sign-in-failed"
    await admin.post("/me/password", {"current": PASSWORD, "new": "Autumn-2026-x"}, expect=204)
    forget_revocations(registry)
    assert (await admin.ask("GET", "/me")).status_code == 401
    assert (await try_to_sign_in(registry, "admin")).status_code == 401
    await sign_in(registry, "admin", "Autumn-2026-x")


async def test_no_key_makes_registry_keep_a_token(registry: Registry) -> None:
    await first_administrator(registry)
    headers = {"Idempotency-Key": "sign-in-once"}
    body = {"username": "admin", "password": PASSWORD}
    first = await registry.http.post("/v1/sessions", json=body, headers=headers)
    again = await registry.http.post("/v1/sessions", json=body, headers=headers)
    assert first.json()["refresh_token"] != again.json()["refresh_token"]


async def test_tokens_outlive_a_change_of_keys(registry: Registry) -> None:
    admin = await first_administrator(registry)
    before = (await registry.http.get("/v1/jwks.json")).json()["keys"]
    write_new_key(registry.settings.keys_directory, datetime(2026, 2, 1, tzinfo=UTC))
    after = (await registry.http.get("/v1/jwks.json")).json()["keys"]
    assert len(after) == len(before) + 1
    assert all("d" not in key for key in after)
    await admin.get("/me")
    # Signed by the new key, which registry's verifier looks up when it first meets it.
    registry.app.state.verifier.keys._fetched -= 2.05
    await (await sign_in(registry, "admin")).get("/me")


async def test_the_trail_tells_sign_ins_with_their_address(registry: Registry) -> None:
    await first_administrator(registry)
    await try_to_sign_in(registry, "admin", "x")
    async with registry.context.sessions() as session:
        rows = (await session.execute(sa.select(audit_log).order_by(audit_log.c.id))).all()
    assert [row.action for row in rows] == [
        "user.create",
        "session.sign_in",
        "session.sign_in_failed",
    ]
    assert {row.address for row in rows[1:]} == {"127.0.0.1"}
    assert PASSWORD not in str(rows)
