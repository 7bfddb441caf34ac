"""Who may see or do what, explained over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.registry.identity.domain.access import ActionUnknown
from services.registry.identity.domain.users import UserUnknown
from services.registry.identity.schemas.access import (
    ActionsView,
    ActionView,
    ExplanationView,
    JudgedView,
)
from services.registry.identity.usecases import access
from services.registry.organizations.domain.tree import OrganizationUnknown
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope

router = APIRouter(prefix="/v1/access", tags=["账号与授权"])


@router.get("/actions", summary="可查询的事项", responses=web.problems(NotSignedIn, Forbidden))
async def list_actions(
    ctx: web.Ctx,
    q: Annotated[str, Query(max_length=100, description="名称或接口地址中的文字")] = "",
) -> ActionsView:
    """三个服务的每一个需要授权的接口，及各由哪些角色办理；常问的在前，有自己的代码。"""
    return ActionsView(items=[ActionView.of(each) for each in access.actions(ctx, q)])


@router.get(
    "",
    summary="谁可以查看或办理",
    responses=web.problems(
        NotSignedIn, Forbidden, OutOfScope, ActionUnknown, OrganizationUnknown, UserUnknown
    ),
)
async def explain_access(
    ctx: web.Ctx,
    action: Annotated[str, Query(max_length=200, description="事项的代码，见“可查询的事项”")],
    organization_id: Annotated[UUID, Query(description="在哪个组织")],
    user_id: Annotated[
        UUID | None, Query(description="只问这个账号：列出其全部授权，并逐项说明允许与否")
    ] = None,
) -> ExplanationView:
    """列出今天允许办理的账号，及各依据哪项授权、哪条规则。"""
    found = await access.explain(ctx, action, organization_id, user_id)
    return ExplanationView(
        action=ActionView.of(found.rule),
        organization_id=found.organization.id,
        organization_name=found.organization.name,
        items=[
            JudgedView.of(each.user, each.grant, each.standing, needs_code=each.needs_code)
            for each in found.grants
        ],
    )
