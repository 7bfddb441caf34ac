"""Problems over HTTP: RFC 9457 answers in the caller's language."""

from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.errors import Fault, Invalid, NotFound, NotSignedIn, Problem, Text, Unavailable

MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger(__name__)


class ProblemFault(BaseModel):
    """提交内容中的一处错误 / one fault of what was sent."""

    pointer: str = Field(description="哪一处")
    detail: str = Field(description="错在哪里，怎样改")


class ProblemDetails(BaseModel):
    """没有办成时的答复（RFC 9457），有的类型另有字段 / what every error answer carries."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:wuxing:problem:代码",
                "title": "类型的名称",
                "status": 400,
                "detail": "出了什么问题、该怎么办。",
                "instance": "/v1/…",
            }
        },
    )

    type: str = Field(description="urn:wuxing:problem: 加上各状态码说明里列出的代码")
    title: str = Field(description="类型的名称")
    status: int = Field(description="状态码")
    detail: str = Field(description="出了什么问题、该怎么办；Accept-Language: en 时为英文")
    instance: str = Field(description="所请求的路径")
    errors: list[ProblemFault] | None = Field(None, description="逐处说明，内容有误时给出")


def install(app: FastAPI) -> None:
    """Let every error of an application be answered as a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(OSError, _database)
    app.add_exception_handler(Exception, _unexpected)


def safe_headers(request_id: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that every answer carries."""
    return [
        (b"x-request-id", request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
    ]


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
# The sign that PostgreSQL cannot keep in a text: U+0000.
_NO_TEXT = "22021"
_PASSING = {"55P03", "40P01", "57014", "57P01", "57P02", "57P03"}


async def _database(request: Request, error: Exception) -> Response:
    """Answer 503 where the database is away or too busy; anything else is our fault."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        if state == _NO_TEXT:
            return render(request, _no_text())
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


def _no_text() -> Invalid:
    return Invalid(
        "内容中含有不能保存的不可见字符，请重新输入后再提交，本次没有保存。",
        "The content has an invisible character that cannot be stored; nothing was saved.",
    )


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
    answer.raw_headers.extend(safe_headers(request_id))
    return answer
