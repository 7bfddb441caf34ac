"""The ledger of 两新 units through the API: who exists, qualifies and is covered on a day."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.registry.coverage.tables import CoverageStateRow
from services.registry.organizations.domain.codes import check_character
from shared.caller import Caller, Role
from shared.tables import new_id
from tests.registry.house import County, Registry, problem

JUNE = "2026-06-30"


@pytest.fixture(autouse=True)
async def june(registry: Registry) -> None:
    body = {"now": f"{JUNE}T04:00:00Z"}
    assert (await registry.http.post("/v1/demo/clock", json=body)).is_success


def code(number: int) -> str:
    body = f"91410724MA3{number:06d}"
    return body + check_character(body)


def town(county: County) -> tuple[dict[str, Any], Caller]:
    place = county.named("城关镇党委")
    return place, county.caller(Role.TOWNSHIP, place["id"])


async def branch(registry: Registry, place: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    body = {
        "parent_id": place["id"],
        "name": f"中共获嘉县{name}支部委员会",
        "short_name": f"{name}党支部",
        "kind": kind,
        "sector": "new_groups",
        "tier": "village",
        "founded_on": "2020-01-01",
    }
    return await registry.post("/organizations", body, expect=201)


def company(
    place: dict[str, Any], name: str = "丰源纺织有限公司", **more: object
) -> dict[str, Any]:
    base = {
        "organization_id": place["id"],
        "kind": "enterprise",
        "name": name,
        "valid_from": "2026-03-01",
        "employees": 86,
        "members": 5,
    }
    return base | more


async def listed(registry: Registry, caller: Caller, **query: Any) -> list[str]:  # noqa: ANN401 -- what a query may hold
    found = await registry.get("/coverage-units", caller, **query)
    return [each["name"] for each in found["items"]]


async def test_a_township_keeps_its_own_ledger(registry: Registry, county: County) -> None:
    place, clerk = town(county)
    made = await registry.post("/coverage-units", company(place), clerk, expect=201)
    assert made["unit"]["organization_name"] == "城关镇党委"
    assert made["unit"]["kind_name"] == "非公企业"
    (state,) = made["states"]
    assert (state["valid_from"], state["valid_until"]) == ("2026-03-01", None)
    assert state["entered_by"] == str(clerk.user_id)
    row = (await registry.get("/coverage-units", clerk))["items"][0]
    assert (row["qualifies"], row["cover"], row["missing"]) == (True, "none", True)
    elsewhere = county.named("照镜镇党委")
    refused = await registry.post("/coverage-units", company(elsewhere), clerk, expect=403)
    assert problem(refused) == "out-of-scope"
    neighbour = county.caller(Role.TOWNSHIP, elsewhere["id"])
    assert await listed(registry, neighbour) == []
    hidden = await registry.get(f"/coverage-units/{made['unit']['id']}", neighbour, expect=404)
    assert problem(hidden) == "coverage-unit-unknown"
    judge = county.caller(Role.JUDGE)
    assert (
        problem(await registry.post("/coverage-units", company(place), judge, 403)) == "forbidden"
    )


async def test_every_fault_is_named_and_nothing_is_saved(
    registry: Registry, county: County
) -> None:
    place, clerk = town(county)
    village = county.named("四街村党支部")
    bad = company(
        place,
        credit_code="91410724MA3000001X",
        division_code="999999999999",
        valid_from="2026-07-01",
        members=87,
        branch_id=str(new_id()),
    )
    refused = await registry.post("/coverage-units", bad, clerk, expect=422)
    assert problem(refused) == "coverage-rejected"
    assert {each["pointer"].removeprefix("/body/") for each in refused["errors"]} == {
        "credit_code",
        "division_code",
        "valid_from",
        "members",
        "branch_id",
    }
    assert await listed(registry, clerk) == []
    first = company(place, credit_code=code(1), branch_id=village["id"])
    await registry.post("/coverage-units", first, clerk, expect=201)
    for body, pointer in (
        (company(place, "另一家", credit_code=code(1)), "/body/credit_code"),
        (company(place), "/body/name"),
        (company(place, "又一家", branch_id=village["id"]), "/body/branch_id"),
    ):
        refused = await registry.post("/coverage-units", body, clerk, expect=422)
        assert [each["pointer"] for each in refused["errors"]] == [pointer]
    negative = company(place, "负数", employees=-1)
    assert (
        problem(await registry.post("/coverage-units", negative, clerk, 422)) == "invalid-content"
    )


async def test_what_was_said_of_a_day_stays_and_the_last_entry_counts(
    registry: Registry, county: County
) -> None:
    place, clerk = town(county)
    own = await branch(registry, place, "丰源纺织", "branch")
    made = await registry.post("/coverage-units", company(place, members=2), clerk, expect=201)
    path = f"/coverage-units/{made['unit']['id']}/record"
    may = {"valid_from": "2026-05-01", "employees": 90, "members": 30, "branch_id": None}
    await registry.post(path, may, clerk, expect=201)
    right = may | {"members": 3}
    found = await registry.post(path, right, clerk, expect=201)
    assert [(each["members"], each["valid_until"]) for each in found["states"]] == [
        (2, "2026-05-01"),
        (3, None),
    ]
    covered = right | {"valid_from": "2026-06-01", "branch_id": own["id"]}
    found = await registry.post(path, covered, clerk, expect=201)
    assert found["states"][-1]["branch_name"] == "丰源纺织党支部"

    async def on(day: str) -> list[tuple[bool, str, bool]]:
        items = (await registry.get("/coverage-units", clerk, as_of=day))["items"]
        return [(each["qualifies"], each["cover"], each["missing"]) for each in items]

    assert await on("2026-02-28") == []
    assert await on("2026-03-01") == [(False, "none", False)]
    assert await on("2026-05-31") == [(True, "none", True)]
    assert await on("2026-06-01") == [(True, "own", False)]
    async with registry.context.sessions() as session:
        with pytest.raises(DBAPIError, match="append-only"):
            await session.execute(sa.update(CoverageStateRow).values(members=1))


async def test_a_branch_that_has_ended_covers_nobody(registry: Registry, county: County) -> None:
    place, clerk = town(county)
    own = await branch(registry, place, "丰源纺织", "branch")
    body = company(place, branch_id=own["id"])
    await registry.post("/coverage-units", body, clerk, expect=201)
    end = {"dissolved_on": "2026-06-15", "reason": "企业党员转出"}
    await registry.post(f"/organizations/{own['id']}/dissolve", end)
    assert await listed(registry, clerk, as_of="2026-06-14", cover="own") == ["丰源纺织有限公司"]
    assert await listed(registry, clerk, cover="none", qualifying=True) == ["丰源纺织有限公司"]


async def test_a_branch_of_several_is_a_joint_one(registry: Registry, county: County) -> None:
    place, clerk = town(county)
    joint = await branch(registry, place, "纺织园联合", "joint_branch")
    for name in ("甲公司", "乙公司"):
        body = company(place, name, members=1, branch_id=joint["id"])
        await registry.post("/coverage-units", body, clerk, expect=201)
    assert await listed(registry, clerk, cover="joint") == ["甲公司", "乙公司"]
    # As long as it was a branch of its own kind, it was that of one unit: the day decides.
    renamed = {"kind": "branch", "effective_on": "2026-06-20", "reason": "只剩一家"}
    await registry.post(f"/organizations/{joint['id']}/rename", renamed)
    assert await listed(registry, clerk, cover="joint", as_of="2026-06-19") == ["甲公司", "乙公司"]
    assert await listed(registry, clerk, cover="joint") == []


async def test_units_are_corrected_and_leave(registry: Registry, county: County) -> None:
    place, clerk = town(county)
    made = await registry.post("/coverage-units", company(place), clerk, expect=201)
    path = f"/coverage-units/{made['unit']['id']}"
    named = {
        "organization_id": place["id"],
        "kind": "social_organization",
        "name": "丰源商会",
        "credit_code": code(7),
        "division_code": "410724100000",
    }
    missing = await registry.patch(path, named, None, clerk, expect=428)
    assert problem(missing) == "if-match-required"
    found = await registry.patch(path, named, 1, clerk)
    assert {key: found["unit"][key] for key in named} == named
    assert found["unit"]["version"] == 2
    assert problem(await registry.patch(path, named, 1, clerk, expect=412)) == "stale-version"
    moved = named | {"organization_id": county.named("照镜镇党委")["id"]}
    refused = await registry.patch(path, moved, 2, clerk, expect=403)
    assert problem(refused) == "out-of-scope"
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    found = await registry.patch(path, moved, 2, office)
    assert found["unit"]["organization_name"] == "照镜镇党委"
    early = {"ended_on": "2026-03-01", "reason": "注销登记"}
    assert problem(await registry.post(f"{path}/end", early, office, 422)) == "dates-invalid"
    done = {"ended_on": "2026-06-01", "reason": "注销登记"}
    ended = await registry.post(f"{path}/end", done, office)
    assert ended["states"][-1]["valid_until"] == "2026-06-01"
    assert problem(await registry.post(f"{path}/end", done, office, 409)) == "coverage-unit-ended"
    assert await listed(registry, office) == []
    assert await listed(registry, office, as_of="2026-05-31") == ["丰源商会"]
    late = {"valid_from": "2026-06-01", "employees": 1, "members": 0, "branch_id": None}
    refused = await registry.post(f"{path}/record", late, office, expect=422)
    assert problem(refused) == "coverage-rejected"
    again = company(county.named("照镜镇党委"), "丰源商会", credit_code=code(7))
    await registry.post("/coverage-units", again, office, expect=201)


async def five_units(registry: Registry, county: County) -> tuple[dict[str, Any], Caller]:
    """Four companies of a township, one of them missing, and a social organisation elsewhere."""
    place, clerk = town(county)
    other = county.named("照镜镇党委")
    own = await branch(registry, place, "甲公司", "branch")
    joint = await branch(registry, place, "园区联合", "joint_branch")
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    for body in (
        company(place, "甲公司", branch_id=own["id"]),
        company(place, "乙公司", members=1, branch_id=joint["id"]),
        company(place, "丙公司", members=3),
        company(place, "丁公司", members=2),
        company(other, "戊协会", kind="social_organization", employees=9, members=4),
    ):
        await registry.post("/coverage-units", body, office, expect=201)
    return place, clerk


async def test_totals_of_townships_and_county(registry: Registry, county: County) -> None:
    _, clerk = await five_units(registry, county)
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    found = await registry.get("/coverage-summary", office, under=county.id)
    assert found["as_of"] == JUNE
    rows = {each["name"]: each for each in found["items"]}
    assert next(iter(rows)) == "获嘉县委"
    assert set(rows) == {"获嘉县委", "城关镇党委", "照镜镇党委"}
    shown = ("units", "qualifying", "own", "joint", "covered", "missing")
    assert [rows["城关镇党委"][key] for key in shown] == [4, 2, 1, 1, 2, 1]
    assert [rows["获嘉县委"][key] for key in shown] == [5, 3, 1, 1, 2, 2]
    assert rows["获嘉县委"]["employees"] == 4 * 86 + 9
    assert (rows["获嘉县委"]["covered_percent"], rows["获嘉县委"]["built_percent"]) == (4000, 3333)
    mine = await registry.get("/coverage-summary", clerk)
    assert [each["name"] for each in mine["items"]] == ["城关镇党委"]
    hidden = await registry.get("/coverage-summary", clerk, expect=403, under=county.id)
    assert problem(hidden) == "out-of-scope"
    assert await listed(registry, clerk, cover="none", qualifying=True) == ["丙公司"]
    only = await registry.get("/coverage-summary", office, under=county.id, kind="enterprise")
    assert only["items"][0]["units"] == 4


async def test_nobody_fills_these_numbers_in(registry: Registry, county: County) -> None:
    codes = ["coverage_units", "coverage_missing_units", "coverage_percent"]
    villages = [each["id"] for each in county.of_tier("village")[:1]]
    asked = {"organization_ids": villages, "codes": codes, "as_of": JUNE}
    assert (await registry.post("/facts/values", asked))["items"] == []
    place, _ = await five_units(registry, county)
    body = asked | {"organization_ids": [place["id"], *villages]}
    items = (await registry.post("/facts/values", body))["items"]
    values = {(each["organization_id"], each["code"]): each["value"] for each in items}
    assert all(each["derived"] and each["entry_id"] is None for each in items)
    assert values == {
        (place["id"], codes[0]): 4,
        (place["id"], codes[1]): 1,
        (place["id"], codes[2]): 5000,
        (villages[0], codes[0]): 0,
        (villages[0], codes[1]): 0,
    }
    ask = {"organization_id": place["id"], "reference": "r", "title": "组织覆盖"}
    made = await registry.post("/fact-demands", ask | {"codes": codes[:1]}, expect=201)
    assert made["burden"]["to_fill"] == 0


async def test_a_township_sees_its_units_after_a_merger(registry: Registry, county: County) -> None:
    place, clerk = town(county)
    heir = county.named("照镜镇党委")
    made = await registry.post("/coverage-units", company(place), clerk, expect=201)
    merger = {
        "organization_ids": [place["id"]],
        "successor_id": heir["id"],
        "effective_on": "2026-06-30",
        "reason": "撤镇合并",
    }
    await registry.post("/organizations/merge", merger)
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    rows = (await registry.get("/coverage-summary", office, under=county.id))["items"]
    assert {each["name"]: each["units"] for each in rows}["城关镇党委"] == 1
    unit = made["unit"]
    named = {key: unit[key] for key in ("kind", "name", "credit_code", "division_code")}
    body = named | {"organization_id": heir["id"]}
    await registry.patch(f"/coverage-units/{unit['id']}", body, 1, office)
    assert await listed(registry, county.caller(Role.TOWNSHIP, heir["id"])) == [unit["name"]]
