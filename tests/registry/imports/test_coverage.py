"""两新 units by spreadsheet: registered, corrected, said anew, and taken out again."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from shared.caller import Role
from tests.registry.coverage.test_api import branch, code
from tests.registry.house import County, Registry, problem
from tests.registry.imports.clerk import (
    Rows,
    carry_out,
    counts,
    errors,
    rows_of,
    send,
    sheet,
    taken_out,
    titles,
)

COVERS = ("none", "own", "joint")


@pytest.fixture(autouse=True)
async def december(registry: Registry) -> None:
    body = {"now": "2026-12-31T04:00:00Z"}
    assert (await registry.http.post("/v1/demo/clock", json=body)).is_success


def row(place: str, name: str, *cells: str, unit: str = "") -> list[str]:
    return [place, "", unit, name, *cells]


def table(rows: Rows) -> bytes:
    return sheet("coverage", rows)


async def test_a_townships_ledger_comes_in_and_goes_out(registry: Registry, county: County) -> None:
    town = county.named("城关镇党委")
    clerk = county.caller(Role.TOWNSHIP, town["id"])
    joint = await branch(registry, town, "园区联合", "joint_branch")
    day = "2026-03-01"
    rows = [
        row(town["id"], "甲公司", "非公企业", code(1), "410724100000", "86", "5", "", day),
        row(town["id"], "乙公司", "非公企业", "", "", "12", "1", joint["id"], day),
        row(town["id"], "丙协会", "社会组织", "", "", "9", "3", joint["id"], day),
    ]
    done = await carry_out(registry, "coverage", table(rows), clerk)
    assert (done["state"], counts(done)) == ("done", (3, 0, 0))
    assert counts(await send(registry, "coverage", table(rows), clerk)) == (0, 0, 3)
    exported = await taken_out(registry, "coverage", clerk)
    assert [cells[3] for cells in rows_of(exported)] == ["单位名称", "甲公司", "乙公司", "丙协会"]
    assert counts(await send(registry, "coverage", exported, clerk)) == (0, 0, 3)
    # Known by its code under another name; said anew of a later day; and one that is new.
    rows[0] = row(town["id"], "甲集团", "非公企业", code(1), "", "86", "5", "", day)
    rows[1][-1], rows[1][7] = "2026-06-01", "13"
    rows.append(row(town["id"], "丁公司", "非公企业", "", "", "4", "0", "", day))
    done = await carry_out(registry, "coverage", table(rows), clerk)
    assert counts(done) == (1, 2, 1)
    found = {each["name"]: each for each in (await registry.get("/coverage-units", clerk))["items"]}
    assert sorted(found) == ["丁公司", "丙协会", "乙公司", "甲集团"]
    assert found["甲集团"]["division_code"] == "410724100000"
    history = await registry.get(f"/coverage-units/{found['乙公司']['id']}", clerk)
    assert [each["employees"] for each in history["states"]] == [12, 13]
    xlsx = await taken_out(registry, "coverage", clerk, "xlsx")
    assert counts(await send(registry, "coverage", xlsx, clerk)) == (0, 0, 4)


async def test_all_faults_are_named_at_once(registry: Registry, county: County) -> None:
    town, other = county.named("城关镇党委"), county.named("照镜镇党委")
    village = county.named("四街村党支部")["id"]
    clerk = county.caller(Role.TOWNSHIP, town["id"])
    end, day = ("非公企业", "", ""), "2026-03-01"
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    there = [row(other["id"], "外镇公司", "非公企业", code(9), "", "8", "0", "", day)]
    await carry_out(registry, "coverage", table(there), office)
    rows = [
        row(town["id"], "甲公司", *end, "8", "9", "", day),
        row(town["id"], "乙公司", "公司", "123", "", "8", "0", "", day),
        row(town["id"], "丙公司", "非公企业", "", "99", "8", "x", "", "2027-01-01"),
        row(town["id"], "丁公司", *end, "8", "0", "没有", day),
        row(other["id"], "戊公司", *end, "8", "0", "", day),
        row(town["id"], "己公司", *end, "8", "0", village, day),
        row(town["id"], "庚公司", *end, "8", "0", village, day),
        row(town["id"], "己公司", *end, "9", "0", "", day),
        row(town["id"], "辛公司", *end, "9", "0", "", day, unit=village),
        row(town["id"], "壬公司", "非公企业", code(9), "", "8", "0", "", day),
    ]
    refused = await send(registry, "coverage", table(rows), clerk, expect=422)
    assert problem(refused) == "import-rejected"
    assert {pointer for pointer, _ in errors(refused)} == {
        "row 2, column 正式党员",
        "row 3, column 单位类型",
        "row 4, column 区划代码",
        "row 4, column 正式党员",
        "row 5, column 覆盖党组织编号",
        "row 6, column 组织编号",
        "row 8, column 覆盖党组织编号",
        "row 9, column 单位名称",
        "row 10, column 单位编号",
        "row 11, column 统一社会信用代码",
    }
    assert (await registry.get("/coverage-units", clerk))["items"] == []


def drawn(pick: random.Random, places: Sequence[str], branches: dict[str, str]) -> list[list[str]]:
    """What a year says of forty units: some days each, some of them by a joint branch."""
    rows = []
    for number in range(40):
        place = pick.choice(places)
        for day in sorted(pick.sample(range(300), pick.randint(1, 3))):
            members = pick.randint(0, 5)
            covered = branches.get(pick.choice(COVERS), "")
            begin = (date(2026, 1, 1) + timedelta(days=day)).isoformat()
            said = (str(members + pick.randint(0, 90)), str(members), covered, begin)
            rows.append(row(place, f"{number:02}号公司", "非公企业", "", "", *said))
    return rows


def expected(rows: list[list[str]], day: str) -> dict[str, int]:
    """Count, row by row, what stood on a day."""
    then: dict[str, list[str]] = {}
    for each in sorted(rows, key=lambda cells: cells[10]):
        if each[10] <= day:
            then[each[3]] = each
    members = [(int(each[8]), bool(each[9])) for each in then.values()]
    return {
        "units": len(then),
        "employees": sum(int(each[7]) for each in then.values()),
        "members": sum(number for number, _ in members),
        "qualifying": sum(number >= 3 for number, _ in members),
        "covered": sum(covered for _, covered in members),
        "missing": sum(number >= 3 and not covered for number, covered in members),
    }


async def test_the_sums_of_any_day_are_those_of_the_rows(
    registry: Registry, county: County
) -> None:
    towns = county.of_tier("township")[:3]
    joint = await branch(registry, towns[0], "园区联合", "joint_branch")
    rows = drawn(random.Random(11), [each["id"] for each in towns], {"joint": joint["id"]})
    for turn in range(3):
        # Of one unit only one row a file, so that a file is what one day's round brings.
        mine = [each for n, each in enumerate(rows) if earlier(rows, n) == turn]
        done = await carry_out(registry, "coverage", table(mine))
        assert done["state"] == "done"
    for day in ("2025-12-31", "2026-02-01", "2026-05-15", "2026-09-30", "2026-12-31"):
        found = await registry.get("/coverage-summary", under=county.id, as_of=day)
        want = expected(rows, day)
        assert {key: found["items"][0][key] for key in want} == want
        below: list[dict[str, Any]] = found["items"][1:]
        assert sum(each["units"] for each in below) == want["units"]


def earlier(rows: list[list[str]], place: int) -> int:
    """How many rows before this one say something of the same unit."""
    return sum(each[3] == rows[place][3] for each in rows[:place])


def test_the_template_asks_for_what_the_ledger_keeps() -> None:
    assert titles("coverage")[2:6] == ["单位编号", "单位名称", "单位类型", "统一社会信用代码"]
