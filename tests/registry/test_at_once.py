"""The same thing done twice at the same moment: one of the two is told no."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from services.registry.identity.usecases.accounts import (
    AdministratorExists,
    create_first_administrator,
)
from tests.registry.house import ADMIN, HUOJIA, County, Registry, problem
from tests.registry.identity.people import (
    PASSWORD,
    add,
    draft,
    first_administrator,
    sign_in,
)


async def statuses(*calls: Awaitable[Any]) -> list[int]:
    return sorted(answer.status_code for answer in await asyncio.gather(*calls))


async def test_two_secretaries(registry: Registry, county: County) -> None:
    body = {"county_id": str(county.id), "items": [{"name": "甲"}, {"name": "乙"}]}
    people = (await registry.post("/people/bulk", body, expect=201))["items"]
    village = county.of_tier("village")[0]
    headers = registry.headers(ADMIN)
    terms = [
        {"person_id": person["id"], "organization_id": village["id"]}
        | {"post": "secretary", "starts_on": "2024-01-01"}
        for person in people
    ]
    done = await statuses(
        *(registry.http.post("/v1/terms", json=term, headers=headers) for term in terms)
    )
    assert done == [201, 422]
    assert len((await registry.get("/terms"))["items"]) == 1


async def test_two_imports_of_one_file(registry: Registry) -> None:
    content = HUOJIA.read_bytes()
    results = await asyncio.gather(registry.load_csv(content), registry.load_csv(content))
    assert sorted(each["created"] for each in results) == [0, 244]
    assert (await registry.get("/divisions", total=True))["total"] == 244


async def test_two_trees_of_one_county(registry: Registry) -> None:
    await registry.load_csv(HUOJIA.read_bytes())
    body = {"county_code": "410724000000"}
    made = await asyncio.gather(
        *(registry.post("/organizations/from-divisions", body, expect=201) for _ in range(2))
    )
    assert sorted(each["villages"] for each in made) == [0, 226]
    assert len({each["county_id"] for each in made}) == 1


async def test_two_corrections_of_one_version(registry: Registry, county: County) -> None:
    village = county.of_tier("village")[0]
    headers = registry.headers(ADMIN) | {"If-Match": '"1"'}
    done = await statuses(
        *(
            registry.http.patch(
                f"/v1/organizations/{village['id']}", json={"sort": n}, headers=headers
            )
            for n in range(2)
        )
    )
    assert done == [200, 412]


async def test_two_accounts_of_one_name(registry: Registry) -> None:
    admin = await first_administrator(registry)
    done = await statuses(*(admin.ask("POST", "/users", draft("twin")) for _ in range(2)))
    assert done == [201, 422]


async def test_two_first_administrators(registry: Registry) -> None:
    results = await asyncio.gather(
        *(
            create_first_administrator(
                registry.context, f"admin-{n}", PASSWORD, "管理员", force=False
            )
            for n in range(2)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, AdministratorExists) for each in results) == 1


async def test_two_decisions_on_one_grant(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    items = [draft(f"security-{n}", {"role": "security_administrator"}) for n in range(2)]
    await admin.post("/users/bulk", {"items": items}, expect=201)
    here = {"role": "inspector", "organization_id": str(county.id)}
    inspector = await add(admin, "inspector", here)
    grant = (await inspector.get("/me"))["grants"][0]["id"]
    first, second = [await sign_in(registry, f"security-{n}") for n in range(2)]
    done = await statuses(
        first.ask("POST", f"/grants/{grant}/approve"),
        second.ask("POST", f"/grants/{grant}/reject", {"reason": "尚未任命"}),
    )
    assert done == [200, 409]


async def test_twins_with_one_idempotency_key(registry: Registry, county: County) -> None:
    headers = registry.headers(ADMIN) | {"Idempotency-Key": "people-at-once"}
    body = {"county_id": str(county.id), "items": [{"name": "甲"}] * 50}
    answers = await asyncio.gather(
        *(registry.http.post("/v1/people/bulk", json=body, headers=headers) for _ in range(3))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len((await registry.get("/people", limit=500))["items"]) == 50


async def test_a_key_is_one_callers_own(registry: Registry, county: County) -> None:
    admin = await first_administrator(registry)
    other = await add(admin, "other", {"role": "system_administrator"})
    body = {"county_id": str(county.id), "name": "甲"}
    for account in (admin, other):
        answer = await registry.http.post(
            "/v1/people", json=body, headers=account.headers | {"Idempotency-Key": "same-key-1"}
        )
        assert answer.status_code == 201
    changed = await registry.http.post(
        "/v1/people",
        json=body | {"name": "乙"},
        headers=admin.headers | {"Idempotency-Key": "same-key-1"},
    )
    assert problem(changed.json()) == "idempotency-key-reused"
    assert len((await registry.get("/people"))["items"]) == 2
