"""The public pages to object and to follow a receipt: plain forms, no script."""

import secrets
from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.notifications.announcements import usecases as announcements
from services.notifications.announcements.api.pages import PageRoute, answer
from services.notifications.announcements.domain import pages
from services.notifications.announcements.domain.notice import Notice
from services.notifications.objections import usecases
from services.notifications.objections.api.public import Place
from services.notifications.objections.domain.objection import ObjectionIncomplete
from services.notifications.objections.schemas import ObjectionInput
from shared import web
from shared.errors import Fault, Invalid, Problem, Text

router = APIRouter(prefix="/notices", include_in_schema=False, route_class=PageRoute)
_FIELDS = ("kind", "organization_id", "star", "subject", "text", "name", "contact")
_WRONG = {
    "kind": "请选择反映什么。",
    "subject": "遗漏的党组织请写明乡镇和村，不超过100字。",
    "text": "请写明具体情况，不超过4000字。",
    "name": "姓名不超过100字。",
    "contact": "联系方式不超过100字。",
}


@router.get("/receipt")
async def receipt_page() -> Response:
    """查询办理情况。"""
    return answer(pages.render("progress.html", progress=None, wrong=None))


@router.post("/receipt")
async def receipt_answer(request: Request, ctx: web.PublicCtx, where: Place) -> Response:
    """凭回执号查询；号码在正文里，不在地址里。"""
    number = (await _fields(request, ("number",)))["number"]
    try:
        found = await usecases.progress(ctx, number, where)
    except Problem as problem:
        wrong = problem.detail.zh
        body = pages.render("progress.html", progress=None, wrong=wrong)
        return answer(body, problem.status)
    return answer(pages.render("progress.html", progress=found, wrong=None))


@router.get("/{notice_id}/object")
async def object_page(notice_id: UUID, ctx: web.PublicCtx) -> Response:
    """反映情况的表单。"""
    notice = await announcements.notice(ctx, notice_id)
    return _form(notice, dict.fromkeys(_FIELDS, ""), secrets.token_urlsafe(16))


@router.post("/{notice_id}/object")
async def object_answer(
    request: Request, notice_id: UUID, ctx: web.PublicCtx, where: Place
) -> Response:
    """收下表单并给出回执；内容有误时原样退回，什么也不丢。"""
    given = await _fields(request, (*_FIELDS, "form"))
    notice = await announcements.notice(ctx, notice_id)
    try:
        claim = _read(given).claim()
        receipt = await usecases.object_online(ctx, notice_id, claim, where, given["form"] or None)
    except Invalid as problem:
        faults = [each.detail.zh for each in problem.faults] or [problem.detail.zh]
        return _form(notice, given, given["form"], faults)
    return answer(pages.render("receipt.html", receipt=receipt))


async def _fields(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    form = await request.form()
    given = {name: form.get(name, "") for name in names}
    return {name: text.strip() for name, text in given.items() if isinstance(text, str)}


def _read(given: Mapping[str, str]) -> ObjectionInput:
    """Read the form; only what the chosen kind needs counts, empty means not given."""
    unused = {"branch": {"subject"}, "omission": {"organization_id", "star"}}
    skip = unused.get(given["kind"], {"organization_id", "star", "subject"})
    content = {name: given[name] for name in _FIELDS if given[name] and name not in skip}
    try:
        return ObjectionInput.model_validate(content)
    except ValidationError as error:
        wrong = {str(each["loc"][0]): None for each in error.errors()}
        said = (Text(_WRONG.get(place, "请检查所填内容。"), place) for place in wrong)
        faults = tuple(Fault(f"/body/{text.en}", text) for text in said)
        raise ObjectionIncomplete("反映的内容不完整。", "Incomplete.", faults=faults) from None


def _form(
    notice: Notice, given: Mapping[str, str], token: str, faults: list[str] | None = None
) -> Response:
    body = pages.render("object.html", notice=notice, given=given, token=token, faults=faults or [])
    return answer(body, Invalid.status if faults else 200)
