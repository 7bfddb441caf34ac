"""Exchange records with upper platforms over HTTP."""

import re
from dataclasses import replace
from typing import Annotated

from fastapi import Query

from services.registry.divisions.domain import ImportRejected
from services.registry.imports.schemas.exchange import (
    IncomingBatch,
    OutgoingPage,
    OutgoingRecord,
    TakenView,
)
from services.registry.imports.usecases import exchange
from services.registry.organizations.api.feed import position_of
from shared import web
from shared.errors import Forbidden, NotSignedIn

router = web.router("/exchange", "上级平台交换")
_PLACE = re.compile(r"row (\d+), column (\w+)")


@router.get("/organizations", summary="向上级平台提供组织记录", responses=web.problems(NotSignedIn))
async def give_organizations(
    ctx: web.Ctx,
    system: Annotated[
        str, Query(min_length=1, max_length=40, description="编号体系的名字，如 province")
    ],
    after: Annotated[str | None, Query(max_length=500, description="上次最后的游标")] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="条数")] = 100,
) -> OutgoingPage:
    """按变更先后返回，撤销和删除的都在其中；每个组织只出现一次，在最后一次变更处。"""
    found = await exchange.give(ctx, system, position_of(after), limit)
    items = [OutgoingRecord.of(each) for each in found]
    return OutgoingPage(items=items, next_cursor=items[-1].cursor if items else after)


@router.post(
    "/organizations",
    summary="接收上级平台的组织记录（不超过 1000 条）",
    responses=web.problems(NotSignedIn, Forbidden, ImportRejected),
)
async def take_organizations(
    ctx: web.Ctx, batch: IncomingBatch, key: web.IdempotencyKey = None
) -> TakenView:
    """全部办理或全部不办理；重复提交不产生变化。平台的编号只作对照，不代替组织编号。"""
    records = [item.record() for item in batch.items]
    try:
        done = await exchange.take(ctx, batch.system, batch.effective_on, records)
    except ImportRejected as problem:
        raise _by_item(problem) from problem
    return TakenView.model_validate(done)


def _by_item(problem: ImportRejected) -> ImportRejected:
    """Return the problem with its faults at the items of the body."""
    faults = tuple(
        replace(fault, pointer=_PLACE.sub(r"/body/items/\1/\2", fault.pointer))
        for fault in problem.faults
    )
    return ImportRejected(
        f"这批记录有 {len(faults)} 处不能办理，请按 errors 逐处改正后重新提交；本次没有保存。",
        f"The batch has {len(faults)} faults, listed in errors; nothing was saved.",
        faults=faults,
    )
