"""Setting up the county in registry: divisions, organizations, cadres, facts and accounts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from deploy.local.demo.actors import Actor, Services, new_password, together
from deploy.local.demo.people import Cadre, Numbers, cadres, numbers
from deploy.local.demo.stories import Story

T = TypeVar("T")
COUNTY_CODE = "410724000000"
DIVISIONS = Path(__file__).parents[3] / "services/registry/divisions/data"
CSV = DIVISIONS / "divisions_huojia_410724.csv"
SOURCE = "Vonng/adcode (CC BY 4.0), 2016-07-31"
FOUNDED = "2016-07-31"
TERM_STARTS = "2024-03-01"
FACTS_FROM = "2026-01-01"
# Founded after the cycle's snapshot, so it is 未参评 whatever happens.
NEW_VILLAGE = "高铁新村"
NEW_FOUNDED = "2026-04-20"

DEPARTMENTS = {
    "organization_department": "组织部",
    "publicity_department": "宣传部",
    "political_legal_committee": "政法委",
    "agriculture_bureau": "农业农村局",
}
OFFICES = {
    "organization_department": "组织部",
    "discipline_commission": "纪委监委",
    "public_security_bureau": "公安局",
    "publicity_department": "宣传部",
    "petition_bureau": "信访局",
    "agriculture_bureau": "农业农村局",
    "ecology_bureau": "生态环境局",
    "natural_resources_bureau": "自然资源局",
}


@dataclass
class Place:
    """One organization of the county with its division code and the account that acts for it."""

    id: str
    code: str
    name: str
    short_name: str
    sector: str
    parent_id: str | None
    actor: Actor
    story: Story | None = None


@dataclass
class County:
    """Everything the demonstration knows of the county after setting it up."""

    services: Services
    id: str
    administrator: Actor
    townships: dict[str, Place] = field(default_factory=dict)
    villages: dict[str, Place] = field(default_factory=dict)
    departments: dict[str, Actor] = field(default_factory=dict)
    offices: dict[str, Actor] = field(default_factory=dict)
    staff: dict[str, Actor] = field(default_factory=dict)

    def of(self, township: Place) -> list[Place]:
        """The villages of a township."""
        return [each for each in self.villages.values() if each.parent_id == township.id]

    def telling(self, **wanted: object) -> list[Place]:
        """The villages whose story has these values."""
        return [
            each
            for each in self.villages.values()
            if each.story
            and all(getattr(each.story, name) == value for name, value in wanted.items())
        ]


async def set_up(services: Services, administrator: Actor, csv: bytes) -> County:
    """Import the divisions and make the county's organization tree."""
    await administrator.send(
        "registry",
        "POST",
        "/v1/divisions/import",
        params={"valid_from": FOUNDED, "source": SOURCE},
        content=csv,
        media_type="text/csv",
    )
    body = {"county_code": COUNTY_CODE, "founded_on": FOUNDED}
    made = await administrator.post("registry", "/v1/organizations/from-divisions", body)
    county = County(services, made["county_id"], administrator)
    records = await administrator.pages("registry", "/v1/organizations", under=county.id)
    for record in records:
        place = Place(
            id=record["id"],
            code=record["division_code"],
            name=record["name"],
            short_name=record["short_name"],
            sector=record["sector"],
            parent_id=record["parent_id"],
            actor=Actor(services, f"v{record['division_code']}", new_password()),
        )
        if record["tier"] == "township":
            county.townships[place.id] = place
        elif record["tier"] == "village":
            county.villages[place.id] = place
    return county


async def found_a_village(county: County, township: Place) -> None:
    """Register a branch that is founded after the snapshot."""
    body = {
        "parent_id": township.id,
        "kind": "branch",
        "sector": "rural",
        "tier": "village",
        "name": f"中共获嘉县{NEW_VILLAGE}支部委员会",
        "short_name": f"{NEW_VILLAGE}党支部",
        "founded_on": NEW_FOUNDED,
        "generated": True,
    }
    await county.administrator.post("registry", "/v1/organizations", body)


async def enter_people(county: County) -> int:
    """Register every village's invented cadres and their terms; returns how many people."""
    teams: list[tuple[Place, Cadre]] = []
    for place in county.villages.values():
        combined = place.story.combined if place.story else True
        teams += [(place, cadre) for cadre in cadres(place.code, combined=combined)]
    items = [{"name": cadre.name, "generated": True} for _, cadre in teams]
    people = await _in_batches(county, "/v1/people/bulk", items, county_id=county.id)
    terms = [
        {
            "person_id": person["id"],
            "organization_id": place.id,
            "post": post,
            "starts_on": TERM_STARTS,
            "generated": True,
        }
        for person, (place, cadre) in zip(people, teams, strict=True)
        for post in cadre.posts
    ]
    terms += _two_villages_at_once(people, teams)
    await _in_batches(county, "/v1/terms/bulk", terms)
    return len(people)


