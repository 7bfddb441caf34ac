"""The ledger of 两新 units over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.coverage.domain.states import Cover
from services.registry.coverage.domain.units import UnitEnded, UnitKind, UnitRejected, UnitUnknown
from services.registry.coverage.schemas.reports import CoverageView, TallyView
from services.registry.coverage.schemas.units import (
    HistoryView,
    StandingView,
    StateDraft,
    UnitCorrection,
    UnitDraft,
    UnitEnd,
)
from services.registry.coverage.usecases import reading, recording, registering
from services.registry.organizations.domain.tree import DatesInvalid, OrganizationUnknown
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page

units = web.router("/coverage-units", "组织覆盖")
summary = web.router("/coverage-summary", "组织覆盖")
_DENIED = (NotSignedIn, Forbidden, OutOfScope)
_CHANGED = (*_DENIED, UnitUnknown, UnitRejected)
_STATE = set(StateDraft.model_fields)
_NAMED = set(UnitCorrection.model_fields)
_UNDER = Annotated[UUID | None, Query(description="该组织及其全部下级；默认您管辖的全部")]
_AS_OF = Annotated[date | None, Query(description="所查日期；默认今天")]
_KIND = Annotated[UnitKind | None, Query(description="只看非公企业，或只看社会组织")]


@units.post(
    "",
    summary="登记一个两新单位",
    status_code=201,
    responses=web.problems(*_DENIED, OrganizationUnknown, UnitRejected),
)
async def register_unit(
    ctx: web.Ctx, body: UnitDraft, response: Response, key: web.IdempotencyKey = None
) -> HistoryView:
    """连同它自某日起的人员、正式党员和覆盖它的党组织一起登记。"""
    draft = registering.Draft(**body.model_dump(include=_NAMED))
    said = recording.Said(**body.model_dump(include=_STATE))
    made = await registering.register(ctx, draft, said, generated=body.generated)
    web.etag(response, made[0].version)
    return HistoryView.of(made)


@units.get(
    "",
    summary="两新单位明细账",
    responses=web.problems(NotSignedIn, OutOfScope, OrganizationUnknown),
)
async def list_units(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: _UNDER = None,
    as_of: _AS_OF = None,
    kind: _KIND = None,
    cover: Annotated[
        Cover | None, Query(description="单独组建 own、联合组建 joint、未覆盖 none")
    ] = None,
    qualifying: Annotated[
        bool | None, Query(description="正式党员满 3 名、应建党组织的；或还不满的")
    ] = None,
) -> Page[StandingView]:
    """每个单位在所查日期的情况；应建未建的名单用 cover=none 和 qualifying=true。"""
    wanted = reading.Wanted(under, as_of, kind, cover, qualifying)
    rows, names = await reading.list_units(ctx, wanted, paging.after_id(), paging.limit)
    views = [StandingView.row(each, names) for each in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@units.get(
    "/{unit_id}",
    summary="查看一个两新单位及其历次情况",
    responses=web.problems(NotSignedIn, UnitUnknown),
)
async def read_unit(ctx: web.Ctx, unit_id: UUID, response: Response) -> HistoryView:
    """每次登记的情况从何日到何日、由谁登记。"""
    found = await reading.read_unit(ctx, unit_id)
    web.etag(response, found[0].version)
    return HistoryView.of(found)


@units.patch(
    "/{unit_id}",
    summary="更正一个两新单位的名称、代码或属地",
    responses=web.problems(*_CHANGED, OrganizationUnknown, PreconditionRequired, Stale),
)
async def correct_unit(
    ctx: web.Ctx, unit_id: UUID, body: UnitCorrection, version: web.IfMatch, response: Response
) -> HistoryView:
    """五项都要写，没有的写空；人员、党员和覆盖情况用“登记情况”。"""
    draft = registering.Draft(**body.model_dump())
    found = await registering.correct(ctx, unit_id, version, draft)
    web.etag(response, found[0].version)
    return HistoryView.of(found)


@units.post(
    "/{unit_id}/record",
    summary="登记一个两新单位自某日起的情况",
    status_code=201,
    responses=web.problems(*_CHANGED),
)
async def record_state(
    ctx: web.Ctx, unit_id: UUID, body: StateDraft, key: web.IdempotencyKey = None
) -> HistoryView:
    """有误时以同一日期再登记一次，以最后登记的为准；原来的仍留在台账中。"""
    return HistoryView.of(await recording.record(ctx, unit_id, recording.Said(**body.model_dump())))


@units.post(
    "/{unit_id}/end",
    summary="注销一个两新单位",
    responses=web.problems(*_DENIED, UnitUnknown, UnitEnded, DatesInvalid),
)
async def end_unit(
    ctx: web.Ctx, unit_id: UUID, body: UnitEnd, key: web.IdempotencyKey = None
) -> HistoryView:
    """自该日起不再统计；以前各日仍在账上。"""
    return HistoryView.of(await registering.end(ctx, unit_id, body.ended_on, body.reason))


@summary.get(
    "",
    summary="组织覆盖合计：县和各乡镇",
    responses=web.problems(NotSignedIn, OutOfScope, OrganizationUnknown),
)
async def read_coverage(
    ctx: web.Ctx, under: _UNDER = None, as_of: _AS_OF = None, kind: _KIND = None
) -> CoverageView:
    """共有几家、应建几家、已建和已覆盖几家、应建未建几家，截至所查日期。"""
    day, rows = await reading.read_summary(ctx, reading.Wanted(under, as_of, kind))
    return CoverageView(as_of=day, items=[TallyView.of(row) for row in rows])
