"""Accounts that sign in as people do."""

from dataclasses import dataclass
from typing import Any

import httpx

from services.registry.identity.usecases.accounts import create_first_administrator
from tests.registry.house import Registry

PASSWORD = "Huojia-Spring-2026"


@dataclass
class Account:
    """A signed-in account."""

    registry: Registry
    username: str
    password: str
    access: str
    refresh: str
    id: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}

    async def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        return await self.registry.http.request(
            method, f"/v1{path}", json=body, headers=self.headers
        )

    async def post(self, path: str, body: object = None, expect: int = 200) -> dict[str, Any]:
        answer = await self.ask("POST", path, body)
        assert answer.status_code == expect, answer.text
        return dict(answer.json()) if answer.content else {}

    async def refreshed(self) -> "Account":
        """The same session with its next pair of tokens."""
        body = {"refresh_token": self.refresh}
        answer = await self.registry.http.post("/v1/sessions/refresh", json=body)
        return account_of(self.registry, answer, self.username, self.password)

    async def get(self, path: str, expect: int = 200) -> dict[str, Any]:
        answer = await self.ask("GET", path)
        assert answer.status_code == expect, answer.text
        return dict(answer.json())


def forget_revocations(registry: Registry) -> None:
    """They are re-read once a second; do not wait for it."""
    registry.app.state.verifier.revocations._read = 0.0


async def try_to_sign_in(
    registry: Registry, username: str, password: str = PASSWORD, code: str | None = None
) -> httpx.Response:
    body = {"username": username, "password": password} | ({"code": code} if code else {})
    return await registry.http.post("/v1/sessions", json=body)


async def sign_in(
    registry: Registry, username: str, password: str = PASSWORD, code: str | None = None
) -> Account:
    return account_of(
        registry, await try_to_sign_in(registry, username, password, code), username, password
    )


def account_of(
    registry: Registry, answer: httpx.Response, username: str = "", password: str = PASSWORD
) -> Account:
    """The account that a sign-in of any kind has opened."""
    assert answer.is_success, answer.text
    body = answer.json()
    return Account(
        registry,
        username,
        password,
        body["access_token"],
        body["refresh_token"],
        body["user_id"],
    )


async def first_administrator(registry: Registry) -> Account:
    await create_first_administrator(registry.context, "admin", PASSWORD, "系统管理员", force=False)
    return await sign_in(registry, "admin")


def draft(username: str, *grants: dict[str, Any], **more: object) -> dict[str, Any]:
    base = {"username": username, "password": PASSWORD, "display_name": f"账号 {username}"}
    return base | {"grants": list(grants)} | more


async def add(admin: Account, username: str, *grants: dict[str, Any], **more: object) -> Account:
    """Make an account and sign it in."""
    await admin.post("/users", draft(username, *grants, **more), expect=201)
    return await sign_in(admin.registry, username)