def _two_villages_at_once(
    people: list[dict[str, Any]], teams: list[tuple[Place, Cadre]]
) -> list[dict[str, Any]]:
    """One cadre also helps out in the next village: paid once, for the higher post."""
    first = next(i for i, (place, _) in enumerate(teams) if place.story and place.story.struck_star)
    home = teams[first][0]
    other = next(place for place, _ in teams[first:] if place.id != home.id)
    return [
        {
            "person_id": people[first]["id"],
            "organization_id": other.id,
            "post": "member",
            "starts_on": TERM_STARTS,
            "generated": True,
        }
    ]


async def enter_facts(county: County) -> int:
    """Enter every village's invented facts; returns how many values."""
    items: list[dict[str, Any]] = []
    for place in county.villages.values():
        poor = place.story.poor if place.story else False
        items += [
            {
                "organization_id": place.id,
                "code": code,
                "value": value,
                "valid_from": FACTS_FROM,
                "source": "演示数据，由程序生成",
                "generated": True,
            }
            for code, value in _values(numbers(place.code, poor=poor)).items()
        ]
    await _in_batches(county, "/v1/facts/bulk", items)
    return len(items)


def _values(found: Numbers) -> dict[str, int]:
    return {
        **{f"pay.{post}": fen for post, fen in found.pay_fen.items()},
        "residents_70": found.residents_70,
        "party_members": found.party_members,
        "collective_income": found.collective_income_fen,
    }


async def _in_batches(
    county: County, path: str, items: list[dict[str, Any]], **more: str
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for batch in _batches(items, 2000):
        answer = await county.administrator.post("registry", path, {**more, "items": batch})
        made += answer["items"]
    return made


async def open_accounts(county: County) -> int:
    """Give every village, township, department, office and county role its account."""
    actors: list[tuple[Actor, str, list[dict[str, Any]]]] = []
    for role, places in (("village", county.villages), ("township", county.townships)):
        actors += [
            (place.actor, place.short_name, [_grant(role, place.id)]) for place in places.values()
        ]
    for group, role, names in (
        (county.departments, "department", DEPARTMENTS),
        (county.offices, "source_office", OFFICES),
    ):
        for code, name in names.items():
            actor = group[code] = Actor(county.services, f"{role}.{code}", new_password())
            actors.append((actor, name, [_grant(role, county.id, code)]))
    for username, (role, name) in _STAFF.items():
        actor = county.staff[username] = Actor(county.services, username, new_password())
        actors.append((actor, name, [_grant(role, county.id)]))
    waiting = []
    for batch in _batches(actors, 100):
        waiting += await _open(county, batch)
    security = county.staff["security"]
    await together(security.post("registry", f"/v1/grants/{grant}/approve") for grant in waiting)
    return len(actors)


_STAFF = {
    "security": ("security_administrator", "安全管理员"),
    "audit": ("audit_administrator", "审计管理员"),
    "office": ("organization_department", "组织部"),
    "office.second": ("organization_department", "组织部（复核）"),
    "committee": ("committee", "县委办公室"),
    "finance": ("finance", "财政局"),
    "finance.second": ("finance", "财政局（复核）"),
    "inspector": ("inspector", "纪委监委一室"),
    "inspector.second": ("inspector", "纪委监委二室"),
}


def _grant(role: str, organization_id: str, department: str | None = None) -> dict[str, Any]:
    return {"role": role, "organization_id": organization_id, "department": department}


def _has_mail(actor: Actor) -> bool:
    """Offices read e-mail; of the villages every tenth does."""
    return not actor.username.startswith("v") or actor.username.endswith("1")


async def _open(county: County, batch: list[tuple[Actor, str, list[dict[str, Any]]]]) -> list[str]:
    items = [
        {
            "username": actor.username,
            "password": actor.password,
            "display_name": name,
            "email": f"{actor.username}@demo.example" if _has_mail(actor) else None,
            "grants": grants,
        }
        for actor, name, grants in batch
    ]
    made = await county.administrator.post("registry", "/v1/users/bulk", {"items": items})
    return [
        grant["id"]
        for account in made["items"]
        for grant in account["grants"]
        if grant["state"] == "requested"
    ]


def _batches(items: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
