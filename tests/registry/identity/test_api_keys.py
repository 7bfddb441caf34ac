"""API keys of platforms: shown once, narrow, ended by day or at once."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services.registry.identity.domain import api_keys
from services.registry.identity.tables import ApiKeyRow
from shared.clock import real_now
from tests.registry.house import County, Registry, problem
from tests.registry.identity.people import Account, add, first_administrator, forget_revocations
from tests.registry.identity.test_signing_in import revoked_sessions

READ = ["registry:read"]


@dataclass
class Platform:
    admin: Account
    account: Account

    @property
    def registry(self) -> Registry:
        return self.admin.registry

    async def key(self, scopes: list[str] | None = None, days: int = 30) -> dict[str, Any]:
        body = {"name": "市平台", "scopes": scopes or READ, "last_day": in_days(days)}
        return await self.admin.post(f"/users/{self.account.id}/api-keys", body, expect=201)

    async def exchange(self, key: str) -> httpx.Response:
        return await self.registry.http.post("/v1/tokens/platform", json={"api_key": key})

    async def headers(self, key: str) -> dict[str, str]:
        answer = await self.exchange(key)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def in_days(days: int) -> str:
    return (real_now().date() + timedelta(days=days)).isoformat()


@pytest.fixture
async def platform(registry: Registry, county: County) -> Platform:
    admin = await first_administrator(registry)
    grant = {"role": "platform", "organization_id": str(county.id)}
    return Platform(admin, await add(admin, "platform", grant))


async def test_a_key_reads_what_its_scopes_and_grants_allow(platform: Platform) -> None:
    made = await platform.key()
    assert made["key"].startswith(f"wx_{made['prefix']}_")
    headers = await platform.headers(made["key"])
    http = platform.registry.http
    listed = await http.get("/v1/organizations", params={"limit": 1}, headers=headers)
    assert (listed.status_code, len(listed.json()["items"])) == (200, 1)
    written = await http.post("/v1/sessions/revoke-all", headers=headers)
    assert (written.status_code, written.json()["scope"]) == (403, "registry:write")
    other = await platform.key(["scoring:read", "notifications:write"])
    headers = await platform.headers(other["key"])
    assert (await http.get("/v1/organizations", headers=headers)).status_code == 403


async def test_only_a_hash_is_kept_and_the_day_of_use(platform: Platform) -> None:
    made = await platform.key()
    secret = made["key"].split("_", 2)[2]
    path = f"/users/{platform.account.id}/api-keys"
    (before,) = (await platform.account.get(path))["items"]
    assert (before["prefix"], before["last_used_on"]) == (made["prefix"], None)
    assert "key" not in before
    await platform.headers(made["key"])
    (after,) = (await platform.admin.get(path))["items"]
    assert date.fromisoformat(after["last_used_on"]) >= real_now().date()
    async with platform.registry.context.sessions() as session:
        rows = str((await session.execute(sa.text("SELECT * FROM api_keys"))).all())
        trail = str((await session.execute(sa.text("SELECT * FROM audit_log"))).all())
    assert secret not in rows + trail
    assert "api_key.issue" in trail


async def test_what_is_no_key_of_ours_opens_nothing(platform: Platform) -> None:
    key = (await platform.key())["key"]
    prefix = key[: key.index("_", 3) + 1]
    text, _, _ = api_keys.new_key()
    for bad in ("x", "wx__", text, prefix + "A" * 43, key + "A", key.upper(), f" {key}"):
        answer = await platform.exchange(bad)
        assert (answer.status_code, problem(answer.json())) == (401, "api-key-refused"), bad
    used_as_token = {"Authorization": f"Bearer {key}"}
    answer = await platform.registry.http.get("/v1/me", headers=used_as_token)
    assert answer.status_code == 401


async def test_a_revoked_key_and_its_tokens_are_void(platform: Platform) -> None:
    first, second = await platform.key(), await platform.key()
    headers = await platform.headers(first["key"])
    others = await platform.headers(second["key"])
    path = f"/users/{platform.account.id}/api-keys/{first['id']}/revoke"
    for _ in range(2):
        done = await platform.account.post(path, {"reason": "密钥外泄"})
        assert done["revoked_at"]
    assert await revoked_sessions(platform.registry) == ["notifications", "scoring"]
    assert (await platform.exchange(first["key"])).status_code == 401
    forget_revocations(platform.registry)
    http = platform.registry.http
    assert (await http.get("/v1/me", headers=headers)).status_code == 401
    assert (await http.get("/v1/me", headers=others)).status_code == 200


async def test_a_key_ends_with_its_last_day(platform: Platform) -> None:
    made = await platform.key(days=1)
    assert made["expires_at"].endswith("T16:00:00Z")
    async with platform.registry.context.sessions() as session:
        past = real_now() - timedelta(seconds=1)
        await session.execute(sa.update(ApiKeyRow).values(expires_at=past))
        await session.commit()
    assert problem((await platform.exchange(made["key"])).json()) == "api-key-refused"


async def test_a_key_ends_with_the_grant_or_the_account(platform: Platform) -> None:
    key = (await platform.key())["key"]
    (grant,) = (await platform.account.get("/me"))["grants"]
    await platform.admin.post(f"/grants/{grant['id']}/revoke", {"reason": "合作结束"})
    assert (await platform.exchange(key)).status_code == 401


@pytest.mark.parametrize("days", [-1, 400])
async def test_an_end_that_does_not_fit_is_named(platform: Platform, days: int) -> None:
    body = {"name": "市平台", "scopes": READ, "last_day": in_days(days)}
    path = f"/users/{platform.account.id}/api-keys"
    refused = await platform.admin.post(path, body, expect=422)
    assert problem(refused) == "api-key-invalid"
    assert refused["errors"][0]["pointer"] == "/body/last_day"


async def test_only_platforms_have_keys_and_only_administrators_issue_them(
    platform: Platform, county: County
) -> None:
    grant = {"role": "organization_department", "organization_id": str(county.id)}
    office = await add(platform.admin, "office", grant)
    body = {"name": "市平台", "scopes": READ, "last_day": in_days(9)}
    refused = await platform.admin.post(f"/users/{office.id}/api-keys", body, expect=422)
    assert problem(refused) == "api-key-invalid"
    for account in (office, platform.account):
        path = f"/users/{platform.account.id}/api-keys"
        assert problem(await account.post(path, body, expect=403)) == "forbidden"
    assert problem(await office.get(path, expect=403)) == "forbidden"
    strange = body | {"scopes": ["registry:everything"]}
    await platform.admin.post(f"/users/{platform.account.id}/api-keys", strange, expect=422)


async def test_exchange_records_are_sent_with_a_key_that_may_write(
    platform: Platform, county: County
) -> None:
    village = county.of_tier("village")[0]
    same = {name: village[name] for name in ("name", "short_name", "kind")}
    body = {"system": "city", "items": [same | {"code": village["id"]}]}
    answers = []
    for scopes in (READ, ["registry:write"]):
        headers = await platform.headers((await platform.key(scopes))["key"])
        http = platform.registry.http
        answers.append(await http.post("/v1/exchange/organizations", json=body, headers=headers))
    assert [each.status_code for each in answers] == [403, 200]
    assert answers[0].json()["scope"] == "registry:write"
    assert answers[1].json()["unchanged"] == 1
