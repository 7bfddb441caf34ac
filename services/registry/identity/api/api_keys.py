"""Platforms' API keys over HTTP; issuing honours no Idempotency-Key: it would keep the key."""

from uuid import UUID

from fastapi import APIRouter

from services.registry.identity.domain import api_keys as rules
from services.registry.identity.domain import users as accounts
from services.registry.identity.schemas.api_keys import (
    ApiKeysView,
    ApiKeyView,
    KeyExchange,
    KeyRequest,
    NewApiKeyView,
)
from services.registry.identity.schemas.users import Reason
from services.registry.identity.usecases import api_keys
from shared import web
from shared.contracts.registry import Token
from shared.errors import Forbidden, NotSignedIn, OutOfScope

router = APIRouter(prefix="/v1", tags=["账号与授权"])
_DENIED = (NotSignedIn, Forbidden, OutOfScope)


@router.post(
    "/users/{user_id}/api-keys",
    summary="给平台账号发放接口密钥",
    status_code=201,
    responses=web.problems(*_DENIED, accounts.UserUnknown, rules.ApiKeyInvalid),
)
async def issue_api_key(ctx: web.Ctx, user_id: UUID, body: KeyRequest) -> NewApiKeyView:
    """密钥只显示这一次。它能做的不超过该账号的“外部平台”授权和所选权限。"""
    made, key = await api_keys.issue(ctx, user_id, body.draft())
    return NewApiKeyView(key=key, **ApiKeyView.model_validate(made).model_dump())


@router.get(
    "/users/{user_id}/api-keys",
    summary="一个账号的接口密钥",
    responses=web.problems(*_DENIED, accounts.UserUnknown),
)
async def list_api_keys(ctx: web.Ctx, user_id: UUID) -> ApiKeysView:
    """供该账号自己、系统管理员和安全管理员查看。"""
    found = await api_keys.list_keys(ctx, user_id)
    return ApiKeysView(items=[ApiKeyView.model_validate(each) for each in found])


@router.post(
    "/users/{user_id}/api-keys/{key_id}/revoke",
    summary="撤销接口密钥",
    responses=web.problems(*_DENIED, accounts.UserUnknown, rules.ApiKeyUnknown),
)
async def revoke_api_key(ctx: web.Ctx, user_id: UUID, key_id: UUID, body: Reason) -> ApiKeyView:
    """撤销后，用它换得的令牌在各服务立即失效。"""
    return ApiKeyView.model_validate(await api_keys.revoke(ctx, user_id, key_id, body.reason))


@router.post(
    "/tokens/platform",
    summary="用接口密钥换取令牌",
    tags=["登录"],
    responses=web.problems(rules.ApiKeyRefused),
)
async def exchange_api_key(ctx: web.PublicCtx, body: KeyExchange) -> Token:
    """令牌有效 10 分钟，各服务通用；到期前再换即可。"""
    return await api_keys.exchange(ctx, body.api_key)
