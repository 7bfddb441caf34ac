"""The access matrix of registry, on 获嘉县 and a neighbour."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.registry.identity.domain import sessions as chains
from services.registry.identity.domain.outside import Linked, OutsideSystems
from services.registry.identity.domain.sessions import Session
from services.registry.identity.domain.users import Limits, User
from services.registry.identity.store import outside, sessions, users
from services.registry.identity.store.oidc import OidcProvider
from services.registry.identity.store.wechat import WechatMiniProgram
from shared.caller import Role
from shared.clock import real_now
from shared.sealing.envelope import Seal
from shared.tables import new_id
from tests.contracts.access import (
    LETTERS,
    County,
    World,
    check,
    let_in_with_a_false_token,
    observed,
)
from tests.registry import house
from tests.registry.conftest import county, county_template, database_url, registry
from tests.registry.house import Registry
from tests.registry.identity.people import draft
from tests.registry.imports.clerk import send, sheet

__all__ = ["county", "county_template", "database_url", "registry"]

NEIGHBOUR = """code,name,level,parent_code
410000000000,河南省,province,100000000000
410700000000,新乡市,city,410000000000
410725000000,原阳县,county,410700000000
410725100000,福宁集镇,town,410725000000
410725100200,马庄村委会,village,410725100000
"""
NOWHERE = "http://127.0.0.1:1"
YEAR = {"since": "2026-01-01", "until": "2026-10-31"}
DUE = {"planned_on": "2026-12-20"}
COURSE = {
    "title": "集中轮训",
    "kind": "classroom",
    "organiser": "县委党校",
    "starts_on": "2026-04-13",
    "ends_on": "2026-04-17",
    "hours": 40,
}
VINTAGE = {"valid_from": "2023-12-31", "source": "测试"}
CSV = {"content": NEIGHBOUR.encode(), "headers": {"Content-Type": "text/csv"}}


async def neighbour(registry: Registry) -> County:
    """Another county with one township and one village."""
    await registry.load_csv(NEIGHBOUR.encode())
    body = {"county_code": "410725000000"}
    made = await registry.post("/organizations/from-divisions", body, expect=201)
    county = made["county_id"]
    below = (await registry.get("/organizations", under=county))["items"]
    found = {each["tier"]: UUID(each["id"]) for each in below}
    return County(UUID(county), found["township"], found["village"])


async def things(registry: Registry, home: County, successor: str) -> dict[str, str]:
    """One thing of every kind in the first county, by the names of path parameters."""
    village, own = str(home.village), str(home.county)
    person = await registry.post("/people", {"county_id": own, "name": "张三"}, expect=201)
    term = {"person_id": person["id"], "organization_id": successor, "post": "secretary"}
    held = await registry.post("/terms", term | {"starts_on": "2024-01-01"}, expect=201)
    grant = {"role": "platform", "organization_id": own}
    user = await registry.post("/users", draft("platform", grant), expect=201)
    inspector = {"role": "inspector", "organization_id": own}
    waiting = await registry.post("/users", draft("inspector", inspector), expect=201)
    invitation = await registry.post(f"/users/{user['id']}/invitations", expect=201)
    last_day = (real_now().date() + timedelta(days=30)).isoformat()
    key = {"name": "市平台", "scopes": ["registry:read"], "last_day": last_day}
    issued = await registry.post(f"/users/{user['id']}/api-keys", key, expect=201)
    divisions = await registry.get("/divisions", limit=1)
    found = await dated_things(registry, village, own, successor)
    found |= await kept_things(registry, village, successor, person["id"])
    return found | {
        "organization_id": village,
        "county_id": own,
        "parent_id": str(home.township),
        "successor_id": successor,
        "person_id": person["id"],
        "term_id": held["id"],
        "user_id": user["id"],
        "grant_id": waiting["grants"][0]["id"],
        "invitation_id": invitation["id"],
        "key_id": issued["id"],
        "session_id": str(await session_of(registry, UUID(user["id"]))),
        "division_id": divisions["items"][0]["id"],
        "kind": "people",
        "erasure_id": str(await erasure_of(registry, own)),
        "import_id": (await send(registry, "people", sheet_of(village)))["id"],
    }


async def kept_things(registry: Registry, village: str, other: str, person: str) -> dict[str, str]:
    """An election that is planned, somebody in reserve, a course, a pair of branches."""
    election = await registry.post("/elections", DUE | {"organization_id": village}, expect=201)
    stands = {"organization_id": village, "person_id": person, "kind": "committee"}
    stands |= {"starts_on": "2026-03-01", "source": "返乡大学生"}
    reserve = await registry.post("/reserve", stands, expect=201)
    course = await registry.post("/courses", COURSE | {"organization_id": village}, expect=201)
    two = {"strong_id": other, "weak_id": village, "starts_on": "2026-03-01"}
    pair = await registry.post("/pairs", two | {"purpose": "产业", "reason": "相邻"}, expect=201)
    return {
        "election_id": election["id"],
        "reserve_id": reserve["id"],
        "course_id": course["id"],
        "pair_id": pair["id"],
        "strong_id": other,
        "weak_id": village,
    }


async def erasure_of(registry: Registry, county: str) -> UUID:
    """Let somebody's erasure wait for its second administrator."""
    person = await registry.post("/people", {"county_id": county, "name": "李四"}, expect=201)
    asked = await registry.post(f"/people/{person['id']}/erase", {"reason": "离任"}, expect=201)
    return UUID(asked["id"])


