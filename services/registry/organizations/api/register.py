"""The register of organizations over HTTP: enter, find, read, correct, remove."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.divisions.domain import DivisionUnknown
from services.registry.organizations.domain import events, tree
from services.registry.organizations.domain.codes import CreditCodeInvalid
from services.registry.organizations.domain.commands import Draft, Found
from services.registry.organizations.domain.events import Part
from services.registry.organizations.schemas.counties import FromDivisions, FromDivisionsDone
from services.registry.organizations.schemas.events import (
    AttributesView,
    EventView,
    VersionsView,
)
from services.registry.organizations.schemas.organizations import (
    CountsView,
    Line,
    OrganizationDraft,
    OrganizationPatch,
    OrganizationView,
    view,
)
from services.registry.organizations.usecases import changing, reading, registering
from shared import web
from shared.contracts.registry import OrganizationKind, Sector, Tier
from shared.errors import Forbidden, NotSignedIn, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page

router = web.router("/organizations", "组织")
AsOf = Annotated[date | None, Query(description="所查日期；默认今天")]
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
        tree.DatesInvalid,
        events.EventsOverlap,
        CreditCodeInvalid,
        DivisionUnknown,
    ),
)
async def create_organization(
    ctx: web.Ctx, draft: OrganizationDraft, response: Response, key: web.IdempotencyKey = None
) -> OrganizationView:
    """由系统管理员或组织部登记。"""
    done = await changing.carry_out(ctx, Found(Draft(**draft.model_dump())))
    made = done.of(Part.MADE)[0]
    web.etag(response, made.version)
    response.headers["Location"] = f"/v1/organizations/{made.id}"
    return view(made)


@router.post(
    "/from-divisions",
    summary="按行政区划建立一个县的组织树",
    status_code=201,
    responses=web.problems(*_DENIED, DivisionUnknown, tree.DatesInvalid),
)
async def create_from_divisions(
    ctx: web.Ctx, body: FromDivisions, key: web.IdempotencyKey = None
) -> FromDivisionsDone:
    """县委、乡镇党委和村（社区）党支部在同一事务中建立；重复提交不会重复建立。"""
    planned = await registering.create_from_divisions(
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
    q: Annotated[
        str | None, Query(max_length=60, description="名称的一部分、拼音或拼音首字母")
    ] = None,
    division_id: Annotated[UUID | None, Query(description="在该区划及其全部下级区划内")] = None,
    as_of: AsOf = None,
) -> Page[OrganizationView]:
    """只返回您管辖范围内、在所查日期存在的组织，上级在前。"""
    after = paging.after(1)
    wanted = reading.Wanted(as_of, under, parent_id, tier, sector, kind, q, division_id)
    rows, total = await reading.list_organizations(
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
    as_of: Annotated[date | None, Query(description="所查日期；当时不存在的返回 404")] = None,
) -> OrganizationView:
    """已撤销的组织也能查到，并指明承接的组织；带 as_of 时返回当时的登记内容。"""
    found = await reading.read(ctx, organization_id, as_of)
    if as_of is None:
        web.etag(response, found.version)
    return view(found)


_READ = web.problems(NotSignedIn, OutOfScope, tree.OrganizationUnknown)


@router.get("/{organization_id}/ancestors", summary="查看各级上级组织", responses=_READ)
async def read_ancestors(ctx: web.Ctx, organization_id: UUID, as_of: AsOf = None) -> Line:
    """由上到下，最后一个是所查组织。"""
    found = await reading.ancestors(ctx, organization_id, as_of)
    return Line(items=[view(each) for each in found])


@router.get("/{organization_id}/counts", summary="统计一个组织的全部下级", responses=_READ)
async def count_organizations(
    ctx: web.Ctx, organization_id: UUID, as_of: AsOf = None
) -> CountsView:
    """按层级、类型和领域分别计数，含该组织自己。"""
    return CountsView.of(await reading.count_below(ctx, organization_id, as_of))


@router.get("/{organization_id}/versions", summary="查看历来的登记内容", responses=_READ)
async def read_versions(ctx: web.Ctx, organization_id: UUID) -> VersionsView:
    """先后相接，含尚未生效的。"""
    found = await reading.read_versions(ctx, organization_id)
    return VersionsView(items=[AttributesView.model_validate(each) for each in found])


@router.get("/{organization_id}/history", summary="查看历次变动", responses=_READ)
async def read_history_of_organization(
    ctx: web.Ctx, organization_id: UUID, paging: PagingQuery
) -> Page[EventView]:
    """成立、更名、变更隶属、分设、合并、撤销和更正，后登记的在前。"""
    rows = await reading.read_history(ctx, organization_id, paging.after_id(), paging.limit)
    views = [EventView.of(row) for row in rows]
    return page(views, paging.limit, [[str(each.id)] for each in views])


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
    found = await registering.correct(ctx, organization_id, version, changes)
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
    await registering.remove(ctx, organization_id, version)
