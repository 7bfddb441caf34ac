"""What a person was part of beside terms: the reserve, courses, elections; given and in the way."""

import asyncio
import io
from dataclasses import dataclass
from typing import Any

import pytest
import python_calamine

from shared.caller import Role
from tests.registry.house import ADMIN, problem
from tests.registry.people.posts import people, today
from tests.registry.privacy.conftest import NAME, SECURITY, Life

DAY = "2026-11-20"
COURSE = {
    "title": "村党组织书记集中轮训",
    "kind": "classroom",
    "organiser": "县委党校",
    "starts_on": "2026-04-13",
    "ends_on": "2026-04-17",
    "hours": 40,
}


@dataclass
class Career:
    """A person who stands in reserve, attended a course and waits for two seats."""

    life: Life
    village: dict[str, Any]
    reserve_id: str
    course_id: str
    election_id: str

    @property
    def stands(self) -> dict[str, Any]:
        """Another entry in the reserve."""
        body = {"organization_id": self.village["id"], "person_id": self.life.person_id}
        return body | {"kind": "committee", "starts_on": "2026-05-01", "source": "退役军人"}

    @property
    def won(self) -> dict[str, Any]:
        """A result with two seats for the person."""
        seats = [(self.life.person_id, post) for post in ("secretary", "director")]
        elected = [{"person_id": person, "post": post} for person, post in seats]
        return {"held_on": DAY, "elected": elected}

    async def leave_reserve(self) -> None:
        body = {"reason": "外出务工"}
        await self.life.registry.post(f"/reserve/{self.reserve_id}/remove", body)

    async def return_result(self, planned_on: str = "2026-12-20") -> None:
        body = {"planned_on": planned_on, "reason": "程序有误"}
        await self.life.registry.post(f"/elections/{self.election_id}/return", body)


@pytest.fixture
async def career(life: Life) -> Career:
    registry, village = life.registry, life.county.named("照镜村党支部")
    await today(registry, "2026-11-26")
    stands = {"organization_id": village["id"], "person_id": life.person_id, "kind": "secretary"}
    stands |= {"starts_on": "2026-03-01", "ends_on": "2026-06-30", "source": "返乡大学生"}
    entry = await registry.post("/reserve", stands, expect=201)
    county = str(life.county.id)
    course = await registry.post("/courses", COURSE | {"organization_id": county}, expect=201)
    mark = {"person_id": life.person_id, "hours": 32, "completed": True}
    await registry.post(f"/courses/{course['id']}/attendance", {"items": [mark]})
    due = {"organization_id": village["id"], "body": "both", "planned_on": DAY}
    election = await registry.post("/elections", due, expect=201)
    made = Career(life, village, entry["id"], course["id"], election["id"])
    await registry.post(f"/elections/{election['id']}/hold", made.won)
    return made


async def test_reserve_courses_and_seats_are_given(career: Career) -> None:
    life, village = career.life, career.village
    held = await life.registry.get(f"{life.path}/export", SECURITY)
    [entry] = held["reserve"]
    assert (entry["id"], entry["source"], entry["state"]) == (
        career.reserve_id,
        "返乡大学生",
        "in_reserve",
    )
    own = {name: COURSE[name] for name in ("title", "starts_on", "ends_on")}
    attended = {"course_id": career.course_id, "hours": 32, "completed": True}
    assert held["trained"] == [own | attended]
    seat = {"election_id": career.election_id, "organization_id": village["id"], "body": "both"}
    seat |= {"state": "held", "held_on": DAY, "term_id": None}
    assert held["elected"] == [seat | {"post": post} for post in ("director", "secretary")]


async def test_seats_tell_the_terms_that_they_became(career: Career) -> None:
    life = career.life
    office = life.county.caller(Role.ORGANIZATION_DEPARTMENT)
    await life.registry.post(f"/elections/{career.election_id}/confirm", caller=office)
    held = await life.registry.get(f"{life.path}/export", SECURITY)
    assert {each["state"] for each in held["elected"]} == {"confirmed"}
    assert {each["term_id"] for each in held["elected"]} < {each["id"] for each in held["terms"]}


async def test_the_workbook_has_a_sheet_for_each(career: Career) -> None:
    life, village = career.life, career.village
    answer = await life.registry.http.get(
        f"/v1{life.path}/export/xlsx", headers=life.registry.headers(SECURITY)
    )
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    period = ["2026-03-01", "2026-06-30"]
    assert sheets["后备"][1:] == [[village["name"], "书记后备", "返乡大学生", *period, "在库", ""]]
    days = ["2026-04-13", "2026-04-17"]
    assert sheets["培训"][1:] == [["村党组织书记集中轮训", *days, "32", "是"]]
    assert sheets["当选"][1:] == [
        [village["name"], "两委", post, "已选举、待确认", DAY, career.election_id]
        for post in ("村委会主任", "书记")
    ]


