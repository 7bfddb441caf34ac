"""Handing an account's work over, over HTTP."""

from uuid import UUID

from services.registry.identity.domain import grants as rules
from services.registry.identity.domain import users as accounts
from services.registry.identity.domain.handing import NothingToHandOver
from services.registry.identity.schemas.handing import HandOverBody, HandOverView
from services.registry.identity.usecases import handing_over
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope

router = web.router("/users", "账号与授权")
_DENIED = (NotSignedIn, Forbidden, OutOfScope, accounts.UserUnknown)


@router.get("/{user_id}/hand-over", summary="移交预览", responses=web.problems(*_DENIED))
async def preview_hand_over(ctx: web.Ctx, user_id: UUID) -> HandOverView:
    """列出移交时将收回的授权，以及还须有人接手的事；不作任何改变。"""
    return HandOverView.of(await handing_over.preview(ctx, user_id))


@router.post(
    "/{user_id}/hand-over",
    summary="离任移交",
    responses=web.problems(
        *_DENIED,
        rules.SecondPersonNeeded,
        rules.GrantInvalid,
        rules.AdministratorsSeparate,
        NothingToHandOver,
    ),
)
async def hand_over(
    ctx: web.Ctx, user_id: UUID, body: HandOverBody, key: web.IdempotencyKey = None
) -> HandOverView:
    """收回该账号的全部授权、会话、密钥和绑定，同样的授权给接任账号；由系统管理员办理。"""
    done = await handing_over.hand_over(ctx, user_id, body.successor_id, body.reason)
    return HandOverView.of(done)
