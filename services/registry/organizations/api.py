"""Organizations and their change feed over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.divisions.domain import DivisionUnknown
from services.registry.organizations import usecases
from services.registry.organizations.domain import tree
from services.registry.organizations.domain.codes import CreditCodeInvalid
from services.registry.organizations.schemas import (
    Dissolution,
    FromDivisions,
    FromDivisionsDone,
    OrganizationDraft,
    OrganizationPatch,
    OrganizationView,
    view,
)
from shared import web
from shared.contracts.registry import Change, ChangePage, OrganizationKind, Sector, Tier
from shared.errors import Forbidden, Invalid, NotSignedIn, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, decode, encode, page

router = web.router("/organizations", "组织")
feed = web.router("/changes", "组织")
AsOf = Annotated[date | None, Query(description="所查日期；默认今天")]
LONGEST_POSITION = 18
_DENIED = (NotSignedIn, Forbidden, OutOfScope)


@router.post(
    "",
    summary="登记一个组织",
    status_code=201,
    responses=web.problems(
        *_DENIED,
        tree.OrganizationUnknown,
        tree.TierMismatch,
        tree.AlreadyDissolved,
        CreditCodeInvalid,
        DivisionUnknown,
    ),
)
async def create_organization(
    ctx: web.Ctx, draft: OrganizationDraft, response: Response, key: web.IdempotencyKey = None
) -> OrganizationView:
    """由系统管理员或组织部登记。"""
    made = await usecases.create(ctx, usecases.Draft(**draft.model_dump()))
    web.etag(response, made.version)
    response.headers["Location"] = f"/v1/organizations/{made.id}"
    return view(made)


@router.post(
    "/from-divisions",
    summary="按行政区划建立一个县的组织树",
    status_code=201,
    responses=web.problems(*_DENIED, DivisionUnknown),
)
async def create_from_divisions(
    ctx: web.Ctx, body: FromDivisions, key: web.IdempotencyKey = None
) -> FromDivisionsDone:
    """县委、乡镇党委和村（社区）党支部在同一事务中建立；重复提交不会重复建立。"""
    planned = await usecases.create_from_divisions(
        ctx, body.county_code, body.founded_on, generated=body.generated
    )
    return FromDivisionsDone.of(planned)


@router.get("", summary="查询组织", responses=web.problems(NotSignedIn, tree.OrganizationUnknown))
async def list_organizations(
    ctx: web.Ctx,
    paging: PagingQuery,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级")] = None,
    parent_id: Annotated[UUID | None, Query(description="该组织的直接下级")] = None,
    tier: Tier | None = None,
    sector: Sector | None = None,
    kind: OrganizationKind | None = None,
    q: Annotated[str | None, Query(max_length=60, description="名称、拼音或拼音首字母")] = None,
    as_of: AsOf = None,
) -> Page[OrganizationView]:
    """只返回您管辖范围内、在所查日期存在的组织，上级在前。"""
    after = paging.after(1)
    wanted = usecases.Wanted(as_of, under, parent_id, tier, sector, kind, q)
    rows, total = await usecases.list_organizations(
        ctx, wanted, after[0] if after else None, paging.limit, total=paging.total
    )
    return page([view(row) for row in rows], paging.limit, [[row.path] for row in rows], total)


@router.get(
    "/{organization_id}",
    summary="查看一个组织",
    responses=web.problems(NotSignedIn, OutOfScope, tree.OrganizationUnknown),
)
async def read_organization(
    ctx: web.Ctx,
    organization_id: UUID,
    response: Response,
    as_of: Annotated[date | None, Query(description="只在该日期存在时返回")] = None,
) -> OrganizationView:
    """已撤销的组织也能查到，并指明承接的组织。"""
    found = await usecases.read(ctx, organization_id, as_of)
    web.etag(response, found.version)
    return view(found)


@router.patch(
    "/{organization_id}",
    summary="更正一个组织的登记内容",
    responses=web.problems(
        *_DENIED, tree.OrganizationUnknown, CreditCodeInvalid, PreconditionRequired, Stale
    ),
)
async def correct_organization(
    ctx: web.Ctx,
    organization_id: UUID,
    patch: OrganizationPatch,
    version: web.IfMatch,
    response: Response,
) -> OrganizationView:
    """只提交要改的项；If-Match 为读取时的 ETag。"""
    changes = patch.model_dump(exclude_unset=True)
    found = await usecases.correct(ctx, organization_id, version, changes)
    web.etag(response, found.version)
    return view(found)


@router.post(
    "/{organization_id}/dissolve",
    summary="撤销一个组织并指明承接组织",
    responses=web.problems(
        *_DENIED,
        tree.OrganizationUnknown,
        tree.HasChildren,
        tree.AlreadyDissolved,
        tree.SuccessorInvalid,
        tree.DatesInvalid,
    ),
)
async def dissolve_organization(
    ctx: web.Ctx,
    organization_id: UUID,
    body: Dissolution,
    response: Response,
    key: web.IdempotencyKey = None,
) -> OrganizationView:
    """撤销后仍可查询；以往结果仍指向它。"""
    found = await usecases.dissolve(
        ctx, organization_id, body.dissolved_on, body.successor_id, body.reason
    )
    web.etag(response, found.version)
    return view(found)


@router.delete(
    "/{organization_id}",
    summary="删除误登记的组织",
    status_code=204,
    responses=web.problems(
        *_DENIED, tree.OrganizationUnknown, tree.HasChildren, PreconditionRequired, Stale
    ),
)
async def remove_organization(ctx: web.Ctx, organization_id: UUID, version: web.IfMatch) -> None:
    """只作删除标记，变更流中可见。"""
    await usecases.remove(ctx, organization_id, version)


def position_of(cursor: str | None) -> int:
    """Return the place in the feed that a cursor stands for; Invalid when it is none."""
    position = decode(cursor, 1)[0] if cursor else "0"
    if not position.isascii() or not position.isdigit() or len(position) > LONGEST_POSITION:
        raise Invalid(
            "游标无效，请去掉 after 参数，从头读取变更流。",
            "This cursor is not valid: read the feed from its beginning, without `after`.",
        )
    return int(position)


@feed.get("", summary="组织变更流", responses=web.problems(NotSignedIn))
async def follow_changes(
    ctx: web.Ctx,
    after: Annotated[str | None, Query(max_length=500, description="上次最后的游标")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ChangePage:
    """按变更先后返回，含已删除的；用 next_cursor 继续，直到 items 为空。"""
    found = await usecases.follow(ctx, position_of(after), limit)
    items = [
        Change(
            cursor=encode([str(each.sequence)]),
            changed_at=each.changed_at,
            organization=each.organization.record(),
        )
        for each in found
    ]
    return ChangePage(items=items, next_cursor=items[-1].cursor if items else after)
