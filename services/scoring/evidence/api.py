"""Evidence files over HTTP."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Form, Response, UploadFile

from services.scoring.applications.domain import (
    DeadlinePassed,
    DraftNotVisible,
    NotYetVisible,
    UnknownItem,
    UnknownStar,
)
from services.scoring.cycles.domain import CyclePaused
from services.scoring.evidence import usecases
from services.scoring.evidence.domain import (
    LARGEST,
    MEDIA_TYPES,
    FileDamaged,
    FileEmpty,
    FileRefused,
    FileTooLarge,
    TooManyFiles,
)
from services.scoring.evidence.schemas import EvidenceView
from shared import web
from shared.errors import NotFound, OutOfScope, PreconditionRequired, Stale
from shared.transitions import IllegalTransition

TAG = {"name": "佐证", "description": "评分项的佐证文件：pdf、jpg、png、docx、xlsx，每个不超过10MB"}
router = web.router("/evidence", TAG["name"])
uploads = web.router("/applications", TAG["name"])
_CLOSED = (DeadlinePassed, IllegalTransition, CyclePaused, OutOfScope, NotFound)


@uploads.post(
    "/{application_id}/evidence",
    summary="上传佐证文件",
    status_code=201,
    responses=web.problems(
        FileRefused, FileTooLarge, FileEmpty, TooManyFiles, UnknownStar, UnknownItem, *_CLOSED
    ),
)
async def upload_evidence(
    application_id: UUID,
    file: UploadFile,
    star: Annotated[str, Form(max_length=64, description="星", examples=["party_building"])],
    item: Annotated[str, Form(max_length=64, description="评分项", examples=["team_role"])],
    ctx: web.Ctx,
    response: Response,
    key: web.IdempotencyKey = None,
) -> EvidenceView:
    """按内容识别类型；返回的 ETag 是申报的新版本号。"""
    content = await file.read(LARGEST + 1)
    sent = usecases.Upload(star, item, file.filename or "", content)
    evidence, application = await usecases.upload(ctx, application_id, sent)
    web.etag(response, application.version)
    return EvidenceView.of(evidence)


@uploads.get(
    "/{application_id}/evidence",
    summary="查询佐证文件",
    responses=web.problems(DraftNotVisible, NotYetVisible, OutOfScope, NotFound),
)
async def list_evidence(application_id: UUID, ctx: web.Ctx) -> list[EvidenceView]:
    """申报人看到全部文件，其他人看到最后一次提交所附的文件。"""
    return [EvidenceView.of(each) for each in await usecases.page(ctx, application_id)]


@router.get(
    "/{evidence_id}/content",
    summary="下载佐证文件",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"example": "…"}}},
        **web.problems(DraftNotVisible, NotYetVisible, OutOfScope, NotFound, FileDamaged),
    },
)
async def download_evidence(evidence_id: UUID, ctx: web.Ctx) -> Response:
    """总是作为附件下载；读取时核对哈希。"""
    evidence, content = await usecases.download(ctx, evidence_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(evidence.name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
        "ETag": f'"{evidence.sha256}"',
    }
    return Response(content, media_type=MEDIA_TYPES[evidence.kind], headers=headers)


@router.delete(
    "/{evidence_id}",
    summary="删除佐证文件",
    status_code=204,
    responses=web.problems(*_CLOSED, Stale, PreconditionRequired),
)
async def delete_evidence(
    evidence_id: UUID, ctx: web.Ctx, version: web.IfMatch, response: Response
) -> None:
    """从申报中移除；If-Match 用申报的版本号。已经提交过的文件仍然留存。"""
    application = await usecases.delete(ctx, evidence_id, version)
    web.etag(response, application.version)
