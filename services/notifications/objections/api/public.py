"""What anyone may do: object, and ask how far it is by the receipt number."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from services.notifications.objections import usecases
from services.notifications.objections.domain.objection import (
    AlreadyOnNotice,
    NotOnNotice,
    ObjectionIncomplete,
    ObjectionLate,
    StarNotOnNotice,
)
from services.notifications.objections.domain.receipts import (
    ReceiptInvalid,
    ReceiptKind,
    ReceiptUnknown,
)
from services.notifications.objections.schemas import ObjectionInput, ProgressView, ReceiptView
from services.notifications.objections.usecases import Receipt
from shared import problems, web
from shared.errors import Conflict, NotFound, TooMany

TAG = {
    "name": "异议",
    "description": "公众无须登录；反映人仅纪委监委可见，核查结论由两名纪检监察人员会签",
}
router = web.router("", TAG["name"])
_OBJECT = web.problems(
    NotFound,
    ObjectionLate,
    ObjectionIncomplete,
    NotOnNotice,
    AlreadyOnNotice,
    StarNotOnNotice,
    TooMany,
)
_RECEIPT = web.problems(ReceiptUnknown, ReceiptInvalid, TooMany)


def place(request: Request) -> str:
    """Where a request comes from: counted in memory for ten minutes, stored nowhere."""
    return request.client.host if request.client else ""


Place = Annotated[str, Depends(place)]


def late(receipt: Receipt) -> ObjectionLate:
    """The problem that answers a late objection: it was kept, as a clue with its own number."""
    return ObjectionLate(
        "公示期已满，本次反映不作为异议办理；内容已作为问题线索转交纪委监委，请保存线索号备查。",
        "The period is over: this is kept as a clue for the inspectors; note its number.",
        clue_number=receipt.number,
        received_on=receipt.received_on,
    )


@router.post(
    "/announcements/{announcement_id}/objections",
    summary="对公示提出异议",
    status_code=201,
    response_model=ReceiptView,
    responses=_OBJECT,
)
async def object_online(
    announcement_id: UUID,
    objection: ObjectionInput,
    request: Request,
    ctx: web.PublicCtx,
    where: Place,
    key: web.IdempotencyKey = None,
) -> Response | ReceiptView:
    """实名或匿名均可。逾期的答复 objection-late，同时作为问题线索保存并给出线索号。"""
    receipt = await usecases.object_online(ctx, announcement_id, objection.claim(), where)
    if receipt.kind is ReceiptKind.CLUE:
        return problems.render(request, late(receipt))
    return ReceiptView(**vars(receipt))


@router.get("/objections/receipt/{number}", summary="凭回执号查询办理情况", responses=_RECEIPT)
async def receipt_progress(number: str, ctx: web.PublicCtx, where: Place) -> ProgressView:
    """回执号以外不需要任何信息，也不透露任何其他信息。"""
    return ProgressView(**vars(await usecases.progress(ctx, number, where)))


@router.post(
    "/objections/receipt/{number}/withdraw",
    summary="撤回异议",
    responses=_RECEIPT | web.problems(Conflict),
)
async def withdraw_objection(
    number: str,
    ctx: web.PublicCtx,
    where: Place,
    key: web.IdempotencyKey = None,
) -> ProgressView:
    """撤回后，内容具体的仍会核查到底。"""
    return ProgressView(**vars(await usecases.withdraw(ctx, number, where)))
