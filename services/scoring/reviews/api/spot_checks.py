"""The draw and the spot checks over HTTP."""

from uuid import UUID

from fastapi import Response

from services.scoring.applications.domain import UnknownStar
from services.scoring.reviews.api.departments import TAG
from services.scoring.reviews.api.recommendations import SCORING
from services.scoring.reviews.domain.access import ScoresHidden
from services.scoring.reviews.domain.departments import (
    NotForReview,
    NotLeadDepartment,
    ReviewIncomplete,
    ReviewKind,
)
from services.scoring.reviews.domain.spot_checks import NotDrawnYet, SpotCheckRaises
from services.scoring.reviews.schemas.scores import SpotCheckBody, StarReviewView
from services.scoring.reviews.schemas.spot_checks import DrawView
from services.scoring.reviews.schemas.words import Code
from services.scoring.reviews.usecases import departments, spot_checks
from services.scoring.reviews.usecases.departments import StarKey
from shared import web
from shared.errors import Forbidden, NotFound, OutOfScope

router = web.router("", TAG["name"])


@router.get(
    "/cycles/{cycle_id}/spot-check",
    summary="查看抽查名单",
    responses=web.problems(NotDrawnYet, Forbidden),
)
async def get_spot_check(cycle_id: UUID, ctx: web.Ctx) -> DrawView:
    """种子、分层、总体和真实抽取比例；任何人可以按 sha256 重新算出同样的名单。"""
    return DrawView.of(await spot_checks.find_draw(ctx, cycle_id))


@router.get(
    "/applications/{application_id}/spot-checks/{star}",
    summary="查看抽查评分",
    responses=web.problems(NotFound, UnknownStar, OutOfScope, ScoresHidden),
)
async def get_star_spot_check(
    application_id: UUID, star: Code, ctx: web.Ctx, response: Response
) -> StarReviewView:
    """尚未评分时版本为 0，首次保存时 If-Match 填 "0"。"""
    key = StarKey(application_id, star, ReviewKind.SPOT_CHECK)
    found = await departments.find_star_review(ctx, key)
    web.etag(response, found.version)
    return StarReviewView.of(found)


@router.put(
    "/applications/{application_id}/spot-checks/{star}",
    summary="保存抽查评分（整星）",
    responses=web.problems(
        SpotCheckRaises, UnknownStar, NotLeadDepartment, NotForReview, ReviewIncomplete, *SCORING
    ),
)
async def put_star_spot_check(
    application_id: UUID,
    star: Code,
    body: SpotCheckBody,
    ctx: web.Ctx,
    version: web.IfMatch,
    response: Response,
) -> StarReviewView:
    """抽查只能维持或降低得分，降低的要写理由。"""
    key = StarKey(application_id, star, ReviewKind.SPOT_CHECK)
    saved = await departments.save_star_review(ctx, key, version, body.marks())
    web.etag(response, saved.version)
    return StarReviewView.of(saved)
