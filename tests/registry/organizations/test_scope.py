"""Every role sees its own part of the tree, in every read."""

import pytest

from shared.caller import Role
from tests.registry.house import County, Registry, problem

COUNTY_ROLES = (
    Role.ORGANIZATION_DEPARTMENT,
    Role.DEPARTMENT,
    Role.SOURCE_OFFICE,
    Role.COMMITTEE,
    Role.FINANCE,
    Role.INSPECTOR,
    Role.AUDIT_ADMINISTRATOR,
)


@pytest.mark.parametrize("role", COUNTY_ROLES)
async def test_county_roles_see_the_county(registry: Registry, county: County, role: Role) -> None:
    seen = await registry.get("/organizations", county.caller(role), total=True)
    assert seen["total"] == 242


async def test_a_township_sees_itself_and_its_villages(registry: Registry, county: County) -> None:
    township, other = county.named("城关镇党委"), county.named("照镜镇党委")
    caller = county.caller(Role.TOWNSHIP, township["id"])
    seen = (await registry.get("/organizations", caller, limit=500))["items"]
    assert {each["path"].startswith(township["path"]) for each in seen} == {True}
    assert len(seen) == 1 + sum(
        each["parent_id"] == township["id"] for each in county.organizations
    )
    refused = await registry.get(f"/organizations/{other['id']}", caller, expect=403)
    assert problem(refused) == "out-of-scope"
    under_other = await registry.get("/organizations", caller, under=other["id"], total=True)
    assert under_other["total"] == 0


async def test_a_village_sees_itself(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    caller = county.caller(Role.VILLAGE, village["id"])
    seen = await registry.get("/organizations", caller, under=str(county.id))
    assert [each["id"] for each in seen["items"]] == [village["id"]]
    refused = await registry.get(f"/organizations/{county.id}", caller, expect=403)
    assert problem(refused) == "out-of-scope"


async def test_nobody_reads_without_signing_in(registry: Registry, county: County) -> None:
    assert county.organizations
    for path in ("organizations", "changes", "terms", "people", "facts", "users", "audit", "me"):
        answer = await registry.http.get(f"/v1/{path}")
        assert answer.status_code == 401, path
        assert problem(answer.json()) == "not-signed-in"
