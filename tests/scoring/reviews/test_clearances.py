"""Source offices answer, whole or in part; silence is listed and nobody is named."""

from typing import Any

import pytest

from shared.caller import Role
from tests.scoring.reviews.round import Round

LETTER = "获信函〔2026〕12号"
PETITIONS = "petition_bureau"


def sheet(round_: Round, office: str = PETITIONS) -> str:
    return f"/v1/cycles/{round_.id}/clearances/{office}"


def petitions(round_: Round, village: str = "楼村", **counts: int) -> dict[str, Any]:
    problem = {"reference": "XF-2026-0012", "counts": counts}
    return {str(round_.branch(village).id): {"petitions": {"problems": [problem]}}}


async def test_answers_come_in_parts_and_the_rest_is_none(recommending: Round) -> None:
    who = recommending.source(PETITIONS)
    body = {"reference": LETTER, "answers": petitions(recommending, county_group_visit=2)}
    first = await recommending.put(sheet(recommending), who, body, 0, expect=200)
    assert (first.json()["missing"], first.json()["version"]) == (7, 1)
    assert first.json()["receipt"].startswith("sha256:")
    rest = {"reference": "获信函〔2026〕13号", "rest_none": True}
    second = await recommending.put(sheet(recommending), who, rest, 1, expect=200)
    assert second.json()["missing"] == 0
    kept = second.json()["answers"][str(recommending.branch("楼村").id)]["petitions"]
    assert kept["reference"] == LETTER
    assert kept["problems"][0]["counts"] == {"county_group_visit": 2}
    stale = await recommending.put(sheet(recommending), who, rest, 1)
    recommending.refused(stale, 412, "stale-version")


async def test_an_answer_can_be_corrected_until_the_determination(recommending: Round) -> None:
    who = recommending.source(PETITIONS)
    body = {"reference": LETTER, "answers": petitions(recommending, county_group_visit=2)}
    await recommending.put(sheet(recommending), who, body, 0, expect=200)
    none: dict[str, Any] = {str(recommending.branch("楼村").id): {"petitions": {"problems": []}}}
    body = {"reference": "获信函〔2026〕14号", "answers": none}
    saved = await recommending.put(sheet(recommending), who, body, 1, expect=200)
    answer = saved.json()["answers"][str(recommending.branch("楼村").id)]["petitions"]
    assert answer == {"problems": [], "reference": "获信函〔2026〕14号"}


@pytest.mark.parametrize(
    ("village", "line", "answer", "slug"),
    [
        ("楼村", "serious_crime", {"hit": True}, "unknown-bottom-line"),
        ("楼村", "petitions", {"hit": False}, "answer-kind-wrong"),
        ("楼村", "petitions", {}, "answer-kind-wrong"),
        ("楼村", "petitions", {"hit": False, "problems": []}, "answer-kind-wrong"),
        ("东街居委会", "petitions", {"problems": []}, "not-participating"),
        (
            "楼村",
            "petitions",
            {"problems": [{"reference": "XF-1", "counts": {"moon_visit": 1}}]},
            "event-count-wrong",
        ),
        (
            "楼村",
            "petitions",
            {"problems": [{"reference": "张某某", "counts": {}}]},
            "reference-not-allowed",
        ),
        (
            "楼村",
            "petitions",
            {"problems": [], "reference": "村民王某多次上访"},
            "reference-not-allowed",
        ),
        ("楼村", "petitions", {"problems": [], "note": "情况说明"}, "invalid-content"),
        (
            "楼村",
            "petitions",
            {"problems": [{"reference": "XF-1", "counts": {"county_group_visit": -1}}]},
            "invalid-content",
        ),
    ],
)
async def test_a_wrong_answer_is_refused_and_nothing_is_saved(
    recommending: Round, village: str, line: str, answer: dict[str, Any], slug: str
) -> None:
    answers = {str(recommending.branch(village).id): {line: answer}}
    body = {"reference": LETTER, "answers": answers, "rest_none": True}
    who = recommending.source(PETITIONS)
    refused = await recommending.put(sheet(recommending), who, body, 0)
    recommending.refused(refused, 422, slug)
    kept = await recommending.get(sheet(recommending), who)
    assert (kept.json()["version"], kept.json()["answers"]) == (0, {})


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"reference": "情况属实"}, "nothing-answered"),
        ({"reference": "情况属实", "rest_none": True}, "reference-not-allowed"),
        ({"reference": "410724198001010011", "rest_none": True}, "reference-not-allowed"),
        ({"rest_none": True}, "invalid-content"),
    ],
)
async def test_silence_and_stories_are_no_answer(
    recommending: Round, body: dict[str, Any], slug: str
) -> None:
    answer = await recommending.put(sheet(recommending), recommending.source(PETITIONS), body, 0)
    recommending.refused(answer, 422, slug)


