"""People over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.organizations.domain.tree import OrganizationUnknown
from services.registry.people.domain.terms import AlreadyErased, PersonUnknown
from services.registry.people.schemas.people import (
    PeopleDraft,
    PeopleView,
    PersonDraft,
    PersonPatch,
    PersonView,
)
from services.registry.people.usecases import people as usecases
from shared import web
from shared.errors import Forbidden, NotSignedIn, OutOfScope, PreconditionRequired, Stale
from shared.pagination import Page, PagingQuery, page

people = web.router("/people", "人员与任期")


_DENIED = (NotSignedIn, Forbidden, OutOfScope)


@people.post(
    "",
    summary="登记一名人员",
    status_code=201,
    responses=web.problems(*_DENIED, OrganizationUnknown),
)
async def register_person(
    ctx: web.Ctx, body: PersonDraft, response: Response, key: web.IdempotencyKey = None
) -> PersonView:
    """只收姓名，其他个人信息一概不收。"""
    draft = usecases.PersonDraft(body.name, body.generated)
    made = (await usecases.register_people(ctx, body.county_id, [draft]))[0]
    web.etag(response, made.version)
    return PersonView.model_validate(made)


@people.post(
    "/bulk",
    summary="成批登记人员（不超过 5000 名）",
    status_code=201,
    responses=web.problems(*_DENIED, OrganizationUnknown),
)
async def register_people(
    ctx: web.Ctx, body: PeopleDraft, key: web.IdempotencyKey = None
) -> PeopleView:
    """全部登记或全部不登记；返回顺序与提交时相同。"""
    drafts = [usecases.PersonDraft(item.name, item.generated) for item in body.items]
    made = await usecases.register_people(ctx, body.county_id, drafts)
    return PeopleView(items=[PersonView.model_validate(person) for person in made])


@people.get("", summary="查询人员", responses=web.problems(NotSignedIn))
async def list_people(
    ctx: web.Ctx,
    paging: PagingQuery,
    q: Annotated[str | None, Query(max_length=50, description="姓名、拼音或拼音首字母")] = None,
) -> Page[PersonView]:
    """只返回您管辖范围内的人员。"""
    rows = await usecases.list_people(ctx, q, paging.after_id(), paging.limit)
    views = [PersonView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


@people.get(
    "/{person_id}", summary="查看一名人员", responses=web.problems(NotSignedIn, PersonUnknown)
)
async def read_person(ctx: web.Ctx, person_id: UUID, response: Response) -> PersonView:
    """返回姓名；任期请查 /v1/terms?person_id=。"""
    found = await usecases.read_person(ctx, person_id)
    web.etag(response, found.version)
    return PersonView.model_validate(found)


@people.patch(
    "/{person_id}",
    summary="更正姓名",
    responses=web.problems(*_DENIED, PersonUnknown, AlreadyErased, PreconditionRequired, Stale),
)
async def correct_person(
    ctx: web.Ctx, person_id: UUID, body: PersonPatch, version: web.IfMatch, response: Response
) -> PersonView:
    """If-Match 为读取时的 ETag。"""
    found = await usecases.correct_person(ctx, person_id, version, body.name)
    web.etag(response, found.version)
    return PersonView.model_validate(found)
