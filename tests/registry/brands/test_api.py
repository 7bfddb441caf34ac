"""One branch, one brand project: begun, taken from stage to stage, concluded."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.registry.brands.tables import BrandStageRow
from shared.caller import Role
from shared.tables import new_id
from tests.registry.house import ADMIN, County, Registry, problem

CODE = "brand_stages_reached"


@pytest.fixture(autouse=True)
async def december(registry: Registry) -> None:
    body = {"now": "2026-12-31T04:00:00Z"}
    assert (await registry.http.post("/v1/demo/clock", json=body)).is_success


def project(place: dict[str, Any], **more: object) -> dict[str, Any]:
    base = {"organization_id": place["id"], "name": "党建+红色物业", "aim": "十件实事"}
    return base | {"begun_on": "2026-03-01"} | more


def stage(day: str) -> dict[str, str]:
    return {"reached_on": day, "title": "联户到位", "result": "36 名党员联系 412 户"}


async def test_a_branch_begins_reaches_stages_and_concludes(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    own = county.caller(Role.VILLAGE, village["id"])
    made = await registry.post("/brand-projects", project(village), own, expect=201)
    path = f"/brand-projects/{made['project']['id']}"
    await registry.post(f"{path}/stages", stage("2026-09-10"), own, expect=201)
    told = await registry.post(f"{path}/stages", stage("2026-06-10"), own, expect=201)
    assert [each["reached_on"] for each in told["stages"]] == ["2026-06-10", "2026-09-10"]
    assert told["stages"][0]["entered_by"] == str(own.user_id)
    another = await registry.post("/brand-projects", project(village), own, expect=409)
    assert problem(another) == "brand-runs"
    done = {"ended_on": "2026-12-20", "outcome": "十件实事全部办结"}
    told = await registry.post(f"{path}/conclude", done, own)
    assert told["project"]["outcome"] == done["outcome"]
    again = await registry.post(f"{path}/conclude", done, own, expect=409)
    late = await registry.post(f"{path}/stages", stage("2026-12-21"), own, expect=409)
    assert problem(again) == problem(late) == "brand-concluded"
    second = project(village, name="党建+果园", begun_on="2026-12-21")
    await registry.post("/brand-projects", second, own, expect=201)
    assert len((await registry.get("/brand-projects", own))["items"]) == 2
    for day, names in (("2026-12-20", ["党建+红色物业"]), ("2026-12-21", ["党建+果园"])):
        found = await registry.get("/brand-projects", own, as_of=day, under=village["id"])
        assert [each["name"] for each in found["items"]] == names
    assert len((await registry.get(path, own))["stages"]) == 2


async def test_what_cannot_be_is_refused(registry: Registry, county: County) -> None:
    village, other = county.named("四街村党支部"), county.named("照镜村党支部")
    own = county.caller(Role.VILLAGE, village["id"])
    for body in (
        project(county.named("城关镇党委")),
        project(village, begun_on="2027-01-01"),
        project(village, begun_on="1900-01-01"),
    ):
        refused = await registry.post("/brand-projects", body, ADMIN, expect=422)
        assert problem(refused) == "brand-impossible"
    elsewhere = await registry.post("/brand-projects", project(other), own, expect=403)
    assert problem(elsewhere) == "out-of-scope"
    judge = county.caller(Role.JUDGE)
    assert (
        problem(await registry.post("/brand-projects", project(village), judge, 403)) == "forbidden"
    )
    made = await registry.post("/brand-projects", project(village), own, expect=201)
    path = f"/brand-projects/{made['project']['id']}"
    for day in ("2026-02-28", "2027-01-01"):
        refused = await registry.post(f"{path}/stages", stage(day), own, expect=422)
        assert problem(refused) == "brand-impossible"
    neighbour = county.caller(Role.VILLAGE, other["id"])
    assert problem(await registry.get(path, neighbour, expect=404)) == "brand-unknown"
    unknown = f"/brand-projects/{new_id()}/stages"
    refused = await registry.post(unknown, stage("2026-06-10"), own, expect=404)
    assert problem(refused) == "brand-unknown"


async def test_two_at_once_are_still_one(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    headers = registry.headers(ADMIN)
    address = "/v1/brand-projects"
    sent = [registry.http.post(address, json=project(village), headers=headers) for _ in range(4)]
    answers = await asyncio.gather(*sent)
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


async def test_stages_are_facts_and_are_never_changed(registry: Registry, county: County) -> None:
    first, second = county.of_tier("village")[:2]
    body = {"organization_ids": [first["id"], second["id"]], "codes": [CODE]}

    async def known(day: str) -> dict[str, int]:
        items = (await registry.post("/facts/values", body | {"as_of": day}))["items"]
        return {each["organization_id"]: each["value"] for each in items}

    assert await known("2026-12-31") == {}
    begun = project(first, begun_on="2025-11-01")
    made = await registry.post("/brand-projects", begun, expect=201)
    path = f"/brand-projects/{made['project']['id']}/stages"
    for day in ("2025-12-01", "2026-02-01", "2026-06-01"):
        await registry.post(path, stage(day), expect=201)
    assert await known("2025-10-31") == {}
    assert await known("2026-03-01") == {first["id"]: 1, second["id"]: 0}
    assert await known("2026-12-31") == {first["id"]: 2, second["id"]: 0}
    async with registry.context.sessions() as session:
        with pytest.raises(DBAPIError, match="append-only"):
            await session.execute(sa.update(BrandStageRow).values(title="x"))
