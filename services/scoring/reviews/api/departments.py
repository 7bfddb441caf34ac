"""The departments' reviews over HTTP, star by star."""

from uuid import UUID

from fastapi import Response

from services.scoring.applications.domain import UnknownStar
from services.scoring.reviews.api.recommendations import SCORING
from services.scoring.reviews.domain.access import ScoresHidden
from services.scoring.reviews.domain.departments import (
    NotForReview,
    NothingToLift,
    NotLeadDepartment,
    ReviewIncomplete,
    ReviewKind,
)
from services.scoring.reviews.domain.recommendations import RefusalNotNeeded
from services.scoring.reviews.schemas.scores import StarReviewBody, StarReviewView
from services.scoring.reviews.schemas.words import Code
from services.scoring.reviews.usecases import departments
from services.scoring.reviews.usecases.departments import StarKey
from shared import web
from shared.errors import NotFound, OutOfScope

TAG = {"name": "部门评审", "description": "牵头部门按星评审推荐的三星以上支部，抽查乡镇决定的支部"}
router = web.router("/applications", TAG["name"])


@router.get(
    "/{application_id}/reviews/{star}",
    summary="查看部门评分",
    responses=web.problems(NotFound, UnknownStar, OutOfScope, ScoresHidden),
)
async def get_star_review(
    application_id: UUID, star: Code, ctx: web.Ctx, response: Response
) -> StarReviewView:
    """尚未评分时版本为 0，首次保存时 If-Match 填 "0"。"""
    key = StarKey(application_id, star, ReviewKind.DEPARTMENT)
    found = await departments.find_star_review(ctx, key)
    web.etag(response, found.version)
    return StarReviewView.of(found)


@router.put(
    "/{application_id}/reviews/{star}",
    summary="保存部门评分（整星）",
    responses=web.problems(
        UnknownStar,
        NotLeadDepartment,
        NotForReview,
        NothingToLift,
        ReviewIncomplete,
        RefusalNotNeeded,
        *SCORING,
    ),
)
async def put_star_review(
    application_id: UUID,
    star: Code,
    body: StarReviewBody,
    ctx: web.Ctx,
    version: web.IfMatch,
    response: Response,
) -> StarReviewView:
    """由该星的牵头部门逐项评完整颗星，可升可降；低于现有得分的要写理由。"""
    key = StarKey(application_id, star, ReviewKind.DEPARTMENT)
    saved = await departments.save_star_review(
        ctx, key, version, body.marks(), body.refusal or "", body.lift or ""
    )
    web.etag(response, saved.version)
    return StarReviewView.of(saved)
