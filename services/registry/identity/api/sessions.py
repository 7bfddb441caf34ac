"""Signing in over HTTP.

These routes do not honour Idempotency-Key: a stored answer would keep tokens in clear, and
a failed sign-in has to be counted although it is answered with a problem.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request

from services.registry.identity.domain import sessions as chains
from services.registry.identity.domain import users as accounts
from services.registry.identity.domain.factors import SecondFactorNeeded, SecondFactorWrong
from services.registry.identity.schemas.sessions import (
    MachineSignIn,
    MeView,
    PasswordChange,
    RecipientSearch,
    RecipientsView,
    Refresh,
    SessionsView,
    SessionView,
    SignedInView,
    SignIn,
)
from services.registry.identity.schemas.users import GrantView
from services.registry.identity.usecases import machines, signing_in
from services.registry.identity.usecases import sessions as usecases
from services.registry.identity.usecases.beginning import SignedIn
from shared import web
from shared.context import Context
from shared.contracts.registry import Token
from shared.errors import Forbidden, NotSignedIn, OutOfScope

router = APIRouter(prefix="/v1", tags=["登录"])
users_router = APIRouter(prefix="/v1/users", tags=["账号与授权"])
machine_router = APIRouter(prefix="/v1", tags=["服务之间"])
LONGEST_DEVICE = 200
_ADMINISTERED = web.problems(NotSignedIn, Forbidden, OutOfScope, accounts.UserUnknown)


async def signing_in_context(request: Request, ctx: web.PublicCtx) -> Context:
    """Return the public context with the address, which the trail of sign-ins needs."""
    return replace(ctx, address=request.client.host if request.client else None)


SignInCtx = Annotated[Context, Depends(signing_in_context)]


def signed_in_view(done: SignedIn) -> SignedInView:
    """Return what a sign-in of any kind answers."""
    return SignedInView(
        access_token=done.access_token,
        expires_in=done.expires_in,
        refresh_token=done.refresh_token,
        refresh_expires_at=done.refresh_expires_at,
        session_id=done.session.id,
        user_id=done.user.id,
        display_name=done.user.display_name,
        withheld=list(done.withheld),
    )


@router.post(
    "/sessions",
    summary="登录",
    status_code=201,
    responses=web.problems(
        accounts.SignInFailed,
        accounts.AccountLocked,
        accounts.AccountDisabled,
        SecondFactorNeeded,
        SecondFactorWrong,
    ),
)
async def sign_in(
    ctx: SignInCtx, body: SignIn, user_agent: Annotated[str, Header(include_in_schema=False)] = ""
) -> SignedInView:
    """连续输错会锁定账号一段时间。得到的 access_token 可粘贴到各服务文档页的“Authorize”。"""
    device = user_agent[:LONGEST_DEVICE]
    return signed_in_view(
        await signing_in.sign_in(ctx, body.username, body.password, device, body.code)
    )


@router.post(
    "/sessions/refresh",
    summary="刷新令牌",
    responses=web.problems(chains.SessionEnded, chains.RefreshReused, accounts.AccountDisabled),
)
async def refresh_session(ctx: SignInCtx, body: Refresh) -> SignedInView:
    """每个刷新令牌只能用一次；重复使用视为被盗，整个会话立即注销。"""
    return signed_in_view(await signing_in.refresh(ctx, body.refresh_token))


@router.post(
    "/sessions/sign-out", summary="退出登录", status_code=204, responses=web.problems(NotSignedIn)
)
async def sign_out(ctx: web.Ctx) -> None:
    """结束当前会话，其令牌在各服务立即失效。"""
    await usecases.sign_out(ctx)


def _sessions_view(ctx: Context, found: Sequence[chains.Session]) -> SessionsView:
    views = [SessionView.model_validate(each) for each in found]
    current = ctx.caller.session_id
    return SessionsView(
        items=[view.model_copy(update={"current": view.id == current}) for view in views]
    )


@router.get("/sessions", summary="我的登录会话", responses=web.problems(NotSignedIn))
async def list_sessions(ctx: web.Ctx) -> SessionsView:
    """列出仍然有效的会话，新的在前。"""
    found = await usecases.own_sessions(ctx)
    return _sessions_view(ctx, found)


@router.post(
    "/sessions/{session_id}/revoke",
    summary="注销我的一个会话",
    status_code=204,
    responses=web.problems(NotSignedIn, chains.SessionUnknown),
)
async def revoke_session(ctx: web.Ctx, session_id: UUID) -> None:
    """例如手机丢失时，在另一台设备上注销它。"""
    await usecases.end_own_session(ctx, session_id)


@router.post(
    "/sessions/revoke-all",
    summary="注销我的全部会话",
    status_code=204,
    responses=web.problems(NotSignedIn),
)
async def revoke_all_sessions(ctx: web.Ctx) -> None:
    """包括正在使用的这一个；令牌在各服务立即失效。"""
    await usecases.end_all_own(ctx)


@users_router.get("/{user_id}/sessions", summary="一个账号的登录会话", responses=_ADMINISTERED)
async def list_sessions_of(ctx: web.Ctx, user_id: UUID) -> SessionsView:
    """供系统管理员和安全管理员查看仍然有效的会话。"""
    return _sessions_view(ctx, await usecases.sessions_of(ctx, user_id))


@users_router.post(
    "/{user_id}/sessions/revoke-all",
    summary="注销一个账号的全部会话",
    status_code=204,
    responses=_ADMINISTERED,
)
async def revoke_all_sessions_of(ctx: web.Ctx, user_id: UUID) -> None:
    """例如手机丢失而本人无法登录时。"""
    await usecases.end_sessions_of(ctx, user_id, None)


@users_router.post(
    "/{user_id}/sessions/{session_id}/revoke",
    summary="注销一个账号的一个会话",
    status_code=204,
    responses=_ADMINISTERED | web.problems(chains.SessionUnknown, accounts.UserUnknown),
)
async def revoke_session_of(ctx: web.Ctx, user_id: UUID, session_id: UUID) -> None:
    """其令牌在各服务立即失效。"""
    await usecases.end_sessions_of(ctx, user_id, session_id)


@router.get(
    "/me", summary="我的账号和授权", responses=web.problems(NotSignedIn, accounts.UserUnknown)
)
async def read_me(ctx: web.Ctx) -> MeView:
    """返回账号、授权（含待批准的）和当前会话。"""
    found = await signing_in.me(ctx)
    user = found.user
    return MeView(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        email=found.email,
        person_id=user.person_id,
        session_id=found.session_id,
        grants=[GrantView.model_validate(grant) for grant in found.grants],
    )


@router.post(
    "/me/password",
    summary="修改我的密码",
    status_code=204,
    responses=web.problems(
        NotSignedIn, accounts.SignInFailed, accounts.AccountLocked, accounts.PasswordWeak
    ),
)
async def change_password(ctx: web.Ctx, body: PasswordChange) -> None:
    """修改后所有会话都会注销，请用新密码重新登录。"""
    await signing_in.change_password(ctx, body.current, body.new)


@router.get("/jwks.json", summary="签名公钥（JWKS）")
async def read_jwks(ctx: web.PublicCtx) -> dict[str, Any]:
    """各服务据此离线验证令牌；无须登录。"""
    return machines.public_keys(ctx)


@machine_router.post(
    "/tokens/machine", summary="服务账号取得令牌", responses=web.problems(chains.MachineUnknown)
)
async def create_machine_token(ctx: web.PublicCtx, body: MachineSignIn) -> Token:
    """供本系统的其他服务使用；令牌有效 10 分钟。"""
    return await machines.machine_token(ctx, body.client_id, body.client_secret)


@machine_router.post(
    "/recipients/search",
    summary="查询应当通知的人",
    responses=web.problems(NotSignedIn, Forbidden),
)
async def search_recipients(ctx: web.Ctx, body: RecipientSearch) -> RecipientsView:
    """返回今天在这些组织担任这些角色的账号；仅供其他服务使用。"""
    found = await machines.recipients(ctx, body.organization_ids, body.roles)
    return RecipientsView(items=found)
