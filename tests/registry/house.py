"""Registry as tests see it: requests as any caller, and the county of the examples."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from services.registry.identity.store.keys import KeyFolder
from services.registry.settings import Settings
from shared.caller import Caller, Grant, Role
from shared.clock import real_now
from shared.context import Context
from shared.queue import MemoryQueue
from shared.tables import new_id

HUOJIA = Path(__file__).parents[2] / "services/registry/divisions/data/divisions_huojia_410724.csv"
SECRET = "secret-of-scoring"
ADMIN = Caller(new_id(), (Grant(Role.SYSTEM_ADMINISTRATOR),), person_id=new_id())


@dataclass
class Registry:
    """The service as tests see it: requests as any caller, and what is behind them."""

    app: FastAPI
    http: httpx.AsyncClient
    queue: MemoryQueue
    settings: Settings

    @property
    def context(self) -> Context:
        context: Context = self.app.state.context
        return context

    @property
    def keys(self) -> KeyFolder:
        return self.context.port(KeyFolder)

    def headers(self, caller: Caller, keys: KeyFolder | None = None) -> dict[str, str]:
        token = (keys or self.keys).sign(caller, real_now())
        return {"Authorization": f"Bearer {token}"}

    async def get(
        self, path: str, caller: Caller = ADMIN, expect: int = 200, **params: object
    ) -> dict[str, Any]:
        answer = await self.http.get(
            f"/v1{path}",
            params={name: str(value) for name, value in params.items()},
            headers=self.headers(caller),
        )
        assert answer.status_code == expect, answer.text
        return dict(answer.json())

    async def post(
        self, path: str, body: object = None, caller: Caller = ADMIN, expect: int = 200
    ) -> dict[str, Any]:
        answer = await self.http.post(f"/v1{path}", json=body, headers=self.headers(caller))
        assert answer.status_code == expect, answer.text
        return dict(answer.json()) if answer.content else {}

    async def patch(
        self,
        path: str,
        body: object,
        version: int | None,
        caller: Caller = ADMIN,
        expect: int = 200,
    ) -> dict[str, Any]:
        headers = self.headers(caller)
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = await self.http.patch(f"/v1{path}", json=body, headers=headers)
        assert answer.status_code == expect, answer.text
        return dict(answer.json())

    async def load_csv(self, content: bytes, expect: int = 200) -> dict[str, Any]:
        headers = self.headers(ADMIN) | {"Content-Type": "text/csv"}
        answer = await self.http.post(
            "/v1/divisions/import",
            content=content,
            params={"valid_from": "2016-07-31", "source": "测试"},
            headers=headers,
        )
        assert answer.status_code == expect, answer.text
        return dict(answer.json())


@dataclass
class County:
    """获嘉县 as imported: 1 county committee, 15 townships, 226 villages."""

    registry: Registry
    id: UUID
    organizations: list[dict[str, Any]]

    def of_tier(self, tier: str) -> list[dict[str, Any]]:
        return [each for each in self.organizations if each["tier"] == tier]

    def named(self, short_name: str) -> dict[str, Any]:
        return next(each for each in self.organizations if each["short_name"] == short_name)

    def caller(self, role: Role, organization_id: str | None = None) -> Caller:
        place = UUID(organization_id) if organization_id else self.id
        return Caller(new_id(), (Grant(role, place),), person_id=new_id())


def problem(body: dict[str, Any]) -> str:
    """The last part of a problem's type; its sentence must be Chinese."""
    assert any("一" <= sign <= "鿿" for sign in body["detail"])
    return str(body["type"]).removeprefix("urn:wuxing:problem:")
