"""What counts of the bodies' scores and refusals, in the form the kernel reads.

A township's scores count once it has signed off: an unsigned draft is nobody's decision. A
star's review is one act of the department, saved whole; it counts once the department's
part is closed, whether completed or lapsed. A township's refusal stands until the department
lifts it with a reason: silence decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from services.scoring.kernel.inputs import Refusal
from services.scoring.kernel.said import Said
from services.scoring.reviews.domain.departments import StarReview
from services.scoring.reviews.domain.marks import Mark, Words, words_of
from services.scoring.reviews.domain.outcomes import TOWNSHIP, Outcome
from services.scoring.reviews.domain.recommendations import Recommendation
from services.scoring.reviews.domain.stages import Stage

StageScores = dict[str, dict[str, Said]]
Refusals = dict[str, Refusal]
Signed = tuple[Recommendation, Stage]
# Whom a stage spoke of, the stage, and what it said of each item.
Spoken = tuple[UUID, str, Words]


@dataclass(frozen=True)
class Closing:
    """A closed part with its receipt, and what it brought each branch."""

    stage: Stage
    outcomes: list[Outcome]


@dataclass(frozen=True)
class VisibleStage:
    """One stage's scores of an application that the caller may see.

    `outcome` is the level and stars after it, None while it is not closed.
    """

    stage: str
    name: str
    marks: Mapping[str, Mark]
    refusals: Mapping[str, str]
    outcome: Outcome | None


def scores(signed: Iterable[Signed], reviews: Iterable[StarReview]) -> dict[UUID, StageScores]:
    """Return organization → stage → item → what was said."""
    townships = ((each.organization_id, TOWNSHIP, words_of(each.marks)) for each, _ in signed)
    departments = (
        (each.organization_id, each.kind.value, words_of(each.marks)) for each in reviews
    )
    return by_stage(chain(townships, departments))


def by_stage(spoken: Iterable[Spoken]) -> dict[UUID, StageScores]:
    """Return organization → stage → item → what was said; a stage speaks star by star."""
    found: dict[UUID, StageScores] = defaultdict(dict)
    for organization_id, stage, words in spoken:
        found[organization_id].setdefault(stage, {}).update(words)
    return dict(found)


def refusals(signed: Iterable[Signed], reviews: Iterable[StarReview]) -> dict[UUID, Refusals]:
    """Return organization → star → decision, of the last competent body."""
    found: dict[UUID, Refusals] = defaultdict(dict)
    for recommendation, stage in signed:
        for star in recommendation.refusals:
            found[recommendation.organization_id][star] = Refusal(
                by=stage.scored_by, reference=f"recommendation:{recommendation.application_id}"
            )
    for review in reviews:
        if review.lift:
            found[review.organization_id].pop(review.star, None)
        if review.refusal:
            found[review.organization_id][review.star] = Refusal(
                by=review.scored_by, reference=f"review:{review.application_id}"
            )
    return {organization_id: stars for organization_id, stars in found.items() if stars}
