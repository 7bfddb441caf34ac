"""The HTTP face every service has: problems, ETags, idempotency, docs without internet."""

import re
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.auth import Verifier
from shared.caller import PUBLIC, Caller
from shared.context import Context
from shared.errors import (
    Fault,
    Invalid,
    NotFound,
    NotSignedIn,
    PreconditionRequired,
    Problem,
    Text,
    Unavailable,
    stale,
)
from shared.idempotency import Deferred, Replay, fingerprint
from shared.tables import new_id

MEDIA_TYPE = "application/problem+json"
_KEY = re.compile(r"[\x21-\x7e]{8,100}")
_log = structlog.get_logger(__name__)


class ProblemBody(BaseModel):
    """RFC 9457 problem details, as every error answer carries them."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[dict[str, str]] | None = None


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


def router(prefix: str, tag: str) -> APIRouter:
    """Return a router below `/v1` whose POSTs honour Idempotency-Key."""
    return APIRouter(prefix=f"/v1{prefix}", tags=[tag], route_class=KeyedRoute)


_bearer = HTTPBearer(auto_error=False, description="粘贴登录得到的 access_token")
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
    return _context(request, await verifier.verify(credentials.credentials))


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


async def if_match(header: Annotated[str | None, Header(alias="If-Match")] = None) -> int:
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
    """Return the OpenAPI `responses` for these problems, grouped by status."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        body = {
            "type": f"urn:wuxing:problem:{kind.slug}",
            "title": kind.title.zh,
            "status": kind.status,
            "detail": "说明出了什么问题、该怎么办",
        }
        entry = found.setdefault(kind.status, {"model": ProblemBody, "description": ""})
        entry["description"] = "；".join(filter(None, [entry["description"], kind.title.zh]))
        content = entry.setdefault("content", {MEDIA_TYPE: {"examples": {}}})
        content[MEDIA_TYPE]["examples"][kind.slug] = {"value": body}
    return found


def create_app(
    *,
    title: str,
    summary: str,
    description: str,
    tags: list[dict[str, Any]],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    max_body_bytes: int,
) -> FastAPI:
    """Return the application with everything that is the same in every service.

    The lifespan sets `app.state.context` (a Context) and `app.state.verifier`.
    """
    app = FastAPIOffline(
        title=title,
        summary=summary,
        description=description,
        version="1",
        openapi_tags=tags,
        lifespan=lifespan,
        max_body_size=max_body_bytes,
        swagger_ui_parameters={"persistAuthorization": True, "displayRequestDuration": True},
        responses={422: {"model": ProblemBody, "description": "内容有误"}},
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_middleware(_Envelope)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(OSError, _database)
    app.add_exception_handler(Exception, _unexpected)
    app.add_api_route("/healthz", _alive, include_in_schema=False)
    return app


async def _alive() -> dict[str, str]:
    return {"status": "ok"}


def _safe_headers(request_id: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-request-id", request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
    ]


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
                message["headers"] = [*message["headers"], *_safe_headers(request_id)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def english(request: Request) -> bool:
    """Whether the caller prefers English to Chinese (Accept-Language; Chinese by default)."""
    accepted = request.headers.get("accept-language", "zh").lower()
    first = accepted.split(",")[0].strip()
    return first.startswith("en")


def render(request: Request, problem: Problem) -> JSONResponse:
    """Return the problem+json answer in the caller's language."""
    en = english(request)

    def say(text: Text) -> str:
        return text.en if en else text.zh

    body: dict[str, Any] = {
        "type": problem.type,
        "title": say(problem.title),
        "status": problem.status,
        "detail": say(problem.detail),
        "instance": request.url.path,
        **jsonable_encoder(problem.extra),
    }
    if problem.faults:
        body["errors"] = [
            {"pointer": fault.pointer, "detail": say(fault.detail)} for fault in problem.faults
        ]
    headers = {"Content-Language": "en" if en else "zh-CN"}
    if problem.status == NotSignedIn.status:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, problem.status, headers, MEDIA_TYPE)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 -- registered for Problem only
    return render(request, error)


_MESSAGES = {
    "missing": "此项必填",
    "extra_forbidden": "不认识的字段，请删去",
    "string_too_short": "内容太短",
    "string_too_long": "内容太长",
    "string_pattern_mismatch": "格式不对",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "json_invalid": "不是有效的 JSON",
    "uuid_parsing": "编号格式不对",
    "date_from_datetime_parsing": "日期应写作 2026-03-02",
    "date_parsing": "日期应写作 2026-03-02",
    "int_parsing": "应为整数",
    "enum": "不在可选的取值之内",
    "literal_error": "不在可选的取值之内",
    "too_long": "条数太多",
    "too_short": "条数太少",
    "greater_than_equal": "数值太小",
    "less_than_equal": "数值太大",
}


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- registered for it only
    faults = tuple(_fault(each) for each in error.errors()[:100])
    places = "、".join(fault.pointer for fault in faults[:3])
    problem = Invalid(
        f"提交的内容有误（{places}），请按 errors 中的说明逐项修改后重新提交，本次没有保存。",
        "The request content is invalid: correct each entry of `errors`; nothing was saved.",
        faults=faults,
    )
    return render(request, problem)


def _fault(error: dict[str, Any]) -> Fault:
    where = "/".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return Fault(f"/{where}", Text(_MESSAGES.get(error["type"], message), message))


_HTTP = {
    401: NotSignedIn,
    404: NotFound,
}


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- registered for it only
    kind = type(
        "HttpProblem",
        (_HTTP.get(error.status_code, Problem),),
        {"status": error.status_code},
    )
    if error.status_code == NotFound.status:
        problem = kind("没有这个地址，请查看 /docs 中的接口说明。", "No such address; see /docs.")
    else:
        problem = kind(f"请求未被接受（{error.detail}）。", str(error.detail))
    return render(request, problem)


# Lock not available, deadlock, statement cancelled, server shutting down or starting.
_PASSING = {"55P03", "40P01", "57014", "57P01", "57P02", "57P03"}


async def _database(request: Request, error: Exception) -> Response:
    """Answer 503 where the database is away or too busy; anything else is our fault."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        if not (error.connection_invalidated or state in _PASSING):
            return await _unexpected(request, error)
    _log.warning("database_unavailable", error=type(error).__name__)
    answer = render(
        request,
        Unavailable(
            "系统繁忙，请稍后重试，本次没有保存。", "Busy: try again soon; nothing was saved."
        ),
    )
    answer.headers["Retry-After"] = "2"
    return answer


class Unexpected(Problem):
    """Our fault: the answer leaks nothing, the log has the trace under the request id."""

    slug = "unexpected"
    status = 500
    title = Text("系统出错", "Unexpected error")


async def _unexpected(request: Request, error: Exception) -> Response:
    request_id: str = request.state.request_id
    _log.error("unexpected", request_id=request_id, exc_info=error)
    problem = Unexpected(
        "系统出错，已经记录。请稍后再试；如仍出错，请把 request_id 告诉管理员。",
        "Something went wrong and was logged. Try again; quote request_id if it persists.",
        request_id=request_id,
    )
    answer = render(request, problem)
    # This handler stands outside the middleware that adds them elsewhere.
    answer.raw_headers.extend(_safe_headers(request_id))
    return answer
