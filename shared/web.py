"""The HTTP face every service has: problems, ETags, idempotency, docs without internet."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi_offline import FastAPIOffline
from pydantic import AwareDatetime, BaseModel
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import docs_page
from shared.auth import Verifier
from shared.caller import PUBLIC, Caller
from shared.clock import OFFSET_SECONDS
from shared.context import Context
from shared.describing import PROBLEM, describe
from shared.errors import (
    Invalid,
    NotSignedIn,
    PreconditionRequired,
    Problem,
    Text,
    TooLarge,
    stale,
)
from shared.idempotency import Deferred, Replay, fingerprint
from shared.problems import MEDIA_TYPE, install, render, safe_headers
from shared.tables import new_id

_READS = {"GET", "HEAD", "OPTIONS"}
_KEY = re.compile(r"[\x21-\x7e]{8,100}")


class BadKey(Invalid):
    """The Idempotency-Key is not 8 to 100 printable characters."""

    slug = "idempotency-key-invalid"
    title = Text("幂等键格式不对", "Invalid Idempotency-Key")


class KeyedRoute(APIRoute):
    """A route that honours Idempotency-Key on POST (see shared.idempotency)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route: claim the key, then commit together with the rendered answer."""
        handle = super().get_route_handler()

        async def keyed(request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            if key is None or request.method != "POST":
                return await handle(request)
            return await _keyed(request, key, handle)

        return keyed


async def _keyed(
    request: Request, key: str, handle: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    if not _KEY.fullmatch(key):
        raise BadKey(
            "Idempotency-Key 应为 8 到 100 个可见字符，建议用 UUID。",
            "Idempotency-Key must be 8 to 100 visible ASCII characters; a UUID is best.",
        )
    target = f"{request.url.path}?{request.url.query}"
    deferred = Deferred(key, fingerprint(request.method, target, await request.body()))
    request.state.deferred = deferred
    try:
        response = await handle(request)
    except Replay as stored:
        headers = {**stored.headers, "Idempotency-Replayed": "true"}
        return Response(stored.body, stored.status, headers)
    except BaseException:
        await deferred.abandon()
        raise
    kept = {
        name: value
        for name, value in response.headers.items()
        if name in {"content-type", "etag", "location"}
    }
    await deferred.complete(response.status_code, kept, bytes(response.body))
    return response


class _Router(APIRouter):
    """A router whose routes are tried only where its prefix occurs: there are hundreds of them."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return how a request fits, and what the path says."""
        if self.prefix not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)


def router(prefix: str, tag: str) -> APIRouter:
    """Return a router below `/v1` whose POSTs honour Idempotency-Key."""
    return _Router(prefix=f"/v1{prefix}", tags=[tag], route_class=KeyedRoute)


_bearer = HTTPBearer(
    auto_error=False,
    description="粘贴登录得到的 access_token（不含引号，也不用写 Bearer）；十分钟后须重新登录",
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="网络重发时用同一个键，24 小时内只办理一次并返回同样的结果",
    ),
]


async def public_context(request: Request) -> Context:
    """The context of a request that needs no sign-in."""
    return _context(request, PUBLIC)


async def signed_in_context(request: Request, credentials: Credentials) -> Context:
    """The context of a signed-in caller; NotSignedIn otherwise."""
    if credentials is None:
        raise NotSignedIn(
            "请先登录，并在 Authorization 头中带上 Bearer 令牌。",
            "Sign in first and send the token as `Authorization: Bearer …`.",
        )
    verifier: Verifier = request.app.state.verifier
    caller = await verifier.verify(credentials.credentials)
    ctx = _context(request, caller)
    caller.require_scope(ctx.service, writes=request.method not in _READS)
    return ctx


PublicCtx = Annotated[Context, Depends(public_context)]
Ctx = Annotated[Context, Depends(signed_in_context)]


def _context(request: Request, caller: Caller) -> Context:
    base: Context = request.app.state.context
    return Context(
        base.service,
        base.sessions,
        base.clock,
        base.queue,
        base.ports,
        caller,
        request_id=request.state.request_id,
        # Where the public writes from is recorded nowhere.
        address=None if caller is PUBLIC else request.client and request.client.host,
        deferred=getattr(request.state, "deferred", None),
    )