def known_already(village: dict[str, Any]) -> dict[str, Any]:
    """A platform's record of a village that says what is registered."""
    same = {name: village[name] for name in ("name", "short_name", "kind")}
    return {"system": "province", "items": [same | {"code": village["id"]}]}


def sheet_of(village: str) -> bytes:
    """A spreadsheet that gives a village a member of its committee."""
    return sheet("people", [[village, "", "", "李秀英", "支委委员", "2024-01-15", ""]])


async def dated_things(registry: Registry, village: str, county: str, other: str) -> dict[str, str]:
    """A change of the tree, a fact to fill in and asked for, a meeting, an exemption, a unit."""
    change = {"short_name": "新街村党支部", "effective_on": "2099-07-01", "reason": "镇党委决定"}
    await registry.post(f"/organizations/{other}/rename", change)
    history = await registry.get(f"/organizations/{other}/history")
    definition = {
        "county_id": county,
        "code": "local.greenhouses",
        "name": "日光温室",
        "unit": "座",
        "minimum": 0,
        "maximum": 10_000,
        "every": "year",
        "tiers": ["village"],
    }
    defined = await registry.post("/fact-definitions", definition, expect=201)
    demand = {
        "organization_id": county,
        "codes": ["residents_70"],
        "as_of": "2026-03-02",
        "title": "基础数据",
        "reference": "2026",
    }
    asked = await registry.post("/fact-demands", demand, expect=201)
    held = {
        "organization_id": village,
        "kind": "members_meeting",
        "held_on": "2026-04-10",
        "present": 31,
        "expected": 36,
        "minutes": "支部工作手册第 3 页",
    }
    entry = await registry.post("/life-entries", held, expect=201)
    exemption = {"organization_id": village, "kind": "group_meeting", "reason": "未划分党小组"}
    exemption |= {"valid_from": "2026-01-01"}
    exempt = await registry.post("/life-exemptions", exemption, expect=201)
    return {
        "event_id": history["items"][0]["id"],
        "definition_id": defined["id"],
        "demand_id": asked["demand"]["id"],
        "entry_id": entry["id"],
        "exemption_id": exempt["id"],
        "unit_id": await company(registry, village),
        "project_id": await brand(registry, village),
    }


async def company(registry: Registry, village: str) -> str:
    """A company in the ledger of 两新 units."""
    body = {
        "organization_id": village,
        "kind": "enterprise",
        "name": "瑞丰农机有限公司",
        "valid_from": "2026-01-01",
        "employees": 20,
        "members": 3,
    }
    made = await registry.post("/coverage-units", body, expect=201)
    return str(made["unit"]["id"])


async def brand(registry: Registry, village: str) -> str:
    """The one project of a branch."""
    body = {"organization_id": village, "name": "党建+红色物业", "aim": "联户到位"}
    made = await registry.post("/brand-projects", body | {"begun_on": "2026-01-01"}, expect=201)
    return str(made["project"]["id"])


