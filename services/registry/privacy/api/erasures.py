"""Erasing people over HTTP."""

from uuid import UUID

from services.registry.identity.schemas.users import Reason
from services.registry.people.domain.terms import AlreadyErased, PersonUnknown
from services.registry.privacy.domain import erasures as rules
from services.registry.privacy.schemas.erasures import ErasurePreview, ErasureRequest, ErasureView
from services.registry.privacy.usecases import erasing
from shared import web
from shared.errors import Forbidden, NotSignedIn
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

people = web.router("/people", "个人信息")
erasures = web.router("/erasures", "个人信息")
_DENIED = (NotSignedIn, Forbidden)
_DECIDING = (*_DENIED, rules.ErasureUnknown, IllegalTransition)


@people.get(
    "/{person_id}/erase", summary="删除预览", responses=web.problems(*_DENIED, PersonUnknown)
)
async def preview_erasure(ctx: web.Ctx, person_id: UUID) -> ErasurePreview:
    """列出删除前须先办理的事：在任职务、有效或待批授权、在库后备、待确认的当选；不作任何改变。"""
    return ErasurePreview.of(await erasing.preview(ctx, person_id))


@people.post(
    "/{person_id}/erase",
    summary="申请删除一名人员的信息",
    status_code=201,
    responses=web.problems(
        *_DENIED,
        PersonUnknown,
        AlreadyErased,
        rules.ErasureBlocked,
        rules.ErasureWaiting,
        rules.ErasureNeedsSecondPerson,
    ),
)
async def request_erasure(
    ctx: web.Ctx, person_id: UUID, body: ErasureRequest, key: web.IdempotencyKey = None
) -> ErasureView:
    """由系统管理员或安全管理员申请，另一位管理员确认后才删除；编号保留，结果和台账不变。"""
    return ErasureView.model_validate(await erasing.request(ctx, person_id, body.reason))


@erasures.get("", summary="查询删除申请", responses=web.problems(*_DENIED))
async def list_erasures(ctx: web.Ctx, paging: PagingQuery) -> Page[ErasureView]:
    """供系统管理员和安全管理员查询本县的申请。"""
    rows = await erasing.listing(ctx, paging.after_id(), paging.limit)
    views = [ErasureView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@erasures.post(
    "/{erasure_id}/confirm",
    summary="确认并删除",
    responses=web.problems(*_DECIDING, rules.ErasureBlocked, rules.ErasureNeedsSecondPerson),
)
async def confirm_erasure(
    ctx: web.Ctx, erasure_id: UUID, key: web.IdempotencyKey = None
) -> ErasureView:
    """由申请人以外的另一位管理员确认，立即删除，不能恢复。"""
    return ErasureView.model_validate(await erasing.confirm(ctx, erasure_id))


@erasures.post(
    "/{erasure_id}/reject", summary="不同意或撤回删除申请", responses=web.problems(*_DECIDING)
)
async def reject_erasure(
    ctx: web.Ctx, erasure_id: UUID, body: Reason, key: web.IdempotencyKey = None
) -> ErasureView:
    """须说明理由；申请人也可以撤回。"""
    return ErasureView.model_validate(await erasing.reject(ctx, erasure_id, body.reason))
