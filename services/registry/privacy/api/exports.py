"""Giving people what is held about them, over HTTP."""

from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import quote
from uuid import UUID

from fastapi.responses import StreamingResponse

from services.registry.people.domain.terms import AlreadyErased, PersonUnknown
from services.registry.privacy.schemas.holdings import PersonExport
from services.registry.privacy.usecases import exporting
from shared import web
from shared.errors import Forbidden, NotSignedIn

router = web.router("/people", "个人信息")
_PROBLEMS = web.problems(NotSignedIn, Forbidden, PersonUnknown, AlreadyErased)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {_XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}
_PIECE = 65_536


@router.get("/{person_id}/export", summary="导出一名人员的个人信息", responses=_PROBLEMS)
async def export_person(ctx: web.Ctx, person_id: UUID) -> PersonExport:
    """由本人（账号已关联人员）或安全管理员导出，导出本身记入审计；其他服务只存编号。"""
    return PersonExport.of(await exporting.export(ctx, person_id))


@router.get(
    "/{person_id}/export/xlsx",
    summary="导出一名人员的个人信息（xlsx）",
    response_class=StreamingResponse,
    responses=_PROBLEMS | _FILE,
)
async def export_person_xlsx(ctx: web.Ctx, person_id: UUID) -> StreamingResponse:
    """内容与 JSON 相同，一类一页，便于阅读和打印。"""
    file = await exporting.workbook(ctx, person_id)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote('个人信息')}.xlsx"}
    return StreamingResponse(_pieces(file), media_type=_XLSX, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
