"""Invitations over HTTP; no route here honours Idempotency-Key, for what they answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header

from services.registry.identity.api.sessions import LONGEST_DEVICE, SignInCtx, signed_in_view
from services.registry.identity.domain import invitations as rules
from services.registry.identity.domain import users as accounts
from services.registry.identity.schemas.invitations import (
    Acceptance,
    InvitationView,
    NewInvitationView,
)
from services.registry.identity.schemas.sessions import SignedInView
from services.registry.identity.usecases import inviting
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope
from shared.pagination import Page, PagingQuery, page

router = APIRouter(prefix="/v1", tags=["账号与授权"])


@router.post(
    "/users/{user_id}/invitations",
    summary="邀请本人设置密码",
    status_code=201,
    responses=web.problems(
        NotSignedIn, Forbidden, OutOfScope, accounts.UserUnknown, accounts.AccountDisabled
    ),
)
async def invite_user(ctx: web.Ctx, user_id: UUID) -> NewInvitationView:
    """Token 只能用一次，过期作废；此前的邀请随即失效。管理员、纪委监委和县委的由安全管理员发出。"""
    made, token = await inviting.invite(ctx, user_id)
    return NewInvitationView(token=token, **InvitationView.model_validate(made).model_dump())


@router.get(
    "/invitations", summary="尚未使用的邀请", responses=web.problems(NotSignedIn, Forbidden)
)
async def list_invitations(ctx: web.Ctx, paging: PagingQuery) -> Page[InvitationView]:
    """供系统管理员和安全管理员查询。"""
    rows = await inviting.list_invitations(ctx, paging.after_id(), paging.limit)
    views = [InvitationView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@router.post(
    "/invitations/{invitation_id}/revoke",
    summary="撤回邀请",
    status_code=204,
    responses=web.problems(NotSignedIn, Forbidden, rules.InvitationUnknown),
)
async def revoke_invitation(ctx: web.Ctx, invitation_id: UUID) -> None:
    """撤回后，已转交的 token 不能再用。"""
    await inviting.withdraw(ctx, invitation_id)


@router.post(
    "/invitations/accept",
    summary="接受邀请并设置密码",
    status_code=201,
    tags=["登录"],
    responses=web.problems(
        rules.InvitationUnusable, accounts.PasswordWeak, accounts.AccountDisabled
    ),
)
async def accept_invitation(
    ctx: SignInCtx,
    body: Acceptance,
    user_agent: Annotated[str, Header(include_in_schema=False)] = "",
) -> SignedInView:
    """无须登录；密码只有本人知道，设置后即登录。"""
    device = user_agent[:LONGEST_DEVICE]
    return signed_in_view(await inviting.accept(ctx, body.token, body.password, device))