async def test_every_office_answers_for_itself(recommending: Round) -> None:
    body = {"reference": LETTER, "rest_none": True}
    county = recommending.service.county
    cases = [
        (recommending.source("ecology_bureau"), 403, "other-source-office"),
        (county.township(recommending.branch("楼村")), 403, "forbidden"),
        (recommending.service.other.caller(Role.SOURCE_OFFICE, PETITIONS), 403, "out-of-scope"),
        (recommending.office(), 409, "office-still-in-time"),
    ]
    for who, status, slug in cases:
        answer = await recommending.put(sheet(recommending), who, body, 0)
        recommending.refused(answer, status, slug)
    who = recommending.source(PETITIONS)
    answer = await recommending.put(sheet(recommending, "tax_bureau"), who, body, 0)
    recommending.refused(answer, 404, "unknown-source-office")
    blind = await recommending.service.call("PUT", sheet(recommending), who, json=body)
    recommending.refused(blind, 428, "if-match-required")


async def test_an_office_reads_its_own_answers_only(recommending: Round) -> None:
    county = recommending.service.county
    answer = await recommending.get(
        sheet(recommending), recommending.source("ecology_bureau"), expect=403
    )
    recommending.refused(answer, 403, "other-source-office")
    for who in (recommending.office(), recommending.inspector(), county.caller(Role.COMMITTEE)):
        await recommending.get(sheet(recommending), who)
        status = await recommending.get(f"/v1/cycles/{recommending.id}/clearances", who)
        assert len(status.json()["items"]) == 8
    own = await recommending.get(
        f"/v1/cycles/{recommending.id}/clearances", recommending.source(PETITIONS)
    )
    assert [(each["office"], each["asked"], each["missing"]) for each in own.json()["items"]] == [
        (PETITIONS, 8, 8)
    ]
    village = county.village(recommending.branch("楼村"))
    answer = await recommending.get(f"/v1/cycles/{recommending.id}/clearances", village, expect=403)
    recommending.refused(answer, 403, "forbidden")


async def test_a_late_office_answers_on_paper_and_the_office_enters_it(recommending: Round) -> None:
    """Silence blocks, but it is no dead end: the written answer may be entered with a reason."""
    await recommending.service.move_clock(f"{recommending.cycle['clear_until']} 12:00")
    body = {"reference": LETTER, "rest_none": True}
    answer = await recommending.put(sheet(recommending), recommending.office(), body, 0)
    recommending.refused(answer, 409, "office-still-in-time")
    await recommending.service.pass_days(1)
    answer = await recommending.put(sheet(recommending), recommending.office(), body, 0)
    recommending.refused(answer, 409, "office-still-in-time")
    entered = body | {"reason": "信访局系统故障，按其书面答复录入"}
    saved = await recommending.put(sheet(recommending), recommending.office(), entered, 0)
    assert saved.status_code == 200, saved.text
    assert saved.json()["missing"] == 0


async def test_the_silences_are_listed_page_by_page(recommending: Round) -> None:
    who = recommending.source("public_security_bureau")
    base = f"/v1/cycles/{recommending.id}/missing-clearances"
    seen: list[tuple[str, str]] = []
    cursor = ""
    while True:
        page = (await recommending.get(f"{base}?limit=5&total=true{cursor}", who)).json()
        assert page["total"] == 16
        seen += [(each["organization_id"], each["bottom_line"]) for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 16
    duty = await recommending.duties(who)
    assert [(each["kind"], each["open"]) for each in duty] == [("clear", 16)]
