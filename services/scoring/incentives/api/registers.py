"""Registers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Response

from services.scoring.incentives.domain.registers import (
    CorrectionEmpty,
    MonthInvalid,
    NothingInEffect,
    OwnRegister,
    RegisterAfterPay,
    RegisterBeforePay,
    RegisterOutOfOrder,
    RegisterTooEarly,
    UnknownPayer,
)
from services.scoring.incentives.schemas import (
    LineCorrection,
    NewRegister,
    Payment,
    Reason,
    RegisterLineView,
    RegisterView,
)
from services.scoring.incentives.usecases import registers
from services.scoring.results.domain.determinations import FactsMissing
from shared import web
from shared.errors import Forbidden, NotFound, OutOfScope, Unavailable
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

router = web.router("", "挂钩")
Key = web.IdempotencyKey


@router.post(
    "/cycles/{cycle_id}/registers",
    summary="编制发放台账",
    status_code=201,
    responses=web.problems(
        MonthInvalid,
        UnknownPayer,
        NothingInEffect,
        RegisterBeforePay,
        RegisterAfterPay,
        RegisterTooEarly,
        RegisterOutOfOrder,
        FactsMissing,
        Forbidden,
        OutOfScope,
        NotFound,
        Unavailable,
    ),
)
async def compute_register(
    cycle_id: UUID, new: NewRegister, ctx: web.Ctx, response: Response, key: Key = None
) -> RegisterView:
    """按当月1日在职人员计算一个支付方一个月的待遇；重复编制返回同一份。"""
    made = await registers.compute_month(ctx, cycle_id, new.payer, new.month)
    web.etag(response, made[0].version)
    return RegisterView.of(*made)


@router.get(
    "/cycles/{cycle_id}/registers",
    summary="查询发放台账",
    responses=web.problems(MonthInvalid, NotFound, Forbidden),
)
async def list_registers(
    cycle_id: UUID,
    ctx: web.Ctx,
    payer: Annotated[str | None, Query(max_length=64, description="只看这个支付方")] = None,
    month: Annotated[str | None, Query(max_length=7, description="只看这个月，如 2026-06")] = None,
) -> list[RegisterView]:
    """各支付方各月的台账，月份在前的在前。"""
    return [
        RegisterView.of(*each) for each in await registers.of_cycle(ctx, cycle_id, payer, month)
    ]


@router.get(
    "/registers/{register_id}",
    summary="查看发放台账",
    responses=web.problems(NotFound, Forbidden, OutOfScope),
)
async def get_register(register_id: UUID, ctx: web.Ctx, response: Response) -> RegisterView:
    """一份台账的状态和合计。"""
    found = await registers.find(ctx, register_id)
    web.etag(response, found[0].version)
    return RegisterView.of(*found)


@router.get(
    "/registers/{register_id}/lines",
    summary="查询台账条目",
    responses=web.problems(Forbidden),
)
async def list_register_lines(
    register_id: UUID, ctx: web.Ctx, paging: PagingQuery
) -> Page[RegisterLineView]:
    """管辖范围内的条目，更正条目排在最后并注明所更正的条目。"""
    found = await registers.lines(ctx, register_id, paging.after_number(), paging.limit)
    views = [RegisterLineView.of(each) for each in found]
    return page(views, paging.limit, [[str(each.position)] for each in found])


@router.post(
    "/registers/{register_id}/confirm",
    summary="确认发放台账",
    responses=web.problems(OwnRegister, IllegalTransition, NotFound, Forbidden, OutOfScope),
)
async def confirm_register(register_id: UUID, ctx: web.Ctx, key: Key = None) -> RegisterView:
    """由财政的另一人确认。"""
    return RegisterView.of(*await registers.confirm(ctx, register_id))


@router.post(
    "/registers/{register_id}/pay",
    summary="登记已发放",
    responses=web.problems(IllegalTransition, NotFound, Forbidden, OutOfScope),
)
async def pay_register(
    register_id: UUID, body: Payment, ctx: web.Ctx, key: Key = None
) -> RegisterView:
    """填写凭证号，登记为已发放。"""
    return RegisterView.of(*await registers.pay(ctx, register_id, body.paid_on, body.voucher))


@router.post(
    "/registers/{register_id}/discard",
    summary="作废发放台账",
    responses=web.problems(IllegalTransition, RegisterOutOfOrder, NotFound, Forbidden, OutOfScope),
)
async def discard_register(
    register_id: UUID,
    body: Annotated[Reason, Body(examples=[{"reason": "人员变动未登记，改后重新编制"}])],
    ctx: web.Ctx,
    key: Key = None,
) -> RegisterView:
    """尚未发放的台账说明理由作废，之后可以重新编制。"""
    return RegisterView.of(*await registers.discard(ctx, register_id, body.reason))


@router.post(
    "/registers/{register_id}/corrections",
    summary="更正发放台账",
    status_code=201,
    responses=web.problems(CorrectionEmpty, IllegalTransition, NotFound, Forbidden, OutOfScope),
)
async def correct_register(
    register_id: UUID, body: LineCorrection, ctx: web.Ctx, key: Key = None
) -> RegisterLineView:
    """写明应为多少和理由，差额作为新的条目登记；原条目不变。"""
    entry = await registers.correct(ctx, register_id, body.line_id, body.amount, body.reason)
    return RegisterLineView.of(entry)
