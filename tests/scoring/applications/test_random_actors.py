"""Random actors against the running service: every answer is defined, every state legal."""

from random import Random
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from shared.audit import audit_log
from shared.caller import Role
from tests.scoring.county import Service, problem, sheet

ROLES = (
    Role.VILLAGE,
    Role.TOWNSHIP,
    Role.ORGANIZATION_DEPARTMENT,
    Role.INSPECTOR,
    Role.DEPARTMENT,
    Role.COMMITTEE,
)
# How often each is tried.
ACTIONS = {
    "start": 4,
    "fill": 10,
    "submit": 10,
    "withdraw": 3,
    "return": 6,
    "read": 3,
    "inspect_and_pause": 1,
    "resume": 3,
    "close": 1,
    "open": 1,
    "put_off": 1,
    "day": 2,
    "days": 1,
}
# Whoever may do it; everything else is a village's.
RIGHT = {
    "return": Role.TOWNSHIP,
    "close": Role.ORGANIZATION_DEPARTMENT,
    "open": Role.ORGANIZATION_DEPARTMENT,
    "put_off": Role.ORGANIZATION_DEPARTMENT,
    "inspect_and_pause": Role.INSPECTOR,
    "resume": Role.INSPECTOR,
}
APPLICATION_EDGES = {
    (None, "draft"),
    (None, "not_applied"),
    ("draft", "submitted"),
    ("returned", "submitted"),
    ("withdrawn", "submitted"),
    ("submitted", "withdrawn"),
    ("submitted", "returned"),
    ("submitted", "closed"),
    ("draft", "not_applied"),
    ("withdrawn", "not_applied"),
}


class Actors:
    """Who asks for what, and what the county's applications did so far."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.seen: dict[str, str] = {}
        self.edges: set[tuple[str | None, str]] = set()

    async def open(self) -> "Actors":
        self.policy = await self.service.published_policy()
        self.cycle = await self.service.open_cycle(self.policy)
        self.path = f"/v1/cycles/{self.cycle['id']}"
        return self

    async def act(self, action: str, role: Role, which: int) -> httpx.Response | None:
        """Ask for one thing as somebody; None where only time passes."""
        if action in {"day", "days"}:
            await self.service.pass_days(1 if action == "day" else 4)
            await self.service.run_job("sweep_pauses")
            await self.service.run_job("sweep_applications")
            return None
        county = self.service.county
        branch = county.assessed[which]
        nearby = {Role.VILLAGE: county.village(branch), Role.TOWNSHIP: county.township(branch)}
        who = nearby.get(role) or county.caller(role, "publicity_department")
        application = f"/v1/applications/{await self.application_of(str(branch.id))}"
        if action == "fill":
            return await self.fill(application, who)
        if action == "inspect_and_pause":
            return await self.pause(who)
        method, path, body = self.request(action, application, str(branch.id))
        content: Any = {} if body is None else {"json": body}
        headers = {"If-Match": '"2"'} if method == "PATCH" else {}
        return await self.service.call(method, path, who, headers=headers, **content)

    def request(self, action: str, application: str, branch: str) -> tuple[str, str, Any]:
        """Method, path and body of an action that is a single request."""
        reason = {"reason": "随机操作的理由"}
        put_off = reason | {"clear_until": "2027-01-01"}
        start = {"cycle_id": self.cycle["id"], "organization_id": branch}
        return {
            "start": ("POST", "/v1/applications", start),
            "submit": ("POST", f"{application}/submit", None),
            "withdraw": ("POST", f"{application}/withdraw", None),
            "return": ("POST", f"{application}/return", reason),
            "read": ("GET", application, None),
            "close": ("POST", f"{self.path}/applications/close", None),
            "open": ("POST", f"{self.path}/open", None),
            "put_off": ("PATCH", self.path, put_off),
            "resume": ("POST", f"{self.path}/resume", reason),
        }[action]

    async def fill(self, where: str, who: Any) -> httpx.Response:  # noqa: ANN401 -- a caller
        read = await self.service.call("GET", where, who)
        answer = read
        tag = read.headers.get("ETag", '"1"')
        for star, body in sheet(self.policy, "civility").items():
            headers = {"If-Match": tag}
            path = f"{where}/stars/{star}"
            answer = await self.service.call("PUT", path, who, json=body, headers=headers)
            tag = answer.headers.get("ETag", tag)
        return answer

    async def pause(self, who: Any) -> httpx.Response:  # noqa: ANN401 -- a caller
        body: dict[str, Any] = {"entity": "cycle", "entity_id": self.cycle["id"], "text": "意见"}
        found = await self.service.call("POST", f"{self.path}/inspections", who, json=body)
        if found.status_code != 201:
            return found
        path, body = f"/v1/inspections/{found.json()['id']}/pause", {"reason": "核实"}
        return await self.service.call("POST", path, who, json=body | {"working_days": 1})

    async def listed(self) -> list[dict[str, Any]]:
        path = f"/v1/applications?cycle_id={self.cycle['id']}"
        inspector = self.service.county.caller(Role.INSPECTOR)
        found = await self.service.call("GET", path, inspector, expect=200)
        return list(found.json()["items"])

    async def application_of(self, organization: str) -> str:
        mine = [e["id"] for e in await self.listed() if e["organization_id"] == organization]
        return str(mine[0]) if mine else "00000000-0000-7000-8000-000000000000"

    async def check(self) -> None:
        """Every application went along a legal edge since the last look."""
        now = {each["id"]: str(each["state"]) for each in await self.listed()}
        for application, state in now.items():
            before = self.seen.get(application)
            if before != state:
                assert (before, state) in APPLICATION_EDGES
                self.edges.add((before, state))
        assert set(self.seen) <= set(now)
        self.seen = now


async def records(service: Service) -> int:
    async with service.context.read() as work:
        return await work.session.scalar(sa.select(sa.func.count()).select_from(audit_log)) or 0


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_actor_leads_anywhere_undefined(service: Service, seed: int) -> None:
    actors, dice = await Actors(service).open(), Random(seed)
    for _ in range(70):
        (action,) = dice.choices(list(ACTIONS), list(ACTIONS.values()))
        rightly = dice.random() < 0.75
        role = RIGHT.get(action, Role.VILLAGE) if rightly else dice.choice(ROLES)
        before = await records(service)
        answer = await actors.act(action, role, dice.randrange(3))
        await actors.check()
        if answer is not None and answer.status_code >= 400:
            assert problem(answer) != "unexpected"
            assert action in {"fill", "inspect_and_pause"} or await records(service) == before
    assert (None, "draft") in actors.edges
    assert ("draft", "submitted") in actors.edges
