"""One cycle on its way through recommendation, review and clearance, told through the API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from services.scoring import main
from services.scoring.settings import Settings
from shared.caller import Caller, Role
from shared.clients.registry import FakeRegistry, Registry
from shared.context import Context
from shared.contracts.registry import OrganizationRecord
from shared.queue import MemoryQueue
from tests.accounts import Signer
from tests.apps import sharing
from tests.scoring.county import County, Service, problem, sheet

STARS = ("party_building", "civility", "peace_harmony", "industry", "beautiful_village")
MEMBERS = {"members": [{"title": "组长（镇党委书记）"}, {"title": "成员（组织委员）"}]}
OFFICES = (
    "organization_department",
    "discipline_commission",
    "public_security_bureau",
    "publicity_department",
    "petition_bureau",
    "agriculture_bureau",
    "ecology_bureau",
    "natural_resources_bureau",
)
DEPARTMENTS = (
    "organization_department",
    "publicity_department",
    "political_legal_committee",
    "agriculture_bureau",
)
LEADS = dict(zip(STARS, (*DEPARTMENTS, DEPARTMENTS[-1]), strict=True))


@dataclass
class Round:
    """The cycle, who applied for what, and what everybody does next."""

    service: Service
    policy: dict[str, Any]
    cycle: dict[str, Any]
    applied: dict[str, tuple[str, ...]]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.cycle["id"])

    def branch(self, name: str, township: str | None = None) -> OrganizationRecord:
        """The branch of a village; with its township where two villages share the name."""
        county = self.service.county
        towns = {each.id: each.name for each in county.townships}
        return next(
            each
            for each in county.branches
            if each.name == f"{name}党支部"
            and (township is None or towns[_parent(each)] == f"{township}党委")
        )

    def application(self, branch: OrganizationRecord) -> str:
        return self.ids[str(branch.id)]

    def township(self, name: str) -> OrganizationRecord:
        return next(e for e in self.service.county.townships if e.name == f"{name}党委")

    def office(self) -> Caller:
        return self.service.county.caller(Role.ORGANIZATION_DEPARTMENT)

    def inspector(self) -> Caller:
        return self.service.county.caller(Role.INSPECTOR)

    def department(self, code: str) -> Caller:
        return self.service.county.caller(Role.DEPARTMENT, code)

    def source(self, code: str) -> Caller:
        return self.service.county.caller(Role.SOURCE_OFFICE, code)

    async def get(self, path: str, who: Caller, expect: int = 200) -> httpx.Response:
        return await self.service.call("GET", path, who, expect=expect)

    async def post(
        self, path: str, who: Caller, body: object = None, expect: int | None = None
    ) -> httpx.Response:
        return await self.service.call("POST", path, who, json=body, expect=expect)

    async def put(
        self,
        path: str,
        who: Caller,
        body: object,
        version: int | str | None = None,
        expect: int | None = None,
    ) -> httpx.Response:
        """Put on top of a version, the one that is read now where none is given."""
        if version is None:
            found = await self.service.call("GET", path, who)
            version = found.headers.get("ETag", '"0"').strip('"')
        headers = {"If-Match": f'"{version}"'}
        return await self.service.call("PUT", path, who, json=body, headers=headers, expect=expect)

    def marks(self, branch: OrganizationRecord, *stars: str, **lower: str) -> dict[str, Any]:
        """Full points for the stars applied for (or these); `lower` gives items other points."""
        wanted = stars or self.applied[str(branch.id)]
        full = sheet(self.policy, every=True)
        items = {
            code: {"points": lower.get(code, entry["points"])}
            | ({"reason": "佐证不足"} if code in lower else {})
            for star in STARS
            if star in wanted
            for code, entry in full[star]["items"].items()
        }
        return {"items": items}

    async def recommend(self, branch: OrganizationRecord, **lower: str) -> httpx.Response:
        """The township scores one application."""
        who = self.service.county.township(branch)
        path = f"/v1/applications/{self.application(branch)}/recommendation"
        return await self.put(path, who, self.marks(branch, **lower), expect=200)

    async def sign_off(
        self, township: OrganizationRecord, who: Caller | None = None, expect: int | None = 200
    ) -> httpx.Response:
        who = who or self.service.county.township(township)
        path = f"/v1/cycles/{self.id}/townships/{township.id}/sign-off"
        return await self.post(path, who, MEMBERS, expect)

    async def all_recommended(self, **lowered: dict[str, str]) -> None:
        """Every township scores and signs off; `lowered` gives a village's items other points."""
        for township in self.service.county.townships:
            for branch in self.service.county.of(township):
                if self.applied[str(branch.id)]:
                    village = branch.name.removesuffix("党支部")
                    await self.recommend(branch, **lowered.get(village, {}))
            await self.sign_off(township)

    async def duties(self, who: Caller) -> list[dict[str, Any]]:
        answer = await self.get(f"/v1/cycles/{self.id}/worklist?limit=500", who)
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def review_everything(self, **lower: str) -> None:
        """Every department does all its duties and completes; nothing is lowered but `lower`."""
        for department in DEPARTMENTS:
            await self.review(department, **lower)
            if await self.duties(self.department(department)):
                await self.complete(department)

    async def review_everything_but_closing(self) -> None:
        """Every department does its duties, and none completes."""
        for department in DEPARTMENTS:
            await self.review(department)

    async def review(self, department: str, **lower: str) -> None:
        """One department scores all its stars as the township did, `lower` apart."""
        who = self.department(department)
        for duty in await self.duties(who):
            if duty["kind"] in ("review", "spot_check"):
                kind = "reviews" if duty["kind"] == "review" else "spot-checks"
                path = f"/v1/applications/{duty['application_id']}/{kind}/{duty['star']}"
                stands = await self.standing(duty["application_id"])
                codes = self.items(duty["star"])
                items = {
                    code: {"points": lower.get(code, stands[code]), "reason": "以核查为准"}
                    for code in codes
                }
                await self.put(path, who, {"items": items}, 0, expect=200)

    async def complete(
        self, department: str, who: Caller | None = None, expect: int | None = 200
    ) -> httpx.Response:
        path = f"/v1/cycles/{self.id}/departments/{department}/complete"
        return await self.post(path, who or self.department(department), MEMBERS, expect)

    def items(self, star: str) -> list[str]:
        """The item codes of a star."""
        stars = {each["code"]: each for each in self.policy["policy"]["stars"]}
        return [item["code"] for item in stars[star]["items"]]

    async def standing(self, application_id: str) -> dict[str, str]:
        """What counts for an application before the departments, as the inspector reads it."""
        found = await self.get(f"/v1/applications/{application_id}/scores", self.inspector())
        counted: dict[str, str] = {}
        for stage in found.json()["stages"]:
            if stage["stage"] in ("self", "township"):
                counted |= {code: each["points"] for code, each in stage["items"].items()}
        return counted

    def refused(self, answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
        """Check that an answer is this problem, in Chinese; returns it."""
        assert (answer.status_code, problem(answer)) == (status, slug), answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def state(self) -> str:
        found = await self.get(f"/v1/cycles/{self.id}", self.office())
        return str(found.json()["state"])


def _parent(branch: OrganizationRecord) -> UUID:
    assert branch.parent_id is not None
    return branch.parent_id


async def begin(service: Service, applied: dict[str, tuple[str, ...]] | None = None) -> Round:
    """Open a cycle in which every assessed village applies, and close applying.

    `applied` gives a village its stars, all five otherwise; () submits without a star.
    """
    policy = await service.published_policy()
    cycle = await service.open_cycle(policy)
    stars = {
        str(each.id): (applied or {}).get(each.name.removesuffix("党支部"), STARS)
        for each in service.county.assessed
    }
    found = Round(service, policy, cycle, stars)
    for branch in service.county.assessed:
        filled = sheet(policy, *stars[str(branch.id)])
        found.ids[str(branch.id)] = await service.submitted(cycle, branch, filled)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    await service.call("POST", f"/v1/cycles/{cycle['id']}/applications/close", office, expect=200)
    return found


# What the villages of the usual round apply for: five, four without 基层党建星 (so 二星),
# three twice, two, one twice, and a submission without a star.
APPLIED: dict[str, tuple[str, ...]] = {
    "楼村": STARS,
    "张庄村": STARS[1:],
    "小王庄村": STARS[:3],
    "马庄村": STARS[:3],
    "前李村": STARS[:2],
    "后寺村": STARS[:1],
    "西关村": (),
}


@asynccontextmanager
async def running(url: str, folder: Path, county: County, other: County) -> AsyncIterator[Service]:
    """Run the service on a database for these counties."""
    settings = Settings(
        environment="test",
        movable_clock=True,
        database_url=url,
        redis_url="redis://unused.invalid",
        client_id="scoring",
        client_secret="unused",
        evidence_directory=folder,
    )
    signer, queue = Signer(), MemoryQueue()
    registry = FakeRegistry(organizations=[*county.all, *other.all], keys=signer.jwks())
    app = sharing(main.create_app(settings, ports={Registry: registry}, queue=queue))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://scoring") as http:
            context: Context = app.state.context
            yield Service(app, http, context, queue, registry, signer, county, other)
