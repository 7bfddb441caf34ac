"""Invitations: the invited person alone sets the password, once and in time."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.registry.identity.tables import InvitationRow
from shared.audit import audit_log
from shared.clock import real_now
from tests.registry.house import County, Registry, problem
from tests.registry.identity.people import (
    PASSWORD,
    Account,
    account_of,
    add,
    draft,
    first_administrator,
    sign_in,
    try_to_sign_in,
)

OWN = "Wo-Zi-Ji-2026"


async def invited(admin: Account, username: str, *grants: dict[str, object]) -> tuple[str, str]:
    """Make an account without a password; return its id and the token of its invitation."""
    body = {name: value for name, value in draft(username, *grants).items() if name != "password"}
    user = await admin.post("/users", body, expect=201)
    made = await admin.post(f"/users/{user['id']}/invitations", expect=201)
    return user["id"], made["token"]


async def accept(registry: Registry, token: str, password: str = OWN) -> tuple[int, str]:
    body = {"token": token, "password": password}
    answer = await registry.http.post("/v1/invitations/accept", json=body)
    return answer.status_code, "" if answer.is_success else problem(answer.json())


async def test_an_invited_person_sets_the_password_and_is_in(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    village = county.of_tier("village")[0]
    grant = {"role": "village", "organization_id": village["id"]}
    user_id, token = await invited(admin, "sijie", grant)
    assert (await try_to_sign_in(registry, "sijie", "")).status_code == 422
    for guess in (PASSWORD, "no account has this password"):
        assert (await try_to_sign_in(registry, "sijie", guess)).status_code == 401
    body = {"token": token, "password": OWN}
    answer = await registry.http.post("/v1/invitations/accept", json=body)
    person = account_of(registry, answer, "sijie", OWN)
    assert person.id == user_id
    assert [each["role"] for each in (await person.get("/me"))["grants"]] == ["village"]
    assert (await person.get("/sessions"))["items"][0]["method"] == "invitation"
    await sign_in(registry, "sijie", OWN)
    assert await accept(registry, token) == (410, "invitation-unusable")


async def test_only_the_hash_is_kept(registry: Registry) -> None:
    admin = await first_administrator(registry)
    _, token = await invited(admin, "sijie")
    async with registry.context.sessions() as session:
        rows = str((await session.execute(sa.select(*InvitationRow.__table__.columns))).all())  # type: ignore[attr-defined]  # SQLModel hides it
        trail = str((await session.execute(sa.select(audit_log))).all())
    assert token not in rows + trail


async def test_a_weak_password_leaves_the_invitation_open(registry: Registry) -> None:
    admin = await first_administrator(registry)
    _, token = await invited(admin, "sijie")
    assert await accept(registry, token, "short") == (422, "password-weak")
    assert await accept(registry, token, "Sijie-Sijie-2026") == (422, "password-weak")
    assert (await accept(registry, token))[0] == 201


async def test_an_invitation_ends_by_time_by_another_and_by_withdrawal(registry: Registry) -> None:
    admin = await first_administrator(registry)
    user_id, first = await invited(admin, "sijie")
    second = await admin.post(f"/users/{user_id}/invitations", expect=201)
    assert await accept(registry, first) == (410, "invitation-unusable")
    (listed,) = (await admin.get("/invitations"))["items"]
    assert listed["id"] == second["id"]
    assert "token" not in listed
    await admin.post(f"/invitations/{second['id']}/revoke", expect=204)
    assert await accept(registry, second["token"]) == (410, "invitation-unusable")
    again = await admin.post(f"/invitations/{second['id']}/revoke", expect=404)
    assert problem(again) == "invitation-unknown"
    third = await admin.post(f"/users/{user_id}/invitations", expect=201)
    async with registry.context.sessions() as session:
        past = real_now() - timedelta(seconds=1)
        await session.execute(sa.update(InvitationRow).values(expires_at=past))
        await session.commit()
    assert await accept(registry, third["token"]) == (410, "invitation-unusable")
    assert (await admin.get("/invitations"))["items"] == []


@pytest.mark.parametrize("token", ["x" * 43, "m3Vq8Zt1dWk2xJ0pLr7cYb4sHn6a"])
async def test_a_guess_opens_nothing(registry: Registry, token: str) -> None:
    await first_administrator(registry)
    assert await accept(registry, token) == (410, "invitation-unusable")


async def test_accepting_ends_what_was_open_before(registry: Registry) -> None:
    admin = await first_administrator(registry)
    old = await add(admin, "sijie")
    made = await admin.post(f"/users/{old.id}/invitations", expect=201)
    assert (await accept(registry, made["token"]))[0] == 201
    body = {"refresh_token": old.refresh}
    answer = await registry.http.post("/v1/sessions/refresh", json=body)
    assert problem(answer.json()) == "session-ended"
    assert (await try_to_sign_in(registry, "sijie")).status_code == 401


async def test_who_makes_accounts_is_not_let_into_guarded_ones(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    grant = {"role": "inspector", "organization_id": str(county.id)}
    body = {key: value for key, value in draft("jiwei", grant).items() if key != "password"}
    user = await admin.post("/users", body, expect=201)
    refused = await admin.post(f"/users/{user['id']}/invitations", expect=403)
    assert problem(refused) == "forbidden"
    made = await security.post(f"/users/{user['id']}/invitations", expect=201)
    assert (await accept(registry, made["token"]))[0] == 201


async def test_a_disabled_account_is_not_invited(registry: Registry) -> None:
    admin = await first_administrator(registry)
    user_id, token = await invited(admin, "sijie")
    headers = admin.headers | {"If-Match": '"1"'}
    answer = await registry.http.patch(
        f"/v1/users/{user_id}", json={"disabled": True}, headers=headers
    )
    assert answer.status_code == 200
    assert await accept(registry, token) == (403, "account-disabled")
    assert problem(await admin.post(f"/users/{user_id}/invitations", expect=403)) == (
        "account-disabled"
    )
