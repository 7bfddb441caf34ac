"""Erasing a person: what stands in the way, who may, and that nothing tells the person after."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest
import sqlalchemy as sa

from services.registry.identity.domain.outside import Linked
from services.registry.identity.store import outside
from shared.audit import audit_log
from shared.caller import Caller, Grant, Role
from shared.clock import real_now
from shared.outbox import outbox as sent
from shared.sealing.envelope import Seal
from shared.tables import new_id
from tests.columns import plain_text, telling
from tests.registry.house import ADMIN, County, Registry, problem
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


async def test_what_runs_stands_in_the_way_and_is_named(life: Life) -> None:
    registry = life.registry
    looked = await registry.get(f"{life.path}/erase", SECURITY)
    assert (looked["possible"], looked["accounts"], looked["terms"]) == (False, 1, 1)
    assert {each["kind"]: each["id"] for each in looked["blocks"]} == {
        "term": life.term_id,
        "grant": life.grant_id,
    }
    refused = await life.ask(expect=409)
    assert problem(refused) == "erasure-blocked"
    assert [each["pointer"] for each in refused["errors"]] == [
        f"/terms/{life.term_id}",
        f"/grants/{life.grant_id}",
    ]
    assert (await registry.get(life.path))["name"] == NAME
    await life.retire()
    assert (await registry.get(f"{life.path}/erase"))["possible"]


async def test_another_administrator_confirms_and_nobody_erases_themself(life: Life) -> None:
    registry = life.registry
    await life.retire()
    oneself = replace(SECURITY, person_id=UUID(life.person_id))
    assert problem(await life.ask(oneself, 403)) == "erasure-needs-second-person"
    asked = await life.ask()
    assert problem(await life.ask(SECURITY, 409)) == "erasure-waiting"
    path = f"/erasures/{asked['id']}/confirm"
    other_account = replace(ADMIN, user_id=new_id())
    for caller in (ADMIN, other_account, oneself):
        refused = await registry.post(path, caller=caller, expect=403)
        assert problem(refused) == "erasure-needs-second-person"
    assert (await registry.get(life.path))["name"] == NAME
    done = await registry.post(path, caller=SECURITY)
    assert done["state"] == "done"
    again = await registry.post(path, caller=SECURITY, expect=409)
    assert problem(again) == "illegal-transition"
    listed = (await registry.get("/erasures", SECURITY))["items"]
    assert [(each["id"], each["state"]) for each in listed] == [(asked["id"], "done")]


async def test_what_began_after_the_request_stops_the_confirmation(life: Life) -> None:
    registry = life.registry
    await life.retire()
    asked = await life.ask()
    village = life.county.of_tier("village")[1]["id"]
    term = {"person_id": life.person_id, "organization_id": village, "post": "member"}
    await registry.post("/terms", term | {"starts_on": "2026-01-01"}, expect=201)
    path = f"/erasures/{asked['id']}/confirm"
    assert problem(await registry.post(path, caller=SECURITY, expect=409)) == "erasure-blocked"
    body = {"reason": "又任新职"}
    await registry.post(f"/erasures/{asked['id']}/reject", body, SECURITY)
    assert (await registry.get(life.path))["name"] == NAME


async def test_afterwards_no_column_tells_who_it_was(life: Life) -> None:
    registry = life.registry
    secrets = (NAME, "ouyang", "oyjg", EMAIL, USERNAME, SUBJECT, DEVICE)
    async with registry.context.read() as work:
        before = telling(await plain_text(work.session), *secrets)
    assert before == {"people", "users", "sessions", "outbox"}
    await life.erase()
    async with registry.context.read() as work:
        found = await plain_text(work.session)
    assert telling(found, *secrets) == set()
    assert telling(found, life.person_id) >= {"people", "terms", "users", "erasures", "audit_log"}


async def test_the_audit_trail_holds_no_personal_value_of_all_that_happened(life: Life) -> None:
    await life.erase()
    async with life.registry.context.read() as work:
        actions = set(await work.session.scalars(sa.select(audit_log.c.action)))
        rows = await work.session.execute(sa.select(audit_log))
        told = "\n".join(str(dict(row)) for row in rows.mappings())
    happened = {
        *("person.register", "person.correct", "term.enter", "term.end", "user.create"),
        *("user.correct", "session.sign_in", "session.refresh_reused", "grant.revoke"),
        *("user.enrol_second_factor", "erasure.request", "erasure.confirm"),
    }
    assert happened <= actions
    for secret in (NAME, "错名", EMAIL, USERNAME, SUBJECT, DEVICE):
        assert secret not in told


async def test_the_account_is_closed_and_the_others_are_told(life: Life) -> None:
    registry = life.registry
    await life.erase()
    person = await registry.get(life.path)
    assert person["name"] == "已删除"
    account = await registry.get(f"/users/{life.user_id}")
    assert account["username"] == f"deleted-{life.user_id}"
    assert (account["display_name"], account["email"]) == ("已删除", None)
    assert account["disabled"]
    for username in (USERNAME, account["username"]):
        answer = await try_to_sign_in(registry, username)
        assert answer.status_code in (401, 403)
    async with registry.context.read() as work:
        rows = await work.session.execute(
            sa.select(sent).where(sent.c.aggregate_id == UUID(life.user_id))
        )
        told = [(row.type, row.consumer, row.data) for row in rows]
    own = {"person_id": life.person_id, "user_id": life.user_id}
    assert [each for each in told if each[0] == "person.erased"] == [
        ("person.erased", "notifications", own)
    ]
    alarms = [data for kind, _, data in told if kind == "session.alarm"]
    assert {(each["display_name"], each["device"]) for each in alarms} == {("已删除", "已删除")}
    assert {kind for kind, consumer, _ in told if consumer == "scoring"} >= {"session.revoked"}


async def test_terms_still_add_up_and_no_new_ones_begin(life: Life) -> None:
    registry = life.registry
    await life.erase()
    found = (await registry.get("/terms", person_id=life.person_id))["items"]
    assert [(each["id"], each["ends_on"]) for each in found] == [(life.term_id, "2025-12-31")]
    village = life.county.of_tier("village")[1]["id"]
    term = {"person_id": life.person_id, "organization_id": village, "post": "member"}
    refused = await registry.post("/terms", term | {"starts_on": "2026-02-01"}, expect=422)
    assert problem(refused) == "terms-rejected"
    corrected = await registry.patch(life.path, {"name": NAME}, 3, expect=409)
    assert problem(corrected) == "person-erased"
    assert problem(await life.ask(SECURITY, 409)) == "person-erased"


async def test_a_county_erases_its_own_people_only(life: Life) -> None:
    await life.retire()
    elsewhere = Caller(new_id(), (Grant(Role.SECURITY_ADMINISTRATOR, new_id()),), new_id())
    assert problem(await life.ask(elsewhere, 404)) == "person-unknown"
    own = life.county.caller(Role.SECURITY_ADMINISTRATOR)
    asked = await life.ask(own)
    path = f"/erasures/{asked['id']}/confirm"
    hidden = await life.registry.post(path, caller=elsewhere, expect=404)
    assert problem(hidden) == "erasure-unknown"
    officer = life.county.caller(Role.ORGANIZATION_DEPARTMENT)
    assert problem(await life.ask(officer, 403)) == "forbidden"
