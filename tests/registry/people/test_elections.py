"""Elections through the API: planned, put off, held, confirmed by a second person."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.audit import audit_log
from shared.caller import Caller, Role
from shared.outbox import outbox
from tests.registry.house import ADMIN, County, Registry, problem
from tests.registry.people.posts import enter, people, posts_on, today

NOBODY = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01"


DAY = "2026-11-20"


@pytest.fixture(autouse=True)
async def november(registry: Registry) -> None:
    await today(registry, "2026-11-26")


async def planned(
    registry: Registry, place: dict[str, Any], caller: Caller = ADMIN, **more: str
) -> dict[str, Any]:
    body = {"organization_id": place["id"], "body": "both", "planned_on": DAY} | more
    return await registry.post("/elections", body, caller, expect=201)


def result(seats: Sequence[tuple[str, str]], **more: str) -> dict[str, Any]:
    elected = [{"person_id": person, "post": post} for person, post in seats]
    return {"held_on": DAY, "elected": elected} | more


async def told(registry: Registry, kind: str, consumer: str = "scoring") -> list[UUID]:
    async with registry.context.sessions() as session:
        wanted = (outbox.c.type == kind, outbox.c.consumer == consumer)
        rows = await session.execute(sa.select(outbox.c.aggregate_id).where(*wanted))
        return [row.aggregate_id for row in rows]


async def recorded(registry: Registry) -> list[str]:
    async with registry.context.sessions() as session:
        wanted = audit_log.c.action.startswith("election.")
        statement = sa.select(audit_log.c.action).where(wanted).order_by(audit_log.c.id)
        return [row.action for row in await session.execute(statement)]


async def test_an_election_from_plan_to_new_terms(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    old, new, member = await people(registry, county, "甲", "乙", "丙")
    for who, post in ((old, "secretary"), (old, "director"), (new, "member"), (member, "member")):
        await enter(registry, village, who, post)
    township = county.caller(Role.TOWNSHIP, village["parent_id"])
    made = await planned(registry, village, township)
    assert (made["state"], made["version"], made["elected"]) == ("planned", 1, [])
    told_before = len(await told(registry, "term.changed"))
    body = result([(new, "secretary"), (new, "director"), (old, "member"), (member, "member")])
    path = f"/elections/{made['id']}"
    seen = await registry.post(f"{path}/hold/preview", body, township)
    assert seen["possible"]
    before = {(old, "secretary"), (old, "director"), (new, "member"), (member, "member")}
    assert {(each["person_id"], each["post"]) for each in seen["ended"]} == before
    assert {each["ends_on"] for each in seen["ended"]} == {"2026-11-19"}
    assert seen["leaving"] == seen["unfilled"] == []
    aside = {"person_id": old, "to_posts": ["member"], "until": "2031-11-19"}
    assert seen["stepped_aside"] == [aside]
    held = await registry.post(f"{path}/hold", body, township)
    assert (held["state"], held["period_until"]) == ("held", "2031-11-19")
    assert len(await told(registry, "term.changed")) == told_before
    assert (await registry.get(f"{path}/outcome"))["stepped_aside"] == [aside]
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    done = await registry.post(f"{path}/confirm", None, office)
    assert done["state"] == "confirmed"
    assert all(seat["term_id"] for seat in done["elected"])
    assert await posts_on(registry, village, "2026-11-19") == before
    assert await posts_on(registry, village, DAY) == {
        (new, "secretary"),
        (new, "director"),
        (old, "member"),
        (member, "member"),
    }
    # Scoring hears of the organization once, as with any change of its terms.
    assert (await told(registry, "term.changed"))[told_before:] == [UUID(village["id"])]
    back = await registry.get(f"{path}/outcome")
    assert back["stepped_aside"] == [aside]
    assert len(back["ended"]) == len(back["begun"]) == 4
    assert await recorded(registry) == ["election.plan", "election.hold", "election.confirm"]
    again = await registry.post(f"{path}/confirm", None, office, expect=409)
    assert problem(again) == "illegal-transition"


async def test_a_township_names_who_is_new(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    township = county.caller(Role.TOWNSHIP, village["parent_id"])
    path = f"/elections/{(await planned(registry, village, township))['id']}"
    elected = [{"name": "王新民", "post": post} for post in ("secretary", "director")]
    body = {"held_on": DAY, "elected": elected}
    seen = await registry.post(f"{path}/hold/preview", body, township)
    assert seen["possible"]
    assert (await registry.get("/people"))["items"] == []
    held = await registry.post(f"{path}/hold", body, township)
    [person] = (await registry.get("/people"))["items"]
    assert person["name"] == "王新民"
    assert {each["person_id"] for each in held["elected"]} == {person["id"]}
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    await registry.post(f"{path}/confirm", None, office)
    assert await posts_on(registry, village, DAY) == {
        (person["id"], "secretary"),
        (person["id"], "director"),
    }
    async with registry.context.sessions() as session:
        trail = str((await session.execute(sa.select(audit_log))).all())
    assert person["id"] in trail
    assert "王新民" not in trail


async def test_who_entered_the_result_does_not_confirm_it(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    [someone] = await people(registry, county, "甲")
    made = await planned(registry, village)
    path = f"/elections/{made['id']}"
    await registry.post(f"{path}/hold", result([(someone, "secretary")]))
    refused = await registry.post(f"{path}/confirm", None, ADMIN, expect=403)
    assert problem(refused) == "election-needs-second-person"
    assert await posts_on(registry, village, DAY) == set()
    township = county.caller(Role.TOWNSHIP, village["parent_id"])
    assert problem(await registry.post(f"{path}/confirm", None, township, 403)) == "forbidden"


async def test_many_are_confirmed_together_or_none(registry: Registry, county: County) -> None:
    villages = county.of_tier("village")[:3]
    [someone] = await people(registry, county, "甲")
    ids = []
    for village in villages:
        made = await planned(registry, village)
        await registry.post(f"/elections/{made['id']}/hold", result([(someone, "secretary")]))
        ids.append(made["id"])
    own = await registry.post("/elections/confirm", {"election_ids": ids}, expect=403)
    assert problem(own) == "election-needs-second-person"
    await enter(registry, villages[1], someone, "secretary", DAY)
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    body = {"election_ids": [ids[2], ids[1], ids[0]]}
    refused = await registry.post("/elections/confirm", body, office, expect=422)
    assert (problem(refused), refused["election_id"]) == ("election-rejected", ids[1])
    states = {each["state"] for each in (await registry.get("/elections"))["items"]}
    assert states == {"held"}
    some = {"election_ids": [ids[2], ids[0], ids[2]]}
    done = await registry.post("/elections/confirm", some, office)
    assert [each["id"] for each in done["items"]] == [ids[2], ids[0]]
    assert {each["state"] for each in done["items"]} == {"confirmed"}
    for village in (villages[0], villages[2]):
        assert await posts_on(registry, village, DAY) == {(someone, "secretary")}
    again = await registry.post("/elections/confirm", some, office, expect=409)
    assert (problem(again), again["election_id"]) == ("illegal-transition", min(ids[0], ids[2]))


async def test_two_confirmations_at_once_make_one_set_of_terms(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    old, new = await people(registry, county, "甲", "乙")
    await enter(registry, village, old)
    path = f"/elections/{(await planned(registry, village))['id']}"
    await registry.post(f"{path}/hold", result([(new, "secretary")]))
    offices = [county.caller(Role.ORGANIZATION_DEPARTMENT) for _ in range(2)]
    answers = await asyncio.gather(
        *(
            registry.http.post(f"/v1{path}/confirm", headers=registry.headers(each))
            for each in offices
        )
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert await posts_on(registry, village, "2026-11-26") == {(new, "secretary")}
    assert (await registry.get("/terms", under=village["id"], total=True))["total"] == 2


async def test_what_changed_meanwhile_is_checked_again(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    old, new = await people(registry, county, "甲", "乙")
    path = f"/elections/{(await planned(registry, village))['id']}"
    await registry.post(f"{path}/hold", result([(new, "secretary")]))
    await enter(registry, village, old, "secretary", DAY)
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    refused = await registry.post(f"{path}/confirm", None, office, expect=422)
    assert problem(refused) == "election-rejected"
    assert [each["pointer"] for each in refused["errors"]] == ["/body/starts_on"]
    assert not (await registry.get(f"{path}/outcome"))["possible"]
    later = {"planned_on": "2026-12-20", "reason": "任期登记有误，核对后重新选举"}
    assert (await registry.post(f"{path}/return", later, office))["state"] == "postponed"


async def test_every_state_has_a_way_out(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    [someone] = await people(registry, county, "甲")
    made = await planned(registry, village)
    path = f"/elections/{made['id']}"
    early = {"planned_on": DAY, "reason": "疫情"}
    refused = await registry.post(f"{path}/postpone", early, expect=422)
    assert problem(refused) == "dates-invalid"
    later = {"planned_on": "2026-12-20", "reason": "候选人考察未完成"}
    moved = await registry.post(f"{path}/postpone", later)
    assert (moved["state"], moved["planned_on"]) == ("postponed", "2026-12-20")
    assert moved["reason"] == "候选人考察未完成"
    held = await registry.post(f"{path}/hold", result([(someone, "secretary")]))
    assert held["elected"][0]["person_id"] == someone
    back = await registry.post(f"{path}/return", later | {"reason": "到会不足半数"})
    assert (back["state"], back["held_on"], back["elected"]) == ("postponed", None, [])
    assert (await registry.get(path))["elected"] == []
    none = await registry.get(f"{path}/outcome", expect=409)
    assert problem(none) == "election-not-held"
    gone = await registry.post(f"{path}/cancel", {"reason": "即将并村"})
    assert gone["state"] == "cancelled"
    stopped = await registry.post(f"{path}/hold", result([(someone, "secretary")]), expect=409)
    assert problem(stopped) == "illegal-transition"
    other = await planned(registry, village)
    busy = await registry.post(f"{path}/reinstate", later, expect=409)
    assert problem(busy) == "election-open"
    assert busy["election_id"] == other["id"]
    await registry.post(f"/elections/{other['id']}/cancel", {"reason": "重复"})
    assert (await registry.post(f"{path}/reinstate", later))["state"] == "planned"


async def test_one_election_of_a_body_at_a_time(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    await planned(registry, village, body="party_committee")
    for body in ("party_committee", "both"):
        draft = {"organization_id": village["id"], "body": body, "planned_on": DAY}
        refused = await registry.post("/elections", draft, expect=409)
        assert problem(refused) == "election-open"
    await planned(registry, village, body="village_committee")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"held_on": "2026-11-27"}, "held_on"),
        ({"held_on": "2010-01-01"}, "held_on"),
        ({"starts_on": "2026-11-19"}, "starts_on"),
        ({"period_until": "2026-11-19"}, "period_until"),
        ({"period_until": "2036-11-20"}, "period_until"),
        ({"elected": [{"person_id": NOBODY, "post": "secretary"}]}, "elected/0/person_id"),
    ],
)
async def test_what_cannot_be_is_refused(
    registry: Registry, county: County, changes: dict[str, Any], pointer: str
) -> None:
    village = county.named("四街村党支部")
    [someone] = await people(registry, county, "甲")
    path = f"/elections/{(await planned(registry, village))['id']}"
    body = result([(someone, "secretary")]) | changes
    refused = await registry.post(f"{path}/hold", body, expect=422)
    assert problem(refused) == "election-rejected"
    assert f"/body/{pointer}" in [each["pointer"] for each in refused["errors"]]
    seen = await registry.post(f"{path}/hold/preview", body)
    assert not seen["possible"]
    assert f"/body/{pointer}" in [each["pointer"] for each in seen["blocked"]]
    assert (await registry.get(path))["state"] == "planned"


async def test_every_fault_of_the_elected_is_named(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    one, two = await people(registry, county, "甲", "乙")
    made = await planned(registry, village, body="party_committee")
    seats = [(one, "secretary"), (one, "director"), (one, "secretary")]
    body = result(seats)
    refused = await registry.post(f"/elections/{made['id']}/hold", body, expect=422)
    assert [each["pointer"] for each in refused["errors"]] == [
        "/body/elected/1/post",
        "/body/elected/2/post",
    ]
    assert "不由党支部委员会选举产生" in refused["errors"][0]["detail"]
    both = result([(one, "secretary"), (two, "secretary")])
    refused = await registry.post(f"/elections/{made['id']}/hold", both, expect=422)
    assert "已有书记" in refused["errors"][0]["detail"]


@pytest.mark.parametrize(
    "changes",
    [
        {"elected": []},
        {"held_on": "昨天"},
        {"mood": "好"},
        {"elected": [{"post": "secretary"}]},
        {"elected": [{"post": "secretary", "person_id": NOBODY, "name": "甲"}]},
        {"elected": [{"post": "secretary", "name": "甲\x00"}]},
    ],
)
async def test_odd_results(registry: Registry, county: County, changes: dict[str, Any]) -> None:
    village = county.named("四街村党支部")
    path = f"/elections/{(await planned(registry, village))['id']}"
    body = result([(NOBODY, "secretary")]) | changes
    assert problem(await registry.post(f"{path}/hold", body, expect=422)) == "invalid-content"
    blank = {"planned_on": "2026-12-20", "reason": "  "}
    assert problem(await registry.post(f"{path}/postpone", blank, expect=422)) == "invalid-content"


async def test_days_at_the_ends_of_the_calendar(registry: Registry, county: County) -> None:
    village = county.named("四街村党支部")
    [someone] = await people(registry, county, "甲")
    path = f"/elections/{(await planned(registry, village))['id']}"
    for changes in ({"held_on": "0001-01-01"}, {"starts_on": "9999-12-31"}):
        body = result([(someone, "secretary")]) | changes
        seen = await registry.post(f"{path}/hold/preview", body)
        assert seen["possible"] is ("starts_on" in changes)
    early = {"organization_id": village["id"], "planned_on": "0001-01-01"}
    assert problem(await registry.post("/elections", early, expect=422)) == "dates-invalid"


async def test_a_county_plans_for_all_its_villages(registry: Registry, county: County) -> None:
    villages = [each for each in county.of_tier("village") if each["sector"] == "rural"]
    busy = await planned(registry, villages[0])
    body = {"under": str(county.id), "planned_on": "2026-12-20", "sector": "rural"}
    seen = await registry.post("/elections/bulk/preview", body)
    assert len(seen["planned"]) == len(villages) - 1
    assert {each["election_id"] for each in seen["planned"]} == {None}
    assert [each["election_id"] for each in seen["left_out"]] == [busy["id"]]
    assert (await registry.get("/elections"))["items"] == [busy]
    township = county.caller(Role.TOWNSHIP, villages[0]["parent_id"])
    above = await registry.post("/elections/bulk", body, township, expect=403)
    assert problem(above) == "out-of-scope"
    own = body | {"under": villages[0]["parent_id"]}
    mine = await registry.post("/elections/bulk", own, township, expect=201)
    siblings = [each for each in villages if each["parent_id"] == villages[0]["parent_id"]]
    assert len(mine["planned"]) == len(siblings) - 1
    rest = await registry.post("/elections/bulk", body, expect=201)
    assert len(rest["planned"]) == len(villages) - len(siblings)
    assert len(rest["left_out"]) == len(siblings)
    done = await registry.post("/elections/bulk", body, expect=201)
    assert done["planned"] == []
    none = body | {"sector": "school_hospital"}
    refused = await registry.post("/elections/bulk", none, expect=422)
    assert problem(refused) == "election-range-unfit"


async def test_each_sees_the_elections_of_their_part(registry: Registry, county: County) -> None:
    here, there = county.named("四街村党支部"), county.named("照镜村党支部")
    mine, other = await planned(registry, here), await planned(registry, there)
    village = county.caller(Role.VILLAGE, here["id"])
    listed = (await registry.get("/elections", village))["items"]
    assert [each["id"] for each in listed] == [mine["id"]]
    hidden = await registry.get(f"/elections/{other['id']}", village, expect=404)
    assert problem(hidden) == "election-unknown"
    township = county.caller(Role.TOWNSHIP, here["parent_id"])
    later = {"planned_on": "2026-12-20", "reason": "候选人考察未完成"}
    foreign = await registry.post(f"/elections/{other['id']}/postpone", later, township, 404)
    assert problem(foreign) == "election-unknown"
    outside = {"organization_id": there["id"], "planned_on": DAY}
    refused = await registry.post("/elections", outside, township, expect=403)
    assert problem(refused) == "out-of-scope"
    assert problem(await registry.post("/elections", outside, village, 403)) == "forbidden"
    since = await registry.get("/elections", since="2026-11-21")
    assert since["items"] == []
    both = await registry.get("/elections", until=DAY, state="planned", under=str(county.id))
    assert len(both["items"]) == 2
    unknown = await registry.get("/elections", under=NOBODY, expect=404)
    assert problem(unknown) == "organization-unknown"


async def test_an_election_that_was_lost_its_village_can_only_be_cancelled(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    made = await planned(registry, village, planned_on="2026-12-20")
    body = {"dissolved_on": "2026-12-01", "reason": "并村"}
    await registry.post(f"/organizations/{village['id']}/dissolve", body)
    later = {"planned_on": "2027-01-20", "reason": "并村"}
    refused = await registry.post(f"/elections/{made['id']}/postpone", later, expect=422)
    assert problem(refused) == "dates-invalid"
    gone = await registry.post(f"/elections/{made['id']}/cancel", {"reason": "并村"})
    assert gone["state"] == "cancelled"


async def test_a_repeated_confirmation_is_answered_alike(
    registry: Registry, county: County
) -> None:
    village = county.named("四街村党支部")
    [someone] = await people(registry, county, "甲")
    path = f"/v1/elections/{(await planned(registry, village))['id']}"
    await registry.post(f"{path[3:]}/hold", result([(someone, "secretary")]))
    office = county.caller(Role.ORGANIZATION_DEPARTMENT)
    headers = registry.headers(office) | {"Idempotency-Key": "confirm-once-0001"}
    first = await registry.http.post(f"{path}/confirm", headers=headers)
    second = await registry.http.post(f"{path}/confirm", headers=headers)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"] == '"3"'
