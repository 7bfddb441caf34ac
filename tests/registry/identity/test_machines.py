"""Tokens between services, and whom to tell."""

import pytest

from shared.caller import Role
from tests.registry.house import SECRET, County, Registry, problem
from tests.registry.identity.people import Account, add, first_administrator


async def machine(registry: Registry) -> Account:
    body = {"client_id": "scoring", "client_secret": SECRET}
    answer = await registry.http.post("/v1/tokens/machine", json=body)
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 600
    return Account(registry, "scoring", "", answer.json()["access_token"], "", "")


@pytest.mark.parametrize(
    ("client", "secret"), [("scoring", "wrong"), ("nobody", SECRET), ("notifications", SECRET)]
)
async def test_a_wrong_secret_is_refused(registry: Registry, client: str, secret: str) -> None:
    body = {"client_id": client, "client_secret": secret}
    answer = await registry.http.post("/v1/tokens/machine", json=body)
    assert answer.status_code == 401
    assert problem(answer.json()) == "machine-sign-in-failed"


async def test_a_service_reads_everything_and_writes_nothing(
    registry: Registry, county: County
) -> None:
    scoring = await machine(registry)
    assert (await scoring.get("/organizations?total=true"))["total"] == 242
    body = {"county_code": "410724000000"}
    assert county.organizations
    await scoring.post("/organizations/from-divisions", body, expect=403)
    await scoring.get("/users", expect=403)
    await scoring.get("/audit", expect=403)


async def test_recipients_are_who_holds_the_role_there_today(
    registry: Registry, county: County
) -> None:
    admin = await first_administrator(registry)
    first, second = county.of_tier("village")[:2]
    over = {"role": "village", "organization_id": first["id"], "starts_on": "2020-01-01"}
    await add(
        admin,
        "village-1",
        {"role": "village", "organization_id": first["id"]},
        email="village@example.test",
    )
    await add(admin, "village-2", {"role": "village", "organization_id": second["id"]})
    await add(admin, "ended", over | {"ends_on": "2020-12-31"})
    await add(admin, "waiting", {"role": "inspector", "organization_id": str(county.id)})
    scoring = await machine(registry)
    body = {
        "organization_ids": [first["id"], str(county.id)],
        "roles": ["village", "inspector"],
    }
    found = (await scoring.post("/recipients/search", body))["items"]
    assert [(each["organization_id"], each["role"], each["email"]) for each in found] == [
        (first["id"], "village", "village@example.test")
    ]
    for code in ("petition_bureau", "public_security_bureau"):
        grant = {"role": "source_office", "organization_id": str(county.id), "department": code}
        await add(admin, f"office-{code}", grant)
    asked = {"organization_ids": [str(county.id)], "roles": ["source_office"]}
    found = (await scoring.post("/recipients/search", asked))["items"]
    assert {each["department"] for each in found} == {"petition_bureau", "public_security_bureau"}
    caller = county.caller(Role.ORGANIZATION_DEPARTMENT)
    refused = await registry.post("/recipients/search", body, caller, expect=403)
    assert problem(refused) == "forbidden"
