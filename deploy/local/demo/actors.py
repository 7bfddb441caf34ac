"""The people of the demonstration: each signs in and acts through the HTTP APIs."""

import asyncio
import secrets
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx

# As many as act at the same moment; more only queue up on two cores.
AT_ONCE = 8
ATTEMPTS = 10
TIMEOUT = httpx.Timeout(60.0, connect=5.0)


class Refused(Exception):  # noqa: N818 -- an answer of the API, with its problem
    """An answer other than success: carries the problem the service gave."""

    def __init__(self, method: str, path: str, answer: httpx.Response) -> None:
        super().__init__(f"{method} {path} → {answer.status_code} {answer.text[:800]}")
        self.status = answer.status_code
        problem = answer.headers.get("content-type", "").startswith("application/problem")
        self.problem: dict[str, Any] = answer.json() if problem else {}


@dataclass
class Services:
    """One HTTP client for each service, shared by all actors."""

    clients: dict[str, httpx.AsyncClient]
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    @classmethod
    def at(cls, urls: dict[str, str]) -> Self:
        """Connect to the services at these addresses."""
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        return cls(
            {
                name: httpx.AsyncClient(
                    base_url=url, timeout=TIMEOUT, limits=limits, trust_env=False
                )
                for name, url in urls.items()
            }
        )

    async def patiently(
        self,
        service: str,
        method: str,
        path: str,
        **content: Any,  # noqa: ANN401 -- httpx content
    ) -> httpx.Response:
        """Send one request, again while the service is busy; raises Refused."""
        for _ in range(ATTEMPTS):
            async with self.gate:
                answer = await self.clients[service].request(method, path, **content)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))
        if not answer.is_success:
            raise Refused(method, path, answer)
        return answer

    async def close(self) -> None:
        """Close all connections."""
        for client in self.clients.values():
            await client.aclose()


@dataclass
class Actor:
    """One account; signs in when it first acts."""

    services: Services
    username: str
    password: str = field(repr=False)
    _session: asyncio.Task[str] | None = field(default=None, repr=False)

    async def sign_in(self) -> str:
        """Return an access token; whoever asks first signs in, the others wait for that one."""
        if self._session is None:
            self._session = asyncio.create_task(self._signed_in())
        return await self._session

    async def _signed_in(self) -> str:
        body = {"username": self.username, "password": self.password}
        answer = await self.services.patiently("registry", "POST", "/v1/sessions", json=body)
        token: str = answer.json()["access_token"]
        return token

    async def send(
        self,
        service: str,
        method: str,
        path: str,
        *,
        etag: str | None = None,
        media_type: str | None = None,
        **content: Any,  # noqa: ANN401 -- httpx content
    ) -> httpx.Response:
        """Send one request as this actor; raises Refused.

        A POST carries one fresh Idempotency-Key for all its attempts, as a phone on a bad
        network would send it; 503 says that nothing was saved, so the rest may repeat too.
        """
        headers = {"Authorization": f"Bearer {await self.sign_in()}"}
        if media_type is not None:
            headers["Content-Type"] = media_type
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        if etag is not None:
            headers["If-Match"] = etag
        return await self.services.patiently(service, method, path, headers=headers, **content)

    async def get(self, service: str, path: str, **query: Any) -> Any:  # noqa: ANN401 -- JSON
        """Return the JSON at a path."""
        return (await self.send(service, "GET", path, params=query)).json()

    async def post(self, service: str, path: str, body: Any = None) -> Any:  # noqa: ANN401 -- JSON
        """Post JSON and return the JSON answer."""
        answer = await self.send(service, "POST", path, json=body)
        return answer.json() if answer.content else None

    async def put(
        self,
        service: str,
        path: str,
        body: Any,  # noqa: ANN401 -- JSON
        etag: str | None,
    ) -> httpx.Response:
        """Put JSON against a version; returns the answer with its new ETag."""
        return await self.send(service, "PUT", path, json=body, etag=etag)

    async def pages(self, service: str, path: str, **query: Any) -> list[Any]:  # noqa: ANN401 -- what a URL can hold
        """Return the items of all pages of a list."""
        found: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(service, path, **query, **cursor, limit=500)
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}


async def together(steps: Iterable[Awaitable[Any]]) -> list[Any]:
    """Run many actors' steps at once; the gate of their services bounds them."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_await(step)) for step in steps]
    return [task.result() for task in tasks]


async def _await(step: Awaitable[Any]) -> Any:  # noqa: ANN401 -- whatever a step returns
    return await step


def new_password() -> str:
    """Return a password that meets the rules."""
    return f"Wx-{secrets.token_urlsafe(12)}-9"
