"""Dated changes of the tree over HTTP: each verb with its preview."""

from uuid import UUID

from fastapi import Response

from services.registry.divisions.domain import DivisionUnknown
from services.registry.organizations.domain import commands, events, tree
from services.registry.organizations.domain.codes import CreditCodeInvalid
from services.registry.organizations.domain.events import Part, Told
from services.registry.organizations.schemas.events import (
    Dissolution,
    DoneView,
    EventView,
    MergeBody,
    MoveBody,
    PreviewView,
    RenameBody,
    SplitBody,
    Withdrawal,
)
from services.registry.organizations.schemas.organizations import (
    OrganizationDraft,
    OrganizationView,
    view,
)
from services.registry.organizations.usecases import changing
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope

router = web.router("/organizations", "组织变动")
_DENIED = (NotSignedIn, Forbidden, OutOfScope, tree.OrganizationUnknown)
_DATED = (*_DENIED, events.EventsOverlap, tree.AlreadyDissolved, tree.DatesInvalid)


async def _subject(ctx: web.Ctx, command: commands.Command, response: Response) -> OrganizationView:
    done = await changing.carry_out(ctx, command)
    found = done.of(Part.SUBJECT)[0]
    web.etag(response, found.version)
    return view(found)


@router.post(
    "/preview", summary="预演登记一个组织", responses=web.problems(*_DENIED, CreditCodeInvalid)
)
async def preview_founding(
    ctx: web.Ctx, draft: OrganizationDraft, key: web.IdempotencyKey = None
) -> PreviewView:
    """只说明会怎样、有什么障碍，不保存。"""
    command = commands.Found(commands.Draft(**draft.model_dump()))
    return PreviewView.of(await changing.preview(ctx, command))


@router.post(
    "/{organization_id}/rename",
    summary="更名或改建",
    responses=web.problems(*_DATED, events.NothingChanges, DivisionUnknown),
)
async def rename_organization(
    ctx: web.Ctx,
    organization_id: UUID,
    body: RenameBody,
    response: Response,
    key: web.IdempotencyKey = None,
) -> OrganizationView:
    """自生效日起用新的名称、类型、领域或区划；此前的查询不变。"""
    return await _subject(ctx, body.command(organization_id), response)


@router.post(
    "/{organization_id}/rename/preview", summary="预演更名", responses=web.problems(*_DENIED)
)
async def preview_renaming(
    ctx: web.Ctx, organization_id: UUID, body: RenameBody, key: web.IdempotencyKey = None
) -> PreviewView:
    """只说明会怎样、有什么障碍，不保存。"""
    return PreviewView.of(await changing.preview(ctx, body.command(organization_id)))


@router.post(
    "/{organization_id}/move",
    summary="变更隶属关系，连同全部下级",
    responses=web.problems(
        *_DATED,
        events.BelowItself,
        events.OtherCounty,
        events.NothingChanges,
        tree.TierMismatch,
    ),
)
async def move_organization(
    ctx: web.Ctx,
    organization_id: UUID,
    body: MoveBody,
    response: Response,
    key: web.IdempotencyKey = None,
) -> OrganizationView:
    """自生效日起隶属新的上级；此前的查询不变。"""
    return await _subject(ctx, body.command(organization_id), response)


@router.post(
    "/{organization_id}/move/preview",
    summary="预演变更隶属关系",
    responses=web.problems(*_DENIED),
)
async def preview_moving(
    ctx: web.Ctx, organization_id: UUID, body: MoveBody, key: web.IdempotencyKey = None
) -> PreviewView:
    """只说明会怎样、有什么障碍，不保存。"""
    return PreviewView.of(await changing.preview(ctx, body.command(organization_id)))


@router.post(
    "/{organization_id}/split",
    summary="分设出新的组织",
    responses=web.problems(
        *_DATED, events.PartsInvalid, tree.HasChildren, tree.TierMismatch, CreditCodeInvalid
    ),
)
async def split_organization(
    ctx: web.Ctx, organization_id: UUID, body: SplitBody, key: web.IdempotencyKey = None
) -> DoneView:
    """新组织记明从哪个组织分出；原组织可以保留，也可以撤销并由其中一个承接。"""
    return DoneView.of(await changing.carry_out(ctx, body.command(organization_id)))


@router.post(
    "/{organization_id}/split/preview", summary="预演分设", responses=web.problems(*_DENIED)
)
async def preview_splitting(
    ctx: web.Ctx, organization_id: UUID, body: SplitBody, key: web.IdempotencyKey = None
) -> PreviewView:
    """只说明会怎样、有什么障碍，不保存。"""
    return PreviewView.of(await changing.preview(ctx, body.command(organization_id)))


@router.post(
    "/merge",
    summary="合并组织",
    responses=web.problems(
        *_DATED,
        events.PartsInvalid,
        events.BelowItself,
        events.OtherCounty,
        tree.SuccessorInvalid,
        tree.TierMismatch,
        CreditCodeInvalid,
    ),
)
async def merge_organizations(
    ctx: web.Ctx, body: MergeBody, key: web.IdempotencyKey = None
) -> DoneView:
    """被合并的组织撤销并指明承接组织，其下级随之划入；以往结果仍指向原组织。"""
    return DoneView.of(await changing.carry_out(ctx, body.command()))


@router.post("/merge/preview", summary="预演合并", responses=web.problems(*_DENIED))
async def preview_merging(
    ctx: web.Ctx, body: MergeBody, key: web.IdempotencyKey = None
) -> PreviewView:
    """只说明会怎样、有什么障碍，不保存。"""
    return PreviewView.of(await changing.preview(ctx, body.command()))


@router.post(
    "/{organization_id}/dissolve",
    summary="撤销一个组织并指明承接组织",
    responses=web.problems(*_DATED, tree.HasChildren, tree.SuccessorInvalid),
)
async def dissolve_organization(
    ctx: web.Ctx,
    organization_id: UUID,
    body: Dissolution,
    response: Response,
    key: web.IdempotencyKey = None,
) -> OrganizationView:
    """撤销后仍可查询；以往结果仍指向它。"""
    return await _subject(ctx, body.command(organization_id), response)


@router.post(
    "/{organization_id}/dissolve/preview", summary="预演撤销", responses=web.problems(*_DENIED)
)
async def preview_dissolving(
    ctx: web.Ctx, organization_id: UUID, body: Dissolution, key: web.IdempotencyKey = None
) -> PreviewView:
    """只说明会怎样、有什么障碍，不保存。"""
    return PreviewView.of(await changing.preview(ctx, body.command(organization_id)))


@router.post(
    "/events/{event_id}/withdraw",
    summary="撤回尚未生效的变动",
    responses=web.problems(*_DENIED, events.EventUnknown, events.EventInForce),
)
async def withdraw_event(
    ctx: web.Ctx, event_id: UUID, body: Withdrawal, key: web.IdempotencyKey = None
) -> EventView:
    """只有尚未生效、其后没有其他变动的可以撤回；记录保留并标明撤回。"""
    return EventView.of(Told(await changing.withdraw(ctx, event_id, body.reason), {}))
