"""Accounts and grants over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.registry.identity.domain import grants as rules
from services.registry.identity.domain import users as accounts
from services.registry.identity.domain.grants import GrantState
from services.registry.identity.schemas.users import (
    GrantRequest,
    GrantView,
    PasswordReset,
    Reason,
    UserItem,
    UserPatch,
    UsersDraft,
    UsersView,
    UserView,
)
from services.registry.identity.usecases import accounts as usecases
from services.registry.identity.usecases import granting
from services.registry.identity.usecases.accounts import Account, UserDraft
from shared import web
from shared.caller import Role
from shared.errors import Forbidden, NotSignedIn, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page
from shared.transitions import IllegalTransition

users = web.router("/users", "账号与授权")
# Resetting a password honours no Idempotency-Key: the key's fingerprint of the body would be
# a fast hash of the password.
passwords = APIRouter(prefix="/v1/users", tags=["账号与授权"])
grants = web.router("/grants", "账号与授权")
_DENIED = (NotSignedIn, Forbidden, OutOfScope)


def _draft(item: UserItem) -> UserDraft:
    held = tuple(grant.draft() for grant in item.grants)
    return UserDraft(
        item.username, item.password, item.display_name, item.email, item.person_id, held
    )


def _view(account: Account) -> UserView:
    held = [GrantView.model_validate(grant) for grant in account.grants]
    own = UserView.model_fields.keys() - {"grants", "email"}
    return UserView(
        grants=held, email=account.email, **{name: getattr(account.user, name) for name in own}
    )


@users.post(
    "",
    summary="建立一个账号",
    status_code=201,
    responses=web.problems(*_DENIED, accounts.UsersRejected),
)
async def create_user(
    ctx: web.Ctx, body: UserItem, response: Response, key: web.IdempotencyKey = None
) -> UserView:
    """由系统管理员办理；纪委监委和县委的授权须由安全管理员批准后生效。"""
    made = (await usecases.create_users(ctx, [_draft(body)], "/body"))[0]
    web.etag(response, made.user.version)
    return _view(made)


@users.post(
    "/bulk",
    summary="成批建立账号（不超过 1000 个）",
    status_code=201,
    responses=web.problems(*_DENIED, accounts.UsersRejected),
)
async def create_users(ctx: web.Ctx, body: UsersDraft, key: web.IdempotencyKey = None) -> UsersView:
    """全部建立或全部不建立；所有错误一次列出。"""
    made = await usecases.create_users(ctx, [_draft(item) for item in body.items])
    return UsersView(items=[_view(account) for account in made])


@users.get("", summary="查询账号", responses=web.problems(NotSignedIn, Forbidden))
async def list_users(
    ctx: web.Ctx,
    paging: PagingQuery,
    q: Annotated[str | None, Query(max_length=60, description="用户名或姓名中包含")] = None,
) -> Page[UserView]:
    """供系统管理员和安全管理员查询，按用户名排序。"""
    after = paging.after(1)
    rows = await usecases.list_users(ctx, q, after[0] if after else None, paging.limit)
    views = [_view(row) for row in rows]
    return page(views, paging.limit, [[view.username] for view in views])


@users.get(
    "/{user_id}", summary="查看一个账号", responses=web.problems(*_DENIED, accounts.UserUnknown)
)
async def read_user(ctx: web.Ctx, user_id: UUID, response: Response) -> UserView:
    """供系统管理员和安全管理员查看。"""
    found = await usecases.read_user(ctx, user_id)
    web.etag(response, found.user.version)
    return _view(found)


@users.patch(
    "/{user_id}",
    summary="修改或停用一个账号",
    responses=web.problems(*_DENIED, accounts.UserUnknown, PreconditionRequired, Stale),
)
async def correct_user(
    ctx: web.Ctx, user_id: UUID, body: UserPatch, version: web.IfMatch, response: Response
) -> UserView:
    """停用后其全部会话立即注销。"""
    changes = body.model_dump(exclude_unset=True)
    found = await usecases.correct_user(ctx, user_id, version, changes)
    web.etag(response, found.user.version)
    return _view(found)


@users.post(
    "/{user_id}/unlock",
    summary="解除锁定",
    status_code=204,
    responses=web.problems(*_DENIED, accounts.UserUnknown),
)
async def unlock_user(ctx: web.Ctx, user_id: UUID, key: web.IdempotencyKey = None) -> None:
    """连续输错密码被锁定的账号可提前解锁。"""
    await usecases.unlock_user(ctx, user_id)


@passwords.post(
    "/{user_id}/password",
    summary="重设密码",
    status_code=204,
    responses=web.problems(*_DENIED, accounts.UserUnknown, accounts.PasswordWeak),
)
async def reset_password(ctx: web.Ctx, user_id: UUID, body: PasswordReset) -> None:
    """由系统管理员办理；管理员、纪委监委和县委的账号由安全管理员办理。"""
    await usecases.reset_password(ctx, user_id, body.password)


@grants.post(
    "",
    summary="授权（或申请授权）",
    status_code=201,
    responses=web.problems(
        *_DENIED, accounts.UserUnknown, rules.GrantInvalid, rules.AdministratorsSeparate
    ),
)
async def request_grant(
    ctx: web.Ctx, body: GrantRequest, key: web.IdempotencyKey = None
) -> GrantView:
    """返回的 state 为 requested 时，须由另一位安全管理员批准后生效。"""
    draft = rules.GrantDraft(**body.model_dump(exclude={"user_id"}))
    return GrantView.model_validate(await granting.request_grant(ctx, body.user_id, draft))


@grants.get("", summary="查询授权", responses=web.problems(NotSignedIn, Forbidden))
async def list_grants(
    ctx: web.Ctx,
    paging: PagingQuery,
    role: Role | None = None,
    state: GrantState | None = None,
    user_id: UUID | None = None,
) -> Page[GrantView]:
    """系统管理员和安全管理员可查全部；纪委监委可查纪委监委和县委的授权。"""
    rows = await granting.list_grants(ctx, role, state, user_id, paging.after_id(), paging.limit)
    views = [GrantView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


_DECIDING = web.problems(*_DENIED, rules.GrantUnknown, rules.SecondPersonNeeded, IllegalTransition)


@grants.post("/{grant_id}/approve", summary="批准授权", responses=_DECIDING)
async def approve_grant(ctx: web.Ctx, grant_id: UUID, key: web.IdempotencyKey = None) -> GrantView:
    """由申请人和被授权人以外的安全管理员批准。"""
    return GrantView.model_validate(await granting.approve(ctx, grant_id))


@grants.post("/{grant_id}/reject", summary="不批准授权", responses=_DECIDING)
async def reject_grant(
    ctx: web.Ctx, grant_id: UUID, body: Reason, key: web.IdempotencyKey = None
) -> GrantView:
    """须说明理由。"""
    return GrantView.model_validate(await granting.reject(ctx, grant_id, body.reason))


@grants.post(
    "/{grant_id}/revoke",
    summary="收回授权",
    responses=web.problems(*_DENIED, rules.GrantUnknown, IllegalTransition),
)
async def revoke_grant(
    ctx: web.Ctx, grant_id: UUID, body: Reason, key: web.IdempotencyKey = None
) -> GrantView:
    """收回后，该账号此前的令牌在各服务立即失效，重新登录或刷新后不再带有此授权。"""
    return GrantView.model_validate(await granting.revoke_grant(ctx, grant_id, body.reason))
