"""The second factor over HTTP.

No route here honours Idempotency-Key: a kept answer would be a kept secret.
"""

from uuid import UUID

from fastapi import APIRouter

from services.registry.identity.domain import factors as rules
from services.registry.identity.domain import grants
from services.registry.identity.domain import users as accounts
from services.registry.identity.schemas.factors import (
    CodeProof,
    EnrolmentView,
    FactorView,
    PasswordProof,
    RecoveryCodesView,
)
from services.registry.identity.schemas.users import Reason
from services.registry.identity.usecases import second_factors
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope

router = APIRouter(prefix="/v1", tags=["登录"])
_GIVING = web.problems(
    NotSignedIn, rules.SecondFactorWrong, rules.SecondFactorAbsent, accounts.AccountLocked
)


@router.get("/me/second-factor", summary="我的动态口令", responses=web.problems(NotSignedIn))
async def read_second_factor(ctx: web.Ctx) -> FactorView:
    """是否已登记、已启用，本次登录是否已验过，还剩几个恢复码。"""
    return FactorView.model_validate(await second_factors.read_factor(ctx))


@router.post(
    "/me/second-factor",
    summary="登记动态口令",
    status_code=201,
    responses=web.problems(
        NotSignedIn, accounts.SignInFailed, accounts.AccountLocked, rules.SecondFactorPresent
    ),
)
async def enrol_second_factor(ctx: web.Ctx, body: PasswordProof) -> EnrolmentView:
    """把得到的密钥录入验证器后，还须用一个口令确认才启用。"""
    return EnrolmentView.model_validate(await second_factors.enrol(ctx, body.password))


@router.post(
    "/me/second-factor/confirm",
    summary="确认启用动态口令",
    responses=_GIVING | web.problems(rules.SecondFactorPresent),
)
async def confirm_second_factor(ctx: web.Ctx, body: CodeProof) -> RecoveryCodesView:
    """返回恢复码；此后登录须带口令，本次登录刷新后管理员角色即生效。"""
    return RecoveryCodesView(recovery_codes=await second_factors.confirm(ctx, body.code))


@router.post(
    "/me/second-factor/verify",
    summary="为本次登录补验动态口令",
    status_code=204,
    responses=_GIVING,
)
async def give_second_factor(ctx: web.Ctx, body: CodeProof) -> None:
    """经其他方式登录后补验口令；随后刷新令牌，管理员角色即生效。"""
    await second_factors.give(ctx, body.code)


@router.post(
    "/me/second-factor/remove", summary="停用我的动态口令", status_code=204, responses=_GIVING
)
async def remove_second_factor(ctx: web.Ctx, body: CodeProof) -> None:
    """换手机前用当前口令停用；所有会话随之注销。"""
    await second_factors.let_go(ctx, body.code)


@router.post(
    "/users/{user_id}/second-factor/reset",
    summary="重置他人的动态口令",
    status_code=204,
    tags=["账号与授权"],
    responses=web.problems(
        NotSignedIn,
        Forbidden,
        OutOfScope,
        accounts.UserUnknown,
        grants.SecondPersonNeeded,
        rules.SecondFactorAbsent,
    ),
)
async def reset_second_factor(ctx: web.Ctx, user_id: UUID, body: Reason) -> None:
    """手机和恢复码都丢失时，由另一位安全管理员办理；该账号的会话全部注销。"""
    await second_factors.reset(ctx, user_id, body.reason)
