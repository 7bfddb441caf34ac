"""Tables that are only read, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import StreamingResponse

from services.registry.imports.api.tables import FILES, FORM, file_answer
from services.registry.imports.domain.writing import Form
from services.registry.imports.usecases import vacancies
from services.registry.imports.usecases.exporting import Wanted
from services.registry.organizations.domain.tree import OrganizationUnknown
from services.registry.people.domain.vacancies import MOST_MONTHS
from shared import web
from shared.errors import Forbidden, NotSignedIn

router = web.router("/exports", "导入与导出")


@router.get(
    "/vacancies",
    summary="导出空缺的职务",
    responses=web.problems(NotSignedIn, Forbidden, OrganizationUnknown) | FILES,
)
async def export_vacancies(
    ctx: web.Ctx,
    form: FORM = Form.XLSX,
    under: Annotated[UUID | None, Query(description="该组织及其全部下级；默认您管辖的全部")] = None,
    as_of: Annotated[date | None, Query(description="所查日期；默认今天")] = None,
    months: Annotated[
        int | None, Query(ge=0, le=MOST_MONTHS, description="空缺超过多少个月；默认 3 个月")
    ] = None,
) -> StreamingResponse:
    """与“查询空缺的职务”相同的内容；含姓名，导出的账号会留下记录。"""
    asked = vacancies.Vacant(Wanted(under, as_of), months)
    return file_answer(await vacancies.export(ctx, form, asked), "空缺职务", form)
