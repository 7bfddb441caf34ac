"""The catalogue of facts over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.facts.domain.catalogue import (
    DefinitionExists,
    DefinitionInvalid,
    DefinitionUnknown,
)
from services.registry.facts.schemas.catalogue import (
    CatalogueView,
    DefinitionDraft,
    DefinitionPatch,
    DefinitionView,
    Retirement,
)
from services.registry.facts.usecases import defining
from services.registry.organizations.domain.tree import OrganizationUnknown
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope, PreconditionRequired, Stale

router = web.router("/fact-definitions", "基础数据")
_DENIED = (NotSignedIn, Forbidden, OutOfScope)


@router.get("", summary="基础数据目录", responses=web.problems(NotSignedIn, OrganizationUnknown))
async def list_definitions(
    ctx: web.Ctx,
    county_id: Annotated[UUID | None, Query(description="只看该县自设的；默认您所在的县")] = None,
) -> CatalogueView:
    """每项的单位、小数位、取值范围、多久填一次、由谁填；目录之外的代码一概不收。"""
    found = await defining.read(ctx, county_id)
    return CatalogueView(items=[DefinitionView.model_validate(each) for each in found])


@router.post(
    "",
    summary="本县自设一项数据",
    status_code=201,
    responses=web.problems(*_DENIED, OrganizationUnknown, DefinitionExists, DefinitionInvalid),
)
async def define_fact(
    ctx: web.Ctx, body: DefinitionDraft, response: Response, key: web.IdempotencyKey = None
) -> DefinitionView:
    """代码以 local. 开头；先看系统自带的目录里有没有，有就不必另设。"""
    values = body.model_dump(exclude={"county_id"}) | {"tiers": tuple(body.tiers)}
    made = await defining.define(ctx, body.county_id, defining.Draft(**values))
    web.etag(response, made.version)
    return DefinitionView.model_validate(made)


@router.patch(
    "/{definition_id}",
    summary="修改自设的数据项",
    responses=web.problems(
        *_DENIED, DefinitionUnknown, DefinitionInvalid, PreconditionRequired, Stale
    ),
)
async def change_definition(
    ctx: web.Ctx,
    definition_id: UUID,
    body: DefinitionPatch,
    version: web.IfMatch,
    response: Response,
) -> DefinitionView:
    """已登记的数值不受影响；单位和小数位不能改。"""
    changes = body.model_dump(exclude_unset=True)
    changed = await defining.change(ctx, definition_id, version, changes)
    web.etag(response, changed.version)
    return DefinitionView.model_validate(changed)


@router.post(
    "/{definition_id}/retire",
    summary="停用自设的数据项",
    responses=web.problems(*_DENIED, DefinitionUnknown, DefinitionInvalid),
)
async def retire_definition(
    ctx: web.Ctx, definition_id: UUID, body: Retirement, key: web.IdempotencyKey = None
) -> DefinitionView:
    """自该日起不再收新的数值；已登记的仍可查询。"""
    changed = await defining.retire(ctx, definition_id, body.retired_on)
    return DefinitionView.model_validate(changed)
