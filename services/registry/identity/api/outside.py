"""Signing in by another system, over HTTP.

No route here honours Idempotency-Key: a kept answer would be a kept token.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Header

from services.registry.identity.api.sessions import LONGEST_DEVICE, SignInCtx, signed_in_view
from services.registry.identity.domain import outside as rules
from services.registry.identity.domain import users as accounts
from services.registry.identity.schemas.outside import (
    BegunView,
    IdentitiesView,
    IdentityView,
    IssuerBody,
    ReturnBody,
    ReturnLink,
    WechatCode,
    WechatLink,
)
from services.registry.identity.schemas.sessions import SignedInView
from services.registry.identity.usecases import outside
from shared import web
from shared.errors import NotSignedIn, Unavailable

router = APIRouter(prefix="/v1", tags=["登录"])
UserAgent = Annotated[str, Header(include_in_schema=False)]
_ABROAD = (rules.SignInNotOffered, rules.OutsideSignInFailed, Unavailable)
_ENTERING = (*_ABROAD, rules.IdentityNotLinked, accounts.AccountLocked, accounts.AccountDisabled)
_LINKING = (NotSignedIn, accounts.SignInFailed, accounts.AccountLocked, rules.IdentityTaken)


@router.post(
    "/sessions/oidc/begin",
    summary="开始统一身份认证登录",
    status_code=201,
    responses=web.problems(rules.SignInNotOffered, Unavailable),
)
async def begin_oidc(ctx: SignInCtx) -> BegunView:
    """把用户带到返回的 address；登录后平台跳转回前端页面，带回 state 和 code。"""
    return BegunView.model_validate(await outside.begin(ctx))


@router.post(
    "/sessions/oidc",
    summary="完成统一身份认证登录",
    status_code=201,
    responses=web.problems(*_ENTERING, rules.SignInNotBegun),
)
async def enter_by_oidc(
    ctx: SignInCtx, body: ReturnBody, user_agent: UserAgent = ""
) -> SignedInView:
    """账号须先绑定；管理员登录后还须补验动态口令，管理员角色才生效。"""
    back = outside.Return(**body.model_dump())
    return signed_in_view(await outside.enter_by_provider(ctx, back, user_agent[:LONGEST_DEVICE]))


@router.post(
    "/sessions/wechat",
    summary="微信小程序登录",
    status_code=201,
    responses=web.problems(*_ENTERING),
)
async def enter_by_wechat(
    ctx: SignInCtx, body: WechatCode, user_agent: UserAgent = ""
) -> SignedInView:
    """提交 wx.login 得到的 code；账号须先绑定。"""
    device = user_agent[:LONGEST_DEVICE]
    return signed_in_view(await outside.enter_by_mini_program(ctx, body.code, device))


def _view(found: Sequence[rules.Linked]) -> IdentitiesView:
    return IdentitiesView(items=[IdentityView.model_validate(each) for each in found])


@router.get("/me/identities", summary="我的绑定", responses=web.problems(NotSignedIn))
async def list_identities(ctx: web.Ctx) -> IdentitiesView:
    """列出可用来登录本账号的外部账号。"""
    return _view(await outside.own_identities(ctx))


@router.post(
    "/me/identities/oidc",
    summary="绑定统一身份认证的账号",
    status_code=201,
    responses=web.problems(*_ABROAD, *_LINKING, rules.SignInNotBegun),
)
async def link_oidc(ctx: web.Ctx, body: ReturnLink) -> IdentitiesView:
    """先“开始统一身份认证登录”，跳转回来后在此提交；须再输一次密码。"""
    back = outside.Return(body.state, body.code, body.ticket)
    return _view(await outside.link_provider(ctx, back, body.password))


@router.post(
    "/me/identities/wechat",
    summary="绑定微信",
    status_code=201,
    responses=web.problems(*_ABROAD, *_LINKING),
)
async def link_wechat(ctx: web.Ctx, body: WechatLink) -> IdentitiesView:
    """提交 wx.login 得到的 code；须再输一次密码。"""
    return _view(await outside.link_mini_program(ctx, body.code, body.password))


@router.post(
    "/me/identities/unlink",
    summary="解除绑定",
    status_code=204,
    responses=web.problems(NotSignedIn, rules.IdentityUnknown),
)
async def unlink_identity(ctx: web.Ctx, body: IssuerBody) -> None:
    """此后不能再用该外部账号登录；已有的会话不受影响，可在“我的登录会话”中注销。"""
    await outside.unlink(ctx, body.issuer)