_IF_MATCH = Header(
    alias="If-Match",
    description='必填：先读取（GET）要修改的内容，把答复头 etag 的值原样填在这里，如 "1"',
)


async def if_match(header: Annotated[str | None, _IF_MATCH] = None) -> int:
    """Read the version a change is based on; 428 without, 412 when it is not one of ours."""
    if header is None:
        raise PreconditionRequired(
            "修改前请先读取最新内容，并把返回的 ETag 放在 If-Match 头中。",
            "Read the content first and send its ETag as If-Match.",
        )
    text = header.removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit():
        raise stale()
    return int(text)


IfMatch = Annotated[int, Depends(if_match)]


def etag(response: Response, version: int) -> None:
    """Set the ETag of a versioned thing."""
    response.headers["ETag"] = f'"{version}"'


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI `responses` for these problems, grouped by status, each with its type."""
    said: dict[int | str, list[str]] = {}
    for kind in kinds:
        said.setdefault(kind.status, []).append(f"{kind.title.zh} `{kind.slug}`")
    return {
        status: {"description": "；".join(each), "content": {MEDIA_TYPE: {"schema": PROBLEM}}}
        for status, each in said.items()
    }


def create_app(
    *,
    title: str,
    summary: str,
    description: str,
    tags: list[dict[str, Any]],
    parameters: Mapping[str, str],
    examples: Path,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    max_body_bytes: int,
) -> FastAPI:
    """Return the application with everything that is the same in every service.

    The lifespan sets `app.state.context` (a Context) and `app.state.verifier`. `parameters`
    tells by name where a person finds the value of each parameter; the file `examples` shows by
    its schema's name what is answered.
    """
    app = FastAPIOffline(
        title=title,
        summary=summary,
        description=description,
        version="1",
        openapi_tags=tags,
        lifespan=lifespan,
        swagger_ui_parameters=docs_page.PARAMETERS,
        responses=problems(Invalid),
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_middleware(_BodyLimit, limit=max_body_bytes)
    app.add_middleware(_Envelope)
    install(app)
    describe(app, parameters, json.loads(examples.read_text(encoding="utf-8")))
    docs_page.install(app)
    app.add_api_route("/healthz", _alive, include_in_schema=False)
    return app


class ClockMove(BaseModel):
    """Where to set the business clock."""

    now: AwareDatetime


def add_demo_clock(app: FastAPI, *sweeps: Callable[..., object]) -> None:
    """Add the route that moves business time; only demonstrations and tests may have it.

    When it answers, every process of the service goes by the new time, and the `sweeps` of its
    worker have been told to look at their deadlines.
    """

    async def move_clock(move: ClockMove, ctx: PublicCtx) -> ClockMove:
        async with ctx.work() as work:
            await ctx.clock.move(work.session, move.now)
        await asyncio.sleep(1.5 * OFFSET_SECONDS)
        async with ctx.work() as work:
            for sweep in sweeps:
                work.wake(sweep.__name__)
            return ClockMove(now=work.moment.business)

    app.add_api_route("/v1/demo/clock", move_clock, methods=["POST"], include_in_schema=False)


async def _alive() -> dict[str, str]:
    return {"status": "ok"}


class _Envelope:
    """Gives every request an id and every answer the safe headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *safe_headers(request_id)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class _BodyLimit:
    """Answers a body over the limit as the problem `too-large`, whether its length was told."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        taken, over = 0, declared.isdigit() and int(declared) > self.limit

        async def receive_within() -> Message:
            nonlocal taken, over
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.limit:
                over = True
                raise self._problem()
            return message

        async def send_unless_over(message: Message) -> None:
            # Whatever was made of the broken-off reading, the answer is the one below.
            if not over:
                await send(message)

        if not over:
            try:
                await self.app(scope, receive_within, send_unless_over)
            except TooLarge:
                if not over:
                    raise
        if over:
            await render(Request(scope), self._problem())(scope, receive, send)

    def _problem(self) -> TooLarge:
        size = f"{self.limit / 1_000_000:g} MB"
        return TooLarge(
            f"提交的内容超过{size}的上限，请压缩或分几次提交，本次没有保存。",
            f"The request body is over the limit of {size}: send less; nothing was saved.",
            limit_bytes=self.limit,
        )
