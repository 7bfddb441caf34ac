"""The public pages of notices: server-rendered HTML for phones, without sign-in."""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from services.notifications.announcements import usecases
from services.notifications.announcements.domain import pages
from services.notifications.announcements.domain.pages import Page, Shelf
from shared import web
from shared.errors import NotFound, Problem, Text

_PER_PAGE = 20


class PageRoute(APIRoute):
    """A route for people: its problems are pages, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route: a problem becomes a page that says what to do."""
        handle = super().get_route_handler()

        async def handle_for_people(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                return problem_page(problem)
            except RequestValidationError:
                return problem_page(_no_such_page())

        return handle_for_people


router = APIRouter(prefix="/notices", include_in_schema=False, route_class=PageRoute)


def answer(body: bytes, status: int = 200, *, cache: str = "no-store") -> HTMLResponse:
    """Return a finished page with the content policy of all pages."""
    headers = {"Content-Security-Policy": pages.POLICY, "Cache-Control": cache}
    return HTMLResponse(body, status, headers)


def cached(request: Request, page: Page) -> Response:
    """Return a page that may be kept for a minute, or 304 when the reader has it already."""
    known = request.headers.get("if-none-match", "")
    keep = "public, max-age=60"
    if page.tag in known:
        return Response(status_code=304, headers={"ETag": page.tag, "Cache-Control": keep})
    response = answer(page.body, cache=keep)
    response.headers["ETag"] = page.tag
    return response


def problem_page(problem: Problem) -> HTMLResponse:
    """Return a problem as a page."""
    title, detail = problem.title.zh, problem.detail.zh
    return answer(pages.render("problem.html", title=title, detail=detail), problem.status)


@router.get("")
async def index_page(request: Request, ctx: web.PublicCtx, before: UUID | None = None) -> Response:
    """公示目录。"""
    found = await usecases.notices(ctx, before, _PER_PAGE + 1)
    shown = found[:_PER_PAGE]
    more = shown[-1].id if len(found) > _PER_PAGE else None
    body = pages.render("index.html", notices=shown, more=more)
    return cached(request, Page(body, pages.tag(body)))


@router.get("/{notice_id}")
async def notice_page(request: Request, notice_id: UUID, ctx: web.PublicCtx) -> Response:
    """公告全文。"""
    shelf = ctx.port(Shelf)
    edition = await usecases.edition(ctx, notice_id)
    page = shelf.find(notice_id, edition)
    if page is None:
        notice = await usecases.notice(ctx, notice_id)
        body = pages.render("notice.html", notice=notice)
        page = shelf.put(notice_id, (notice.version, notice.phase), body)
    return cached(request, page)


def _no_such_page() -> NotFound:
    sentence = Text("没有这个页面，请检查地址是否完整。", "No such page: check the address.")
    return NotFound(sentence.zh, sentence.en)
