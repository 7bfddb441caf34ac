"""The township's scores over HTTP."""

from uuid import UUID

from fastapi import Response

from services.scoring.applications.domain import (
    PointsInvalid,
    PointsOverMaximum,
    PointsTooPrecise,
    ScoresInvalid,
    UnknownItem,
)
from services.scoring.cycles.domain import CycleNotOpen, CyclePaused, NotComputable
from services.scoring.reviews.domain.access import ConflictOfInterest, ScoresHidden
from services.scoring.reviews.domain.marks import ScoreReasonMissing, StarNotApplied
from services.scoring.reviews.domain.recommendations import NotScorable
from services.scoring.reviews.domain.stages import NotCompetent, StageClosed, StageOverdue
from services.scoring.reviews.schemas.scores import (
    ApplicationScoresView,
    MarkBody,
    RecommendationBody,
    RecommendationView,
    StageScoresView,
)
from services.scoring.reviews.schemas.words import Code
from services.scoring.reviews.usecases import recommendations, scores
from shared import web
from shared.errors import Forbidden, NotFound, OutOfScope, PreconditionRequired, Stale

TAG = {"name": "乡镇推荐", "description": "镇级评审组评分、签认；逾期的延期与代评；各乡镇进度"}
router = web.router("/applications", TAG["name"])

SCORING = (
    UnknownItem,
    PointsOverMaximum,
    PointsTooPrecise,
    PointsInvalid,
    ScoresInvalid,
    StarNotApplied,
    ScoreReasonMissing,
    StageClosed,
    StageOverdue,
    NotCompetent,
    ConflictOfInterest,
    NotComputable,
    CycleNotOpen,
    CyclePaused,
    Forbidden,
    OutOfScope,
    NotFound,
    Stale,
    PreconditionRequired,
)


@router.get(
    "/{application_id}/scores",
    summary="查看各环节得分",
    responses=web.problems(NotFound, OutOfScope),
)
async def get_application_scores(application_id: UUID, ctx: web.Ctx) -> ApplicationScoresView:
    """只给出现在可以公开的环节：他人的评分在该环节办结之前不公开。"""
    found = await scores.application_scores(ctx, application_id)
    stages = [StageScoresView.of(each) for each in found]
    return ApplicationScoresView(application_id=application_id, stages=stages)


@router.get(
    "/{application_id}/recommendation",
    summary="查看乡镇评分",
    responses=web.problems(NotFound, OutOfScope, ScoresHidden),
)
async def get_recommendation(
    application_id: UUID, ctx: web.Ctx, response: Response
) -> RecommendationView:
    """尚未评分时版本为 0，首次保存时 If-Match 填 "0"。"""
    found = await recommendations.find_recommendation(ctx, application_id)
    web.etag(response, found.version)
    return RecommendationView.of(found)


@router.put(
    "/{application_id}/recommendation",
    summary="保存乡镇评分（整份）",
    responses=web.problems(NotScorable, *SCORING),
)
async def put_recommendation(
    application_id: UUID,
    body: RecommendationBody,
    ctx: web.Ctx,
    version: web.IfMatch,
    response: Response,
) -> RecommendationView:
    """可以先存一部分；签认时要求申报的每颗星逐项评完。低于村级自评的要写理由。"""
    saved = await recommendations.save_recommendation(
        ctx, application_id, version, body.marks(), body.refusals
    )
    web.etag(response, saved.version)
    return RecommendationView.of(saved)


@router.put(
    "/{application_id}/recommendation/items/{item}",
    summary="保存乡镇评分（单项）",
    responses=web.problems(NotScorable, *SCORING),
)
async def put_recommended_item(
    application_id: UUID,
    item: Code,
    body: MarkBody,
    ctx: web.Ctx,
    version: web.IfMatch,
    response: Response,
) -> RecommendationView:
    """只改一项，其余不变。"""
    saved = await recommendations.save_recommended_item(
        ctx, application_id, version, item, body.text()
    )
    web.etag(response, saved.version)
    return RecommendationView.of(saved)