async def session_of(registry: Registry, user_id: UUID) -> UUID:
    """Begin a session of an account without its password, and link it elsewhere."""
    now = real_now()
    at_home = Linked("https://idp.example.gov.cn", "410724-17", user_id, now)
    begun = Session(new_id(), user_id, "phone", now, now, now + timedelta(days=1))
    link = chains.link(chains.new_secret(), begun, now, Limits())
    async with registry.context.work() as work:
        await sessions.begin(work.session, begun, link)
        await outside.link(work.session, registry.context.port(Seal), at_home)
    return begun.id


def offer_other_systems(registry: Registry) -> None:
    """Let people sign in by systems that are not there: who is let in reaches them in vain."""
    http = httpx.AsyncClient()
    provider = OidcProvider(http, NOWHERE, "wuxing", "secret", "https://front.example")
    wechat = WechatMiniProgram(http, NOWHERE, "appid", "secret")
    registry.context.ports[OutsideSystems] = OutsideSystems(provider, wechat)


async def accounts(
    registry: Registry, platform: UUID, home: County, other: County
) -> dict[tuple[UUID | None, Role], UUID]:
    """An account for every role here and elsewhere, so that all can read their own."""
    wanted = [(at.place(role), role) for at in (home, other) for role in LETTERS.values()]
    made = {place: new_id() for place in wanted}
    made[home.county, Role.PLATFORM] = platform
    rows = [
        User(user_id, f"{user_id}", "账号", None, real_now())
        for user_id in made.values()
        if user_id != platform
    ]
    async with registry.context.work() as work:
        await users.add(work.session, rows)
    return made


def contents(village: dict[str, Any], home: County) -> dict[str, dict[str, Any]]:
    """Bodies that no example can give: files, and what names a place by another word."""
    due = DUE | {"under": str(home.village)}
    return {
        "POST /v1/divisions/import": CSV,
        "POST /v1/divisions/vintages/preview": CSV,
        "POST /v1/divisions/vintages": CSV,
        **{f"POST /v1/elections/bulk{each}": {"json": due} for each in ("", "/preview")},
        "POST /v1/exchange/organizations": {"json": known_already(village)},
        "POST /v1/imports/{kind}": {
            "content": sheet_of(str(home.village)),
            "headers": {"Content-Type": "application/octet-stream"},
        },
        "POST /v1/users/{user_id}/hand-over": {"json": {"reason": "调任照镜镇"}},
    }


@pytest.fixture
async def world(registry: Registry, county: house.County) -> World:
    village, successor = county.of_tier("village")[:2]
    home = County(county.id, UUID(village["parent_id"]), UUID(village["id"]))
    ids = await things(registry, home, successor["id"])
    key = registry.keys.keys()[-1]
    offer_other_systems(registry)
    other = await neighbour(registry)
    return World(
        registry.app,
        registry.http,
        key,
        str(key.kid),
        home,
        other,
        ids,
        query={
            "POST /v1/divisions/import": {"valid_from": "2016-07-31", "source": "测试"},
            "GET /v1/facts/history": {
                "organization_id": ids["organization_id"],
                "code": "residents_70",
            },
            "GET /v1/access": {
                "action": "audit.read",
                "organization_id": ids["organization_id"],
            },
            "GET /v1/divisions/recodings": YEAR,
            "POST /v1/divisions/vintages/preview": VINTAGE,
            "POST /v1/divisions/vintages": VINTAGE,
            "GET /v1/exchange/organizations": {"system": "province"},
            "GET /v1/exports/{kind}": {"format": "csv"},
            "GET /v1/fact-burden": YEAR | {"under": ids["organization_id"]},
            "GET /v1/training-report": {"under": ids["organization_id"], "year": "2026"},
            "GET /v1/training-report/summary": {"under": ids["organization_id"], "year": "2026"},
            "GET /v1/life-rhythm": YEAR | {"under": ids["organization_id"]},
            "GET /v1/life-rhythm/summary": YEAR | {"under": ids["organization_id"]},
            "GET /v1/life-exemptions": {"under": ids["organization_id"]},
        },
        content=contents(village, home),
        departments={Role.DEPARTMENT: "agriculture_bureau", Role.SOURCE_OFFICE: "petition_bureau"},
        accounts=await accounts(registry, UUID(ids["user_id"]), home, other),
    )


async def test_everybody_is_let_in_where_the_table_says_and_nowhere_else(world: World) -> None:
    check("registry", await observed(world))


async def test_a_false_token_opens_nothing(world: World) -> None:
    assert await let_in_with_a_false_token(world) == []
