"""A person with everything that registry can know of one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest

from services.registry.identity.domain.outside import Linked
from services.registry.identity.store import outside
from shared.caller import Caller, Grant, Role
from shared.clock import real_now
from shared.sealing.envelope import Seal
from shared.tables import new_id
from tests.registry.house import ADMIN, County, Registry
from tests.registry.identity.people import PASSWORD, Account, sign_in, try_to_sign_in

NAME = "欧阳建国"
EMAIL = "ouyang@huojia.test"
USERNAME = "ouyang-jianguo"
SUBJECT = "410724-ouyang"
DEVICE = "Ouyangs-Phone/17"
SECURITY = Caller(new_id(), (Grant(Role.SECURITY_ADMINISTRATOR),), person_id=new_id())


@dataclass
class Life:
    """A person with everything that registry can know of one."""

    registry: Registry
    county: County
    person_id: str
    user_id: str
    term_id: str
    grant_id: str

    @property
    def path(self) -> str:
        return f"/people/{self.person_id}"

    async def retire(self) -> None:
        """End what runs: the term is over, the grant taken back."""
        await self.registry.post(f"/terms/{self.term_id}/end", {"ends_on": "2025-12-31"})
        body = {"reason": "已离任"}
        await self.registry.post(f"/grants/{self.grant_id}/revoke", body)

    async def ask(self, caller: Caller = ADMIN, expect: int = 201) -> dict[str, Any]:
        body = {"reason": "本人书面申请"}
        return await self.registry.post(f"{self.path}/erase", body, caller, expect)

    async def erase(self) -> None:
        await self.retire()
        asked = await self.ask()
        await self.registry.post(f"/erasures/{asked['id']}/confirm", caller=SECURITY)


async def begin_session(account: Account) -> Account:
    """Sign in from the device whose name tells its owner, and again by a token used twice."""
    body = {"username": USERNAME, "password": PASSWORD}
    headers = {"User-Agent": DEVICE}
    http = account.registry.http
    begun = (await http.post("/v1/sessions", json=body, headers=headers)).json()
    token = {"refresh_token": begun["refresh_token"]}
    for expected in (200, 401):
        answer: httpx.Response = await http.post("/v1/sessions/refresh", json=token)
        assert answer.status_code == expected
    return account


@pytest.fixture
async def life(registry: Registry, county: County) -> Life:
    village = county.of_tier("village")[0]["id"]
    body = {"county_id": str(county.id), "name": "错名"}
    person = await registry.post("/people", body, expect=201)
    await registry.patch(f"/people/{person['id']}", {"name": NAME}, 1)
    term = {"person_id": person["id"], "organization_id": village, "post": "secretary"}
    held = await registry.post("/terms", term | {"starts_on": "2024-01-01"}, expect=201)
    user = {
        "username": USERNAME,
        "password": PASSWORD,
        "display_name": NAME,
        "email": EMAIL,
        "person_id": person["id"],
        "grants": [{"role": "village", "organization_id": village}],
    }
    headers = registry.headers(ADMIN) | {"Idempotency-Key": str(new_id())}
    answer = await registry.http.post("/v1/users", json=user, headers=headers)
    made = answer.json()
    await registry.patch(f"/users/{made['id']}", {"email": f"new.{EMAIL}"}, 1)
    account = await begin_session(await sign_in(registry, USERNAME))
    enrolled = await account.post("/me/second-factor", {"password": PASSWORD}, expect=201)
    code = pyotp.TOTP(enrolled["secret"]).now()
    await account.post("/me/second-factor/confirm", {"code": code})
    await try_to_sign_in(registry, USERNAME, "wrong")
    ctx = registry.context
    async with ctx.work() as work:
        linked = Linked("https://idp.example.gov.cn", SUBJECT, UUID(made["id"]), real_now())
        await outside.link(work.session, ctx.port(Seal), linked)
    return Life(registry, county, person["id"], made["id"], held["id"], made["grants"][0]["id"])
