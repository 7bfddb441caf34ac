"""Vacancies and endings through the API, and the reminders of both, told once."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from services.registry.people.jobs import remind_of_posts
from shared.caller import Role
from shared.outbox import outbox
from shared.pagination import encode
from tests.registry.house import ADMIN, County, Registry, problem
from tests.registry.imports.clerk import rows_of
from tests.registry.people.posts import enter, people, today

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"


async def vacant(registry: Registry, **query: object) -> list[dict[str, Any]]:
    items, cursor = [], None
    while True:
        more = query | ({"cursor": cursor} if cursor else {})
        found = await registry.get("/vacancies", ADMIN, 200, limit=100, **more)
        items += found["items"]
        cursor = found["next_cursor"]
        if cursor is None:
            return items


async def events(registry: Registry, kind: str) -> list[dict[str, Any]]:
    async with registry.context.sessions() as session:
        statement = sa.select(outbox.c.data, outbox.c.consumer).where(outbox.c.type == kind)
        rows = (await session.execute(statement.order_by(outbox.c.id))).all()
    assert {row.consumer for row in rows} <= {"notifications"}
    return [row.data for row in rows]


async def test_a_post_is_vacant_from_the_day_after_its_last_term(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    first, last = await people(registry, county, "甲", "乙")
    await enter(registry, village, first, ends_on="2024-06-30")
    held = await enter(registry, village, last, "secretary", "2024-07-01", "2026-06-30")
    query = {"under": village["id"]}
    assert await vacant(registry, as_of="2026-06-30", months=0, **query) == []
    # From 1 July on; three months are over on 30 September.
    assert await vacant(registry, as_of="2026-09-30", **query) == []
    [found] = await vacant(registry, as_of="2026-10-01", **query)
    assert found == {
        "organization_id": village["id"],
        "name": "四街村党支部",
        "kind": "branch",
        "post": "secretary",
        "since": "2026-07-01",
        "months": 3,
        "last": {
            "term_id": held["id"],
            "person_id": last,
            "name": "乙",
            "ends_on": "2026-06-30",
        },
    }
    assert await vacant(registry, as_of="2026-12-30", months=6, **query) == []
    await enter(registry, village, first, "secretary", "2026-11-01")
    assert await vacant(registry, as_of="2026-11-01", months=0, **query) == []
    assert len(await vacant(registry, as_of="2026-10-31", **query)) == 1


async def test_a_post_that_nobody_ever_held_is_vacant_from_the_founding(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    member = (await people(registry, county, "甲"))[0]
    await enter(registry, village, member, "member")
    [found] = await vacant(registry, as_of="2026-11-26", under=village["id"])
    assert (found["since"], found["last"]) == (village["founded_on"], None)
    assert found["months"] == 123
    before = date.fromisoformat(village["founded_on"]) - timedelta(days=1)
    gone = await registry.get("/vacancies", as_of=before, under=village["id"], expect=404)
    assert problem(gone) == "organization-unknown"


async def test_vacancies_agree_with_going_day_by_day(registry: Registry, county: County) -> None:
    """Random terms in forty villages, against a count of the days on which nobody held the post."""
    chance = Random(7)
    villages = county.of_tier("village")[:40]
    who = await people(registry, county, *(f"人{n}" for n in range(4)))
    start = date(2025, 1, 1)
    held: dict[str, set[date]] = {}
    items = []
    for village in villages:
        day = start + timedelta(days=chance.randrange(60))
        days = held.setdefault(village["id"], set())
        for person in who[: chance.randrange(5)]:
            end = day + timedelta(days=chance.randrange(120))
            body = {"person_id": person, "organization_id": village["id"], "post": "secretary"}
            items.append(body | {"starts_on": str(day), "ends_on": str(end)})
            days |= {day + timedelta(days=n) for n in range((end - day).days + 1)}
            day = end + timedelta(days=1 + chance.choice((0, 0, 3, 100)))
    await registry.post("/terms/bulk", {"items": items}, expect=201)
    founded = date.fromisoformat(villages[0]["founded_on"])
    for _ in range(12):
        as_of = start + timedelta(days=chance.randrange(700))
        found = {
            each["organization_id"]: each["since"]
            for each in await vacant(registry, as_of=as_of, months=0, tier="village")
        }
        for village in villages:
            day = as_of
            while day >= founded and day not in held[village["id"]]:
                day -= timedelta(days=1)
            since = None if day == as_of else str(day + timedelta(days=1))
            assert found.get(village["id"]) == since, (village["short_name"], as_of)


async def test_vacancies_are_taken_out_as_a_table(registry: Registry, county: County) -> None:
    here = county.named("四街村党支部")
    [one] = await people(registry, county, "甲")
    await enter(registry, here, one, ends_on="2026-06-30")
    await today(registry, "2026-11-26")
    township = county.caller(Role.TOWNSHIP, here["parent_id"])
    for form, media in (("csv", "text/csv"), ("xlsx", "spreadsheetml")):
        answer = await registry.http.get(
            "/v1/exports/vacancies", params={"format": form}, headers=registry.headers(township)
        )
        assert answer.status_code == 200, answer.text
        assert media in answer.headers["content-type"]
        [head, *rows] = rows_of(answer.content)
        assert head[:3] == ("组织编号", "组织名称", "上级组织")
        listed = (await registry.get("/vacancies", township, limit=500))["items"]
        assert [row[0] for row in rows] == [each["organization_id"] for each in listed]
        [mine] = [row for row in rows if row[0] == here["id"]]
        kind = "党支部"
        last = ("四街村党支部", "城关镇党委", kind, "书记", "2026-07-01", "4", "甲", "2026-06-30")
        assert mine[1:] == last
    trail = await registry.get("/audit", county.caller(Role.INSPECTOR))
    assert [each["action"] for each in trail["items"]].count("people.export") == 2


async def test_each_sees_the_vacancies_of_their_part(registry: Registry, county: County) -> None:
    here = county.named("四街村党支部")
    township = county.caller(Role.TOWNSHIP, here["parent_id"])
    mine = await registry.get("/vacancies", township, tier="village", limit=500)
    siblings = [each for each in county.organizations if each["parent_id"] == here["parent_id"]]
    assert {each["organization_id"] for each in mine["items"]} == {each["id"] for each in siblings}
    alone = await registry.get("/vacancies", county.caller(Role.VILLAGE, here["id"]))
    assert [each["organization_id"] for each in alone["items"]] == [here["id"]]
    there = county.named("照镜村党支部")
    refused = await registry.get("/vacancies", township, under=there["id"], expect=404)
    assert problem(refused) == "organization-unknown"
    committees = await registry.get("/vacancies", kind="committee", limit=500)
    assert len(committees["items"]) == 16


async def test_an_ended_organization_has_no_vacancy(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    body = {"dissolved_on": "2026-03-01", "reason": "并村"}
    await registry.post(f"/organizations/{village['id']}/dissolve", body)
    for day, count in (("2026-02-28", 1), ("2026-03-01", 0)):
        found = await vacant(registry, as_of=day, tier="village")
        assert [each["organization_id"] for each in found].count(village["id"]) == count


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/vacancies", {"as_of": "0001-01-01"}, 200),
        ("/vacancies", {"as_of": "9999-12-31"}, 200),
        ("/vacancies", {"months": "-1"}, 422),
        ("/vacancies", {"months": "121"}, 422),
        ("/vacancies", {"cursor": encode(["\x00", "a"])}, 422),
        ("/vacancies", {"cursor": encode(["a"])}, 422),
        ("/stepped-aside", {"cursor": encode([NOBODY, "x"])}, 422),
        ("/stepped-aside", {"as_of": "0001-01-01"}, 200),
        ("/terms/ending", {"within_days": "-1"}, 422),
        ("/terms/ending", {"within_days": "3660"}, 200),
        ("/terms/ending", {"cursor": encode(["2026-01-01", "x"])}, 422),
        ("/terms/ending", {"cursor": encode(["x", NOBODY])}, 422),
    ],
)
async def test_odd_questions(
    registry: Registry, county: County, path: str, query: dict[str, Any], status: int
) -> None:
    body = await registry.get(path, expect=status, **query)
    assert county.organizations
    assert status == 200 or problem(body) == "invalid-content"


async def confirmed(
    registry: Registry, county: County, place: dict[str, Any], person: str, until: str
) -> dict[str, Any]:
    draft = {"organization_id": place["id"], "planned_on": "2021-12-20"}
    made = await registry.post("/elections", draft, expect=201)
    body: dict[str, Any] = {"held_on": "2021-12-20", "period_until": until}
    body |= {"elected": [{"person_id": person, "post": "secretary"}]}
    await registry.post(f"/elections/{made['id']}/hold", body)
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    return await registry.post(f"/elections/{made['id']}/confirm", None, office)


async def test_what_ends_soon_is_listed(registry: Registry, county: County) -> None:
    await today(registry, "2026-11-26")
    here, there, over = county.of_tier("village")[:3]
    one, two = await people(registry, county, "甲", "乙")
    soon = await enter(registry, here, one, ends_on="2026-11-26")
    await enter(registry, here, two, "member", ends_on="2026-12-26")
    await enter(registry, over, two, ends_on="2026-11-25")
    period = await confirmed(registry, county, there, two, "2026-12-19")
    found = (await registry.get("/terms/ending", within_days=30))["items"]
    assert [(each["kind"], each["ends_on"]) for each in found] == [
        ("term", "2026-11-26"),
        ("period", "2026-12-19"),
        ("term", "2026-12-26"),
    ]
    assert found[0]["id"] == soon["id"]
    assert (found[0]["person_name"], found[0]["post"], found[0]["body"]) == (
        "甲",
        "secretary",
        None,
    )
    assert (found[1]["id"], found[1]["post"], found[1]["body"]) == (period["id"], None, "both")
    assert len((await registry.get("/terms/ending", within_days=29))["items"]) == 2
    first = await registry.get("/terms/ending", within_days=30, limit=2)
    rest = await registry.get("/terms/ending", within_days=30, limit=2, cursor=first["next_cursor"])
    assert first["items"] + rest["items"] == found
    own = county.caller(Role.VILLAGE, there["id"])
    assert (await registry.get("/terms/ending", own, within_days=30))["items"] == [found[1]]
    outside = await registry.get("/terms/ending", own, under=here["id"], expect=403)
    assert problem(outside) == "out-of-scope"


async def test_what_is_settled_already_is_not_listed(registry: Registry, county: County) -> None:
    await today(registry, "2026-11-26")
    here, there = county.of_tier("village")[:2]
    one, two = await people(registry, county, "甲", "乙")
    await enter(registry, here, one, ends_on="2026-12-31")
    await confirmed(registry, county, there, one, "2026-12-19")
    draft = {"organization_id": there["id"], "planned_on": "2026-11-20"}
    coming = await registry.post("/elections", draft, expect=201)
    found = (await registry.get("/terms/ending"))["items"]
    assert [each["planned_on"] for each in found] == ["2026-11-20", None]
    await enter(registry, here, two, "secretary", "2027-01-01")
    body = {"held_on": "2026-11-20", "elected": [{"person_id": two, "post": "secretary"}]}
    await registry.post(f"/elections/{coming['id']}/hold", body)
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    await registry.post(f"/elections/{coming['id']}/confirm", None, office)
    assert (await registry.get("/terms/ending"))["items"] == []


async def test_each_ending_is_told_once_to_township_and_county(
    registry: Registry, county: County
) -> None:
    await today(registry, "2026-09-01")
    here = county.named("四街村党支部")
    [one] = await people(registry, county, "甲")
    await enter(registry, here, one, ends_on="2026-12-31")
    await remind_of_posts(registry.context)
    assert await events(registry, "term.ending") == []
    await today(registry, "2026-10-02")
    for _ in range(3):
        await remind_of_posts(registry.context)
    told = await events(registry, "term.ending")
    assert {each["organization_id"] for each in told} == {here["parent_id"], str(county.id)}
    assert len(told) == 2
    [item] = told[0]["items"]
    assert item == {
        "organization_id": here["id"],
        "name": "四街村党支部",
        "kind": "term",
        "what": "书记",
        "ends_on": "2026-12-31",
        "planned_on": None,
    }
    assert "甲" not in str(told)


async def test_two_sweeps_at_once_tell_it_once(registry: Registry, county: County) -> None:
    await today(registry, "2026-10-02")
    here = county.named("四街村党支部")
    [one] = await people(registry, county, "甲")
    await enter(registry, here, one, ends_on="2026-12-31")
    await asyncio.gather(*(remind_of_posts(registry.context) for _ in range(3)))
    assert len(await events(registry, "term.ending")) == 2
    vacant = [item for each in await events(registry, "post.vacant") for item in each["items"]]
    told = Counter(item["organization_id"] for item in vacant)
    # The county's own post is told to the county; every other to its township as well.
    assert told.pop(str(county.id)) == 1
    assert set(told.values()) == {2}


async def test_a_vacancy_is_told_once_and_a_new_one_again(
    registry: Registry, county: County
) -> None:
    here = county.named("四街村党支部")
    one, two = await people(registry, county, "甲", "乙")
    await enter(registry, here, one, ends_on="2026-06-30")

    def mine(told: list[dict[str, Any]]) -> list[str]:
        items = [item for each in told for item in each["items"]]
        return [each["since"] for each in items if each["organization_id"] == here["id"]]

    await today(registry, "2026-09-30")
    await remind_of_posts(registry.context)
    assert mine(await events(registry, "post.vacant")) == []
    # Everybody else was never filled: each is told to its township and to the county.
    others = {
        item["organization_id"]
        for each in await events(registry, "post.vacant")
        for item in each["items"]
    }
    assert others == {each["id"] for each in county.organizations} - {here["id"]}
    await today(registry, "2026-10-01")
    for _ in range(2):
        await remind_of_posts(registry.context)
    assert mine(await events(registry, "post.vacant")) == ["2026-07-01"] * 2
    await enter(registry, here, two, "secretary", "2026-10-02", "2026-10-31")
    await today(registry, "2027-02-01")
    await remind_of_posts(registry.context)
    assert mine(await events(registry, "post.vacant")) == ["2026-07-01"] * 2 + ["2026-11-01"] * 2
    found = (await registry.get("/vacancies", ADMIN, under=here["id"]))["items"]
    assert [each["since"] for each in found] == ["2026-11-01"]
