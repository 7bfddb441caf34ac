"""Making and administering accounts."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from services.registry.identity.domain.users import PasswordWeak, UsersRejected
from services.registry.identity.tables import UserRow
from services.registry.identity.usecases.accounts import (
    AdministratorExists,
    create_first_administrator,
)
from shared.audit import audit_log
from tests.registry.house import County, Registry, problem
from tests.registry.identity.people import (
    PASSWORD,
    Account,
    add,
    draft,
    first_administrator,
    forget_revocations,
    sign_in,
    try_to_sign_in,
)


def village_grant(county: County, name: str = "四街村党支部") -> dict[str, object]:
    return {"role": "village", "organization_id": county.named(name)["id"]}


async def patch_user(by: Account, user: dict[str, object], body: object) -> int:
    headers = by.headers | {"If-Match": f'"{user["version"]}"'}
    answer = await by.registry.http.patch(f"/v1/users/{user['id']}", json=body, headers=headers)
    return answer.status_code


async def test_there_is_one_first_administrator(registry: Registry) -> None:
    await first_administrator(registry)
    with pytest.raises(AdministratorExists):
        await create_first_administrator(
            registry.context, "second", PASSWORD, "又一个", force=False
        )
    await create_first_administrator(registry.context, "second", PASSWORD, "又一个", force=True)
    await sign_in(registry, "second")


async def test_a_whole_county_gets_its_accounts_at_once(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    items = [
        draft(f"v{each['division_code']}", {"role": "village", "organization_id": each["id"]})
        for each in county.of_tier("village")
    ]
    made = await admin.post("/users/bulk", {"items": items}, expect=201)
    assert [each["username"] for each in made["items"]] == [each["username"] for each in items]
    assert {each["grants"][0]["state"] for each in made["items"]} == {"active"}
    village = await sign_in(registry, items[0]["username"])
    mine = (await village.get("/organizations"))["items"]
    assert [each["id"] for each in mine] == [items[0]["grants"][0]["organization_id"]]
    async with registry.context.sessions() as session:
        hashes = set(await session.scalars(sa.select(col(UserRow.password_hash))))
        trail = str((await session.execute(sa.select(audit_log))).all())
    assert len(hashes) == 227
    assert all(each and each.startswith("$argon2id$") for each in hashes)
    assert PASSWORD not in trail
    assert "账号 v" not in trail


async def test_every_fault_is_named_and_nobody_is_made(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    nobody = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"
    items = [
        draft("good", village_grant(county)),
        draft("weak", password="short"),
        draft("good"),
        draft("scoped", village_grant(county, "城关镇党委")),
        draft("lost", {"role": "village", "organization_id": nobody}),
        draft("person", person_id=nobody),
        draft("machine", {"role": "service"}),
        draft("two", {"role": "audit_administrator"}, {"role": "system_administrator"}),
    ]
    local = await admin.post("/users/bulk", {"items": items}, expect=422)
    assert problem(local) == "users-rejected"
    assert [each["pointer"] for each in local["errors"]] == [
        "/body/items/1/password",
        "/body/items/2/username",
    ]
    stored = await admin.post("/users/bulk", {"items": items[3:]}, expect=422)
    assert [each["pointer"] for each in stored["errors"]] == [
        "/body/items/0/grants/0",
        "/body/items/1/grants/0",
        "/body/items/2/person_id",
        "/body/items/3/grants/0",
        "/body/items/4/grants",
    ]
    assert len((await admin.get("/users"))["items"]) == 1


async def test_a_taken_name_is_refused(registry: Registry) -> None:
    admin = await first_administrator(registry)
    refused = await admin.post("/users", draft("admin"), expect=422)
    assert problem(refused) == "users-rejected"
    assert refused["errors"][0]["pointer"] == "/body/username"


async def test_only_a_system_administrator_makes_accounts(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    village = await add(admin, "village", village_grant(county))
    assert problem(await village.post("/users", draft("x-y"), expect=403)) == "forbidden"
    assert problem(await village.get("/users", expect=403)) == "forbidden"


async def test_a_county_administrator_stays_in_the_county(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    here = {"role": "system_administrator", "organization_id": str(county.id)}
    local = await add(admin, "local", here)
    await local.post("/users", draft("inside", village_grant(county)), expect=201)
    wide = await local.post("/users", draft("wide", {"role": "audit_administrator"}), expect=422)
    assert wide["errors"][0]["pointer"] == "/body/grants/0"
    assert {each["username"] for each in (await local.get("/users"))["items"]} == {
        "local",
        "inside",
    }
    refused = await local.get(f"/users/{admin.id}", expect=403)
    assert problem(refused) == "out-of-scope"


async def test_a_disabled_account_is_out_at_once(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    village = await add(admin, "village", village_grant(county))
    user = await admin.get(f"/users/{village.id}")
    assert await patch_user(admin, user | {"version": 9}, {"disabled": True}) == 412
    assert await patch_user(admin, user, {"disabled": True}) == 200
    forget_revocations(registry)
    assert (await village.ask("GET", "/me")).status_code == 401
    refused = await try_to_sign_in(registry, "village")
    assert problem(refused.json()) == "account-disabled"
    body = {"refresh_token": village.refresh}
    again = await registry.http.post("/v1/sessions/refresh", json=body)
    assert problem(again.json()) == "session-ended"
    assert await patch_user(admin, user | {"version": 2}, {"disabled": False}) == 200
    await sign_in(registry, "village")


async def test_an_administrator_unlocks_and_resets(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    village = await add(admin, "village", village_grant(county))
    for _ in range(5):
        await try_to_sign_in(registry, "village", "x")
    assert (await try_to_sign_in(registry, "village")).status_code == 423
    await admin.post(f"/users/{village.id}/unlock", expect=204)
    await sign_in(registry, "village")
    weak = await admin.post(f"/users/{village.id}/password", {"password": "x"}, expect=422)
    assert problem(weak) == "password-weak"
    body = {"password": "Autumn-2026-x"}
    await admin.post(f"/users/{village.id}/password", body, expect=204)
    await sign_in(registry, "village", "Autumn-2026-x")


async def test_who_makes_accounts_cannot_take_over_the_inspectors(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    inspection = {"role": "inspector", "organization_id": str(county.id)}
    inspector = await add(admin, "inspector", inspection)
    body = {"password": "Autumn-2026-x"}
    refused = await admin.post(f"/users/{inspector.id}/password", body, expect=403)
    assert problem(refused) == "forbidden"
    await security.post(f"/users/{inspector.id}/password", body, expect=204)
    refused = await security.post(f"/users/{admin.id}/unlock", body, expect=403)
    assert problem(refused) == "forbidden"
    await sign_in(registry, "inspector", "Autumn-2026-x")


async def test_an_account_with_a_grant_elsewhere_is_administered_above(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    here = {"role": "system_administrator", "organization_id": str(county.id)}
    local = await add(admin, "local", here)
    other = {
        "parent_id": None,
        "kind": "committee",
        "sector": "government",
        "tier": "county",
        "name": "中共邻县委员会",
        "short_name": "邻县委",
        "founded_on": "2016-07-31",
    }
    elsewhere = await registry.post("/organizations", other, expect=201)
    both = await add(
        admin,
        "both",
        village_grant(county),
        {"role": "finance", "organization_id": elsewhere["id"]},
    )
    body = {"password": "Autumn-2026-x"}
    refused = await local.post(f"/users/{both.id}/password", body, expect=403)
    assert problem(refused) == "out-of-scope"
    await admin.post(f"/users/{both.id}/password", body, expect=204)


async def test_an_account_without_grants_belongs_to_who_made_it(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    here = {"role": "system_administrator", "organization_id": str(county.id)}
    local = await add(admin, "local", here)
    bare = await add(local, "bare")
    assert (await local.get(f"/users/{bare.id}"))["grants"] == []
    wide = await add(admin, "wide")
    assert problem(await local.get(f"/users/{wide.id}", expect=403)) == "out-of-scope"
    grant = village_grant(county) | {"user_id": wide.id}
    await admin.post("/grants", grant, expect=201)
    assert len((await local.get(f"/users/{wide.id}"))["grants"]) == 1


async def test_lists_of_accounts_are_searched_and_paged(registry: Registry) -> None:
    admin = await first_administrator(registry)
    items = [draft(f"user-{n:02}", display_name=f"村{n}") for n in range(12)]
    await admin.post("/users/bulk", {"items": items}, expect=201)
    first = await admin.get("/users?limit=10")
    rest = await admin.get(f"/users?limit=10&cursor={first['next_cursor']}")
    names = [each["username"] for each in first["items"] + rest["items"]]
    assert names == ["admin", *(f"user-{n:02}" for n in range(12))]
    assert len((await admin.get("/users?q=村11"))["items"]) == 1
    assert len((await admin.get("/users?q=USER-0"))["items"]) == 10


async def test_a_made_up_first_administrator_is_refused(registry: Registry) -> None:
    with pytest.raises(PasswordWeak):
        await create_first_administrator(registry.context, "admin", "weak", "管理员", force=False)
    await first_administrator(registry)
    with pytest.raises(UsersRejected):
        await create_first_administrator(registry.context, "admin", PASSWORD, "管理员", force=True)
