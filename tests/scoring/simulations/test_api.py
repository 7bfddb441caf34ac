"""Simulations over HTTP: what they give, who sees them, what a bad one is told, what they touch."""

import io
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from python_calamine import CalamineWorkbook

from shared.caller import Caller, Role
from shared.tables import new_id
from tests.accounts import caller
from tests.scoring.county import problem
from tests.scoring.results.story import FIVE, Story

MARK = "模拟结果，不作公布依据"
HIGHER = {"name": "总分线101", "changes": [{"path": "lines.total_line.points", "to": "101"}]}
DEARER = {
    "name": "书记每星500元",
    "changes": [{"path": "linkages.star_pay.rates.secretary.amount", "to": "500"}],
}


def body(*variants: dict[str, Any], **others: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    return {"title": "测算", "variants": list(variants), **others}


async def simulated(story: Story, *variants: dict[str, Any], **others: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    path = f"/v1/cycles/{story.id}/simulations"
    made: dict[str, Any] = (
        await story.post(path, story.recorder, body(*variants, **others), 201)
    ).json()
    return made


def stars_of(view: dict[str, Any]) -> int:
    return sum(each["count"] for each in view["county"]["stars"])


async def test_variants_stand_beside_what_was_determined(settled: Story) -> None:
    results = await settled.results()
    made = await simulated(settled, HIGHER, DEARER, ceilings={"county_finance": "0"})
    assert (made["simulation"], made["mark"], made["basis"]) == (True, MARK, "determined")
    # The policy in force gives exactly what the committee determined.
    held = sum(len(each["stars"]) for each in results)
    assert stars_of(made["base"]) == held > 0
    higher, dearer = made["variants"]
    assert stars_of(higher) < held
    lost = sum(len(each["lost"]) for each in higher["moves"])
    assert stars_of(higher) == held - lost
    assert all(each["clauses"] and each["sentence"] for each in higher["moves"])
    assert stars_of(dearer) == held
    assert dearer["moves"] == []
    base_bill = {each["payer"]: each["total"] for each in made["base"]["bill"]}
    dear_bill = {each["payer"]: each["total"] for each in dearer["bill"]}
    # 200 元 more for each star of a 书记 from 三星 on, twelve months: a multiple of 2,400.
    difference = float(dear_bill["village_collective"]) - float(base_bill["village_collective"])
    assert difference > 0
    assert difference % 2400 == 0
    finance = next(each for each in dearer["bill"] if each["payer"] == "county_finance")
    assert finance["ceiling"] == "0.00"
    assert finance["over"] == finance["payable"] != "0.00"


async def test_a_simulation_changes_no_result_and_tells_nobody(settled: Story) -> None:
    results, sent = await settled.results(), await settled.service.sent()
    made = await simulated(settled, HIGHER)
    await settled.post(f"/v1/simulations/{made['id']}/replay", settled.recorder, None, 200)
    assert await settled.results() == results
    assert await settled.service.sent() == sent
    assert (await settled.replay())["differences"] == []


async def test_a_replay_gives_the_same_bytes(settled: Story) -> None:
    made = await simulated(settled, HIGHER)
    path = f"/v1/simulations/{made['id']}/replay"
    again = (await settled.post(path, settled.recorder, None, 200)).json()
    assert again["identical"] is True
    assert again["found"] == again["expected"] == made["outcome_hash"]


async def test_the_inputs_of_a_running_cycle_are_provisional(reviewed: Story) -> None:
    made = await simulated(reviewed, HIGHER, basis="provisional")
    assert made["base"]["provisional"] is True
    path = f"/v1/cycles/{reviewed.id}/simulations"
    early = await reviewed.post(path, reviewed.recorder, body(HIGHER), 404)
    assert problem(early) == "results-not-ready"


async def test_everything_wrong_comes_at_once_and_nothing_is_kept(settled: Story) -> None:
    wrong = {
        "name": "有误",
        "changes": [
            {"path": "lines.no_line.points", "to": "84"},
            {"path": "lines.total_line.points", "to": "高"},
        ],
    }
    tabbed = {"name": "制表符", "text": "code:\tx\n"}
    foreign = {"name": "别县", "policy_id": str(new_id())}
    path = f"/v1/cycles/{settled.id}/simulations"
    answer = await settled.post(
        path, settled.recorder, body(wrong, HIGHER, tabbed, foreign, HIGHER), 422
    )
    assert problem(answer) == "simulation-faulty"
    pointers = [each["pointer"] for each in answer.json()["errors"]]
    assert pointers.count("/body/variants/0") == 2
    assert {"/body/variants/2", "/body/variants/3", "/body/variants/4/name"} <= set(pointers)
    assert (await settled.get(path))["items"] == []


@pytest.mark.parametrize(
    "bad",
    [
        body(),
        body(*({**HIGHER, "name": str(n)} for n in range(6))),
        body(HIGHER, nearest=201),
        body(HIGHER, ceilings={"county_finance": "1.234"}),
        body(HIGHER, ceilings={"nobody": "1"}),
        body({**HIGHER, "text": "x", "policy_id": str(new_id())}),
        body({**HIGHER, "scores": "guess"}),
        body(HIGHER, announce=True),
    ],
    ids=["none", "six", "nearest", "fen", "payer", "two sources", "rule", "unknown field"],
)
async def test_bad_input_is_refused(settled: Story, bad: dict[str, Any]) -> None:
    path = f"/v1/cycles/{settled.id}/simulations"
    answer = await settled.post(path, settled.recorder, bad, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await settled.get(path))["items"] == []


def strangers(story: Story) -> list[Caller]:
    county, branch = story.service.county, story.branches[FIVE]
    return [
        county.village(branch),
        county.township(branch),
        county.caller(Role.DEPARTMENT, "agriculture_bureau"),
        county.caller(Role.FINANCE),
        county.caller(Role.SOURCE_OFFICE),
    ]


async def test_only_three_roles_of_the_county_see_it(settled: Story) -> None:
    made = await simulated(settled, HIGHER)
    one = f"/v1/simulations/{made['id']}"
    pages = (f"/v1/cycles/{settled.id}/simulations", f"/v1/cycles/{settled.id}/sensitivity")
    for role in (Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE, Role.INSPECTOR):
        who = settled.service.county.caller(role)
        for path in (one, f"{one}/xlsx", f"{one}/charts/bill", *pages):
            await settled.service.call("GET", path, who, expect=200)
    # A grant for a township is not one for the county, whatever the role.
    branch = settled.branches[FIVE]
    partial = caller(Role.COMMITTEE, branch.parent_id or branch.id)
    elsewhere = caller(Role.ORGANIZATION_DEPARTMENT, settled.service.other.committee.id)
    for path in (one, f"{one}/xlsx", f"{one}/charts/levels"):
        for who in (partial, elsewhere):
            await settled.service.call("GET", path, who, expect=404)
        for who in strangers(settled):
            await settled.service.call("GET", path, who, expect=403)
    for path in pages:
        await settled.service.call("GET", path, elsewhere, expect=404)
        for who in strangers(settled):
            await settled.service.call("GET", path, who, expect=403)
    for role in (Role.COMMITTEE, Role.INSPECTOR):
        who = settled.service.county.caller(role)
        await settled.post(f"/v1/cycles/{settled.id}/simulations", who, body(HIGHER), 403)


async def test_archived_it_leaves_the_list_and_stays_readable(settled: Story) -> None:
    made = await simulated(settled, HIGHER)
    path, listed = f"/v1/simulations/{made['id']}", f"/v1/cycles/{settled.id}/simulations"
    await settled.post(f"{path}/archive", settled.recorder, {"reason": ""}, 422)
    gone = (
        await settled.post(f"{path}/archive", settled.recorder, {"reason": "另行测算"}, 200)
    ).json()
    assert gone["state"] == "archived"
    again = await settled.post(f"{path}/archive", settled.recorder, {"reason": "另行测算"}, 409)
    assert problem(again) == "illegal-transition"
    assert (await settled.get(listed))["items"] == []
    assert len((await settled.get(f"{listed}?state=archived"))["items"]) == 1
    assert (await settled.get(path))["outcome_hash"] == made["outcome_hash"]


async def test_sheets_and_charts_carry_the_mark(settled: Story) -> None:
    made = await simulated(settled, HIGHER, DEARER)
    path = f"/v1/simulations/{made['id']}"
    answer = await settled.service.call("GET", f"{path}/xlsx", settled.recorder, expect=200)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert len(book.sheet_names) >= 6
    for name in book.sheet_names:
        cells = [str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row]
        assert any(MARK in cell for cell in cells), name
    for chart in ("levels", "bill", "townships"):
        drawn = await settled.service.call(
            "GET", f"{path}/charts/{chart}", settled.recorder, expect=200
        )
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        ET.fromstring(drawn.text)  # noqa: S314 -- our own bytes
        assert MARK in drawn.text
        assert "href" not in drawn.text
    await settled.service.call("GET", f"{path}/charts/pie", settled.recorder, expect=422)


async def test_close_verdicts_are_counted(settled: Story) -> None:
    path = f"/v1/cycles/{settled.id}/sensitivity"
    wide = await settled.get(f"{path}?within=10")
    assert wide["below"] + wide["on"] + wide["above"] >= wide["close_verdicts"] > 0
    assert sum(each["deciding"] for each in wide["lines"]) == wide["deciding"]
    narrow = await settled.get(f"{path}?within=0")
    assert narrow["below"] == narrow["above"] == 0
    for within in ("-1", "10.01", "0.001", "多"):
        await settled.service.call("GET", f"{path}?within={within}", settled.recorder, expect=422)
