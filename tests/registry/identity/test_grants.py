"""Grants: two administrators, three separate ones, and an end that is felt at once."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from shared.audit import audit_log
from shared.clock import real_now
from shared.outbox import outbox
from tests.registry.house import ADMIN, County, Registry, problem
from tests.registry.identity.people import (
    Account,
    add,
    draft,
    first_administrator,
    forget_revocations,
    sign_in,
)


async def person(registry: Registry, county: County, name: str) -> str:
    made = await registry.post("/people", {"county_id": str(county.id), "name": name}, expect=201)
    return str(made["id"])


async def roles(account: Account) -> list[str]:
    """The roles in a fresh token, as the account's own reads show them."""
    fresh = await sign_in(account.registry, account.username)
    claims = account.registry.app.state.verifier
    return [grant.role.value for grant in (await claims.verify(fresh.access)).grants]


async def test_an_inspector_needs_two_administrators(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    user = await add(admin, "inspector", {"role": "inspector", "organization_id": str(county.id)})
    grant = (await user.get("/me"))["grants"][0]
    assert grant["state"] == "requested"
    assert await roles(user) == []
    refused = await admin.post(f"/grants/{grant['id']}/approve", expect=403)
    assert problem(refused) == "forbidden"
    approved = await security.post(f"/grants/{grant['id']}/approve")
    assert (approved["state"], approved["decided_by"]) == ("active", security.id)
    assert await roles(user) == ["inspector"]
    again = await security.post(f"/grants/{grant['id']}/approve", expect=409)
    assert problem(again) == "illegal-transition"


async def test_inspectors_are_told_who_watches_or_decides_from_now_on(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    here = str(county.id)
    asked = {
        role: await add(admin, role.replace("_", "-"), {"role": role, "organization_id": here})
        for role in ("inspector", "committee", "finance")
    }
    refused = await add(admin, "refused", {"role": "committee", "organization_id": here})
    await security.post(
        f"/grants/{(await refused.get('/me'))['grants'][0]['id']}/reject", {"reason": "尚未任命"}
    )
    assert await told_of_grants(registry) == {}  # asked for is not given yet
    for role in ("inspector", "committee"):
        grant = (await asked[role].get("/me"))["grants"][0]
        await security.post(f"/grants/{grant['id']}/approve")
        told = (await told_of_grants(registry))[grant["id"]]
        assert (told.consumer, str(told.county_id)) == ("notifications", here)
        assert told.data["role"] == role
        assert told.data["organization_id"] == here
    assert len(await told_of_grants(registry)) == 2


async def told_of_grants(registry: Registry) -> dict[str, Any]:
    """The events that tell inspectors of grants, by the grant's id."""
    async with registry.context.sessions() as session:
        found = sa.select(outbox).where(outbox.c.type == "grant.approved")
        return {row.data["grant_id"]: row for row in await session.execute(found)}


async def test_two_accounts_of_one_person_are_one_administrator(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    who = await person(registry, county, "王一")
    here = str(county.id)
    system = await add(
        admin, "system", {"role": "system_administrator", "organization_id": here}, person_id=who
    )
    twice = draft("twice", {"role": "security_administrator"}, person_id=who)
    refused = await admin.post("/users", twice, expect=422)
    assert refused["errors"][0]["pointer"] == "/body/grants"
    security = await add(admin, "security", {"role": "security_administrator"})
    own = {"role": "committee", "organization_id": here, "user_id": security.id}
    asked = await system.post("/grants", own, expect=403)
    assert problem(asked) == "out-of-scope"
    asked = await admin.post("/grants", own, expect=201)
    refused = await security.post(f"/grants/{asked['id']}/approve", expect=403)
    assert problem(refused) == "grant-needs-second-person"


async def test_a_request_is_refused_with_a_reason(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    user = await add(admin, "committee", {"role": "committee", "organization_id": str(county.id)})
    grant = (await user.get("/me"))["grants"][0]
    rejected = await security.post(f"/grants/{grant['id']}/reject", {"reason": "尚未任命"})
    assert (rejected["state"], rejected["reason"]) == ("rejected", "尚未任命")
    assert await roles(user) == []


async def test_administrators_wait_once_there_is_one_to_agree(
    registry: Registry, county: County
) -> None:
    assert county.organizations
    admin = await first_administrator(registry)
    items = [
        draft("security", {"role": "security_administrator"}),
        draft("auditor", {"role": "audit_administrator"}),
    ]
    made = await admin.post("/users/bulk", {"items": items}, expect=201)
    assert [each["grants"][0]["state"] for each in made["items"]] == ["active", "active"]
    late = await admin.post("/users", draft("late", {"role": "system_administrator"}), expect=201)
    assert late["grants"][0]["state"] == "requested"


async def test_a_grant_taken_back_is_felt_at_once(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    township = county.named("城关镇党委")
    user = await add(admin, "town", {"role": "township", "organization_id": township["id"]})
    assert await roles(user) == ["township"]
    grant = (await user.get("/me"))["grants"][0]
    revoked = await admin.post(f"/grants/{grant['id']}/revoke", {"reason": "已调离岗位"})
    assert revoked["state"] == "revoked"
    forget_revocations(registry)
    assert (await user.ask("GET", "/me")).status_code == 401
    fresh = await registry.http.post("/v1/sessions/refresh", json={"refresh_token": user.refresh})
    assert fresh.status_code == 200
    assert await roles(user) == []
    async with registry.context.sessions() as session:
        rows = (
            await session.execute(sa.select(outbox).where(outbox.c.type == "grant.changed"))
        ).all()
    assert sorted(row.consumer for row in rows) == ["notifications", "scoring"]
    assert {row.data["user_id"] for row in rows} == {user.id}


async def test_tokens_carry_only_grants_valid_today(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    village = county.named("四街村党支部")["id"]
    today = real_now().date()
    day = timedelta(days=1)

    def grant(role: str, place: str, starts: int, ends: int) -> dict[str, str]:
        dates = {"starts_on": str(today + starts * day), "ends_on": str(today + ends * day)}
        return {"role": role, "organization_id": place} | dates

    user = await add(
        admin,
        "judge",
        grant("village", village, -9, -3),
        grant("finance", str(county.id), 5, 9),
        grant("judge", str(county.id), -2, 2),
    )
    assert await roles(user) == ["judge"]
    later = {"now": f"{today + 6 * day}T08:00:00+08:00"}
    assert (await registry.http.post("/v1/demo/clock", json=later)).status_code == 200
    assert await roles(user) == ["finance"]


async def test_bad_grants_are_refused(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    user = await add(admin, "user-x")
    bad = {"user_id": user.id, "role": "department", "organization_id": str(county.id)}
    refused = await admin.post("/grants", bad, expect=422)
    assert problem(refused) == "grant-invalid"
    nobody = bad | {"user_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"}
    assert problem(await admin.post("/grants", nobody, expect=404)) == "user-unknown"
    role = {"user_id": user.id, "role": "audit_administrator"}
    await admin.post("/grants", role, expect=201)
    other = {"user_id": user.id, "role": "security_administrator"}
    refused = await admin.post("/grants", other, expect=409)
    assert problem(refused) == "administrators-separate"


async def test_who_may_read_grants(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    here = str(county.id)
    inspector = await add(admin, "inspector", {"role": "inspector", "organization_id": here})
    grant = (await inspector.get("/me"))["grants"][0]
    await security.post(f"/grants/{grant['id']}/approve")
    await add(admin, "finance", {"role": "finance", "organization_id": here})
    inspector = await sign_in(registry, "inspector")
    seen = (await inspector.get("/grants"))["items"]
    assert [each["role"] for each in seen] == ["inspector"]
    assert len((await security.get("/grants"))["items"]) == 4
    waiting = (await admin.get("/grants?state=requested"))["items"]
    assert waiting == []
    finance = await sign_in(registry, "finance")
    assert problem(await finance.get("/grants", expect=403)) == "forbidden"


async def test_the_trail_is_for_the_audit_administrator(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    auditor = await add(admin, "auditor", {"role": "audit_administrator"})
    assert problem(await admin.get("/audit", expect=403)) == "forbidden"
    page = await auditor.get("/audit?limit=2")
    rest = await auditor.get(f"/audit?limit=500&cursor={page['next_cursor']}")
    actions = [each["action"] for each in page["items"] + rest["items"]]
    assert actions[-2:] == ["organization.create_from_divisions", "division.import"]
    assert actions[:2] == ["session.sign_in", "user.create"]
    made = await auditor.get("/audit?action=user.")
    assert {each["actor_id"] for each in made["items"]} == {None, admin.id}
    mine = await auditor.get(f"/audit?actor_id={ADMIN.user_id}&entity_id={county.id}")
    assert [each["after"]["village"] for each in mine["items"]] == [226]


async def test_the_database_refuses_to_change_the_trail(registry: Registry) -> None:
    await first_administrator(registry)
    for statement in (sa.update(audit_log).values(reason="x"), sa.delete(audit_log)):
        async with registry.context.sessions() as session:
            try:
                await session.execute(statement)
            except sa.exc.DBAPIError as error:
                refused = str(error)
        assert "audit_log is append-only" in refused