async def test_the_reserve_and_a_waiting_result_stand_in_the_way(career: Career) -> None:
    life = career.life
    await life.retire()
    looked = await life.registry.get(f"{life.path}/erase", SECURITY)
    assert [(each["kind"], each["id"]) for each in looked["blocks"]] == [
        ("reserve", career.reserve_id),
        ("election", career.election_id),
    ]
    assert ["出库" in looked["blocks"][0]["what"], "退回" in looked["blocks"][1]["what"]] == [
        True
    ] * 2
    refused = await life.ask(expect=409)
    assert problem(refused) == "erasure-blocked"
    assert [each["pointer"] for each in refused["errors"]] == [
        f"/reserve/{career.reserve_id}",
        f"/elections/{career.election_id}",
    ]
    await career.leave_reserve()
    await career.return_result()
    assert (await life.registry.get(f"{life.path}/erase"))["possible"]


async def test_what_is_entered_after_the_request_stops_the_confirmation(career: Career) -> None:
    life, registry = career.life, career.life.registry
    await life.retire()
    await career.leave_reserve()
    await career.return_result()
    path = f"/erasures/{(await life.ask())['id']}/confirm"
    career.reserve_id = (await registry.post("/reserve", career.stands, expect=201))["id"]
    refused = await registry.post(path, caller=SECURITY, expect=409)
    assert [each["pointer"] for each in refused["errors"]] == [f"/reserve/{career.reserve_id}"]
    await career.leave_reserve()
    await registry.post(f"/elections/{career.election_id}/hold", career.won)
    refused = await registry.post(path, caller=SECURITY, expect=409)
    assert [each["pointer"] for each in refused["errors"]] == [f"/elections/{career.election_id}"]
    await career.return_result("2026-12-21")
    assert (await registry.post(path, caller=SECURITY))["state"] == "done"
    entries = (await registry.get("/reserve", person_id=life.person_id))["items"]
    assert {each["state"] for each in entries} == {"removed"}
    attended = await registry.get(f"/courses/{career.course_id}/attendance")
    assert [each["person_id"] for each in attended["items"]] == [life.person_id]


@pytest.mark.parametrize(
    ("what", "codes"),
    [("reserve", (201, 404)), ("restore", (200, 409)), ("hold", (200, 422))],
)
async def test_what_is_being_entered_and_an_erasure_take_turns(
    career: Career, what: str, codes: tuple[int, int]
) -> None:
    life, registry = career.life, career.life.registry
    await life.retire()
    await career.leave_reserve()
    await career.return_result()
    asked = await life.ask()
    entering = {
        "reserve": ("/v1/reserve", career.stands),
        "restore": (f"/v1/reserve/{career.reserve_id}/restore", {"reason": "返乡"}),
        "hold": (f"/v1/elections/{career.election_id}/hold", career.won),
    }
    where, body = entering[what]
    confirm = f"/v1/erasures/{asked['id']}/confirm"
    answers = await asyncio.gather(
        registry.http.post(where, json=body, headers=registry.headers(ADMIN)),
        registry.http.post(confirm, headers=registry.headers(SECURITY)),
    )
    found = tuple(each.status_code for each in answers)
    entered, refused = codes
    assert found in ((entered, 409), (refused, 200)), [each.text for each in answers]


async def test_mentions_in_what_people_wrote_about_posts_are_told(career: Career) -> None:
    life, registry = career.life, career.life.registry
    # The own entry loses these when erased; what is written of the son stays.
    await registry.post(f"/reserve/{career.reserve_id}/remove", {"reason": f"{NAME}外出"})
    [son] = await people(registry, life.county, "乙")
    stands = career.stands | {"person_id": son, "source": f"{NAME}之子"}
    entry = await registry.post("/reserve", stands, expect=201)
    await registry.post(f"/reserve/{entry['id']}/remove", {"reason": f"{NAME}之子外出"})
    later = {"planned_on": "2026-12-20", "reason": f"{NAME}票数有误"}
    await registry.post(f"/elections/{career.election_id}/return", later)
    written = {"title": f"{NAME}先进事迹报告会", "organiser": f"{NAME}工作室"}
    body = COURSE | written | {"organization_id": career.village["id"]}
    await registry.post("/courses", body, expect=201)
    two = {"strong_id": life.county.named("四街村党支部")["id"], "weak_id": career.village["id"]}
    words = {"purpose": f"学{NAME}", "reason": f"{NAME}牵线", "starts_on": "2026-03-01"}
    pair = await registry.post("/pairs", two | words, expect=201)
    ended = {"ends_on": "2026-10-31", "reason": f"{NAME}离任"}
    await registry.post(f"/pairs/{pair['id']}/end", ended)
    told = (await registry.get(f"{life.path}/erase"))["mentions"]
    assert told.pop("audit_reason") >= 2
    assert told == {
        "reserve_source": 1,
        "reserve_reason": 1,
        "election_reason": 1,
        "pair_purpose": 1,
        "pair_reason": 1,
        "pair_end_reason": 1,
        "course_title": 1,
        "course_organiser": 1,
    }
