"""Random actors against the running service: every answer is defined, every state legal."""

from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.settings import Settings
from shared.audit import audit_log
from shared.caller import Role
from tests.conftest import DatabaseFactory
from tests.scoring.county import Service, problem, running, sheet

ROLES = (
    Role.VILLAGE,
    Role.TOWNSHIP,
    Role.ORGANIZATION_DEPARTMENT,
    Role.INSPECTOR,
    Role.DEPARTMENT,
    Role.COMMITTEE,
)
ACTIONS = (
    "start",
    "fill",
    "fill",
    "submit",
    "submit",
    "withdraw",
    "return",
    "return",
    "close",
    "open",
    "put_off",
    "inspect_and_pause",
    "resume",
    "read",
    "day",
    "days",
)
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
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from(ROLES), st.integers(0, 2)),
    min_size=25,
    max_size=40,
)


class Actors:
    """Who asks for what, and what the county's applications did so far."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.seen: dict[str, str] = {}

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
            assert before == state or (before, state) in APPLICATION_EDGES
        assert set(self.seen) <= set(now)
        self.seen = now


async def records(service: Service) -> int:
    async with service.context.read() as work:
        return await work.session.scalar(sa.select(sa.func.count()).select_from(audit_log)) or 0


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_no_actor_leads_anywhere_undefined(
    database: DatabaseFactory, tmp_path: Path, steps: list[tuple[str, Role, int]]
) -> None:
    chosen = Settings(
        environment="test",
        movable_clock=True,
        database_url=await database("scoring"),
        redis_url="redis://unused.invalid",
        client_id="scoring",
        client_secret="unused",
        evidence_directory=tmp_path / "evidence",
    )
    async with running(chosen) as service:
        actors = await Actors(service).open()
        for action, role, which in steps:
            before = await records(service)
            answer = await actors.act(action, role, which)
            await actors.check()
            if answer is not None and answer.status_code >= 400:
                assert problem(answer) != "unexpected"
                assert action in {"fill", "inspect_and_pause"} or await records(service) == before
