"""A grant taken back, or a session ended, stops working everywhere within seconds.

Real processes: three services and their workers, events over a real Redis.
"""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx

from deploy.local.demo.county import CSV
from tests.e2e.conftest import Town, town

PASSWORD = "Huojia-Spring-2026"
# Two sweeps of the relay (2 s) and the second for which a process trusts what it has read make 5;
# the rest is for waiting for a core while other tests run.
SECONDS = 10.0
ASKED = {
    "registry": "/v1/organizations",
    "scoring": "/v1/cycles",
    "notifications": "/v1/announcements",
}


class Person:
    """Somebody signed in at registry, who asks all three services."""

    def __init__(self, http: httpx.AsyncClient, town: Town, token: str) -> None:
        self.http, self.urls = http, town.stack.urls
        self.headers = {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, body: object = None) -> dict[str, Any]:
        url = self.urls["registry"] + path
        answer = await self.http.post(url, json=body, headers=self.headers)
        assert answer.is_success, answer.text
        return dict(answer.json()) if answer.content else {}

    async def statuses(self) -> dict[str, int]:
        """What each service answers to this person's token now."""
        answers = await asyncio.gather(
            *(
                self.http.get(self.urls[service] + path, headers=self.headers)
                for service, path in ASKED.items()
            )
        )
        return dict(zip(ASKED, (each.status_code for each in answers), strict=True))

    async def seconds_until_out(self) -> float:
        """How long the token goes on working somewhere."""
        begun = time.monotonic()
        while set((await self.statuses()).values()) != {401}:
            assert time.monotonic() - begun < SECONDS, await self.statuses()
            await asyncio.sleep(0.1)
        return time.monotonic() - begun


async def signed_in(http: httpx.AsyncClient, town: Town, username: str, password: str) -> Person:
    body = {"username": username, "password": password}
    answer = await http.post(town.stack.urls["registry"] + "/v1/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return Person(http, town, answer.json()["access_token"])


async def county_of(admin: Person) -> str:
    """Make the county's tree; returns its id."""
    headers = admin.headers | {"Content-Type": "text/csv"}
    answer = await admin.http.post(
        admin.urls["registry"] + "/v1/divisions/import",
        params={"valid_from": "2016-07-31", "source": "测试"},
        content=CSV.read_bytes(),
        headers=headers,
    )
    assert answer.is_success, answer.text
    made = await admin.post("/v1/organizations/from-divisions", {"county_code": "410724000000"})
    return str(made["county_id"])


async def story(town: Town) -> None:
    async with httpx.AsyncClient(timeout=20) as http:
        admin = await signed_in(http, town, "admin", town.password)
        county = await county_of(admin)
        draft = {"username": "office", "password": PASSWORD, "display_name": "组织部"}
        grant = {"role": "organization_department", "organization_id": county}
        made = await admin.post("/v1/users", draft | {"grants": [grant]})
        office = await signed_in(http, town, "office", PASSWORD)
        assert await office.statuses() == dict.fromkeys(ASKED, 200)
        reason = {"reason": "调离"}
        await admin.post(f"/v1/grants/{made['grants'][0]['id']}/revoke", reason)
        await office.seconds_until_out()
        # Whoever signs in again comes in without the grant; others were never touched.
        again = await signed_in(http, town, "office", PASSWORD)
        assert (await again.statuses())["notifications"] == 403
        assert set((await admin.statuses()).values()) <= {200, 403}
        await admin.post(f"/v1/users/{made['id']}/sessions/revoke-all")
        await again.seconds_until_out()


def test_what_was_taken_back_works_nowhere_within_seconds(tmp_path: Path) -> None:
    with town(tmp_path) as running:
        first = ("admin", "create", "--username", "admin", "--display-name", "系统管理员")
        running.stack.command(*first, WUXING_ADMIN_PASSWORD=running.password)
        asyncio.run(story(running))
