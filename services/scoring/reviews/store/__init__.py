"""Reading and writing everything that townships, departments and source offices decide."""

from services.scoring.reviews.store.applied import applied
from services.scoring.reviews.store.clearances import (
    answers,
    clearance_sheet,
    missing_clearances,
    save_clearance_sheet,
)
from services.scoring.reviews.store.departments import save_star_review, star_review, star_reviews
from services.scoring.reviews.store.outcomes import add_outcomes, outcomes_of, stage_outcomes
from services.scoring.reviews.store.recommendations import (
    marks_document,
    recommendation,
    recommendations,
    save_recommendation,
)
from services.scoring.reviews.store.spot_checks import add_draw, find_draw
from services.scoring.reviews.store.stages import (
    begin_stages,
    cycles_in,
    find_stage,
    fresh,
    lock_stage,
    save_stage,
    share_stage,
    stages,
)
from services.scoring.reviews.store.verdicts import counted

__all__ = [
    "add_draw",
    "add_outcomes",
    "answers",
    "applied",
    "begin_stages",
    "clearance_sheet",
    "counted",
    "cycles_in",
    "find_draw",
    "find_stage",
    "fresh",
    "lock_stage",
    "marks_document",
    "missing_clearances",
    "outcomes_of",
    "recommendation",
    "recommendations",
    "save_clearance_sheet",
    "save_recommendation",
    "save_stage",
    "save_star_review",
    "share_stage",
    "stage_outcomes",
    "stages",
    "star_review",
    "star_reviews",
]
