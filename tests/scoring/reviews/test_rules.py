"""Scores, refusals, outcomes and sight: the rules alone."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.scoring.applications.domain import Application, WordText
from services.scoring.kernel.inputs import Refusal, ReportedAnswer
from services.scoring.kernel.items import Item
from services.scoring.kernel.said import Said
from services.scoring.reviews.domain import (
    access,
    departments,
    marks,
    outcomes,
    recommendations,
    verdicts,
)
from services.scoring.reviews.domain.departments import Applied, ReviewKind, StarReview
from services.scoring.reviews.domain.marks import Mark, MarkText
from services.scoring.reviews.domain.outcomes import Branch, Outcome
from services.scoring.reviews.domain.recommendations import Recommendation
from services.scoring.reviews.domain.stages import Stage, StageKind, StageState
from shared.caller import Caller, Grant, Role
from shared.errors import Problem
from shared.money import decimal_text
from shared.tables import new_id
from tests.scoring.reviews import branches
from tests.scoring.reviews.branches import STARS, application, full, participant, plan, policy

TODAY = date(2026, 5, 4)
ITEMS = [item for star in policy().stars for item in star.items]


def recommendation(
    app: Application, given_marks: dict[str, Mark], **refusals: str
) -> Recommendation:
    return Recommendation(
        application_id=app.id,
        cycle_id=app.cycle_id,
        county_id=app.county_id,
        township_id=app.township_id,
        organization_id=app.organization_id,
        marks=given_marks,
        refusals=refusals,
    )


def part(
    kind: StageKind = StageKind.TOWNSHIP,
    party: str = "party",
    state: StageState = StageState.COMPLETED,
    *,
    substituted: bool = False,
) -> Stage:
    return Stage(new_id(), new_id(), new_id(), kind, party, state, substituted=substituted)


def standing(own: dict[str, int]) -> marks.Standing:
    return marks.Standing(own, "村级自评分", {}, TODAY)


def unfit(app: Application, given_marks: dict[str, Mark]) -> list[str]:
    own = marks.Standing(app.self_scores, "村级自评分", {}, TODAY)
    return recommendations.unfit(plan(), app.applied, own, recommendation(app, given_marks))


@given(st.sampled_from(ITEMS), st.integers(0, 10_000), st.integers(0, 10_000), st.booleans())
def test_a_mark_is_accepted_exactly_when_it_is_in_range_and_explained(
    item: Item,
    points: int,
    own: int,
    explained: bool,  # noqa: FBT001 -- drawn
) -> None:
    worse = points > own if item.block == "deduction" else points < own
    allowed = points <= item.rule.max_points and (explained or not worse)
    sent = MarkText(WordText(decimal_text(points)), "理由" if explained else "")
    try:
        read = marks.read(plan(), {item.code: sent}, TODAY)
        marks.check_marks(plan(), STARS, read, standing({item.code: own}))
    except Problem:
        assert not allowed
    else:
        assert allowed


@given(st.decimals(0, 100, places=2).map(str))
def test_points_are_read_exactly(text: str) -> None:
    hundredths = int(text.replace(".", ""))
    sent = {"secretary_ability": MarkText(WordText(text))}
    assume(hundredths <= 2000)
    assert marks.read(plan(), sent, TODAY)["secretary_ability"].word == hundredths


@given(st.lists(st.sampled_from(STARS), unique=True), st.data())
def test_what_hinders_a_sign_off_is_exactly_what_is_missing(
    applied: list[str], data: st.DataObject
) -> None:
    app = application(*applied)
    everything = branches.marks(*applied)
    left_out = data.draw(st.sets(st.sampled_from(sorted(everything)))) if everything else set()
    given_marks = {code: mark for code, mark in everything.items() if code not in left_out}
    found = unfit(app, given_marks)
    assert set(found) == left_out


def test_a_score_below_a_later_submission_has_to_be_explained_before_signing() -> None:
    scored = {code: Mark(mark.word) for code, mark in branches.marks(STARS[0]).items()}
    scored["secretary_ability"] = Mark(1500)
    before = application(STARS[0], secretary_ability=1500)
    assert unfit(before, scored) == []
    after = application(STARS[0], secretary_ability=1600)
    assert unfit(after, scored) == ["secretary_ability"]


def branch(*applied: str, refused: str | None = None, **lowered: int) -> Branch:
    app = application(*applied)
    by = {refused: Refusal(by="township", reference="r")} if refused else {}
    layers: dict[str, dict[str, Said]] = {"township": dict(full(*applied, **lowered))}
    return Branch.of(participant(app), app, layers, by, {}, TODAY)


@pytest.mark.parametrize(
    ("found", "applied_level", "level", "lowered"),
    [
        (branch(*STARS), 5, 5, False),
        (branch(*STARS[1:]), 2, 2, False),
        (branch(*STARS[:3], secretary_ability=100), 3, 2, True),
        (branch(*STARS[:3], refused="civility"), 3, 2, True),
        (branch(STARS[0]), 1, 1, False),
        (branch(), 0, 0, False),
        (branch(STARS[0], secretary_ability=499, team_role=2000), 1, 0, True),
        (branch(STARS[0], secretary_ability=500, team_role=2000), 1, 1, False),
    ],
)
def test_an_outcome_is_the_kernels_verdict_so_far(
    found: Branch,
    applied_level: int,
    level: int,
    lowered: bool,  # noqa: FBT001 -- a case
) -> None:
    outcome = outcomes.outcomes(plan(), [found])[0]
    assert (outcome.applied_level, outcome.level, outcome.lowered) == (
        applied_level,
        level,
        lowered,
    )


def test_a_bottom_line_counts_once_its_office_has_answered() -> None:
    app = application(*STARS)
    hit = {"serious_crime": ReportedAnswer(hit=True, reference="GA-2026-1")}
    silent = Branch.of(participant(app), app, {}, {}, {}, TODAY)
    answered = Branch.of(participant(app), app, {}, {}, hit, TODAY)
    levels = [outcomes.outcomes(plan(), [each])[0].level for each in (silent, answered)]
    assert levels == [5, 4]


def test_the_township_decides_up_to_two_stars_and_departments_review_from_three() -> None:
    procedure = policy().procedure
    assert [outcomes.decided_by_township(procedure, level) for level in range(6)] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert [outcomes.reviewed_by_departments(procedure, level) for level in range(6)] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]


def outcome(level: int) -> Outcome:
    return Outcome(new_id(), new_id(), new_id(), 5, level, ())


def test_each_star_applied_for_is_a_task_of_its_lead_department() -> None:
    app = application(*STARS[:4])
    due = departments.tasks(policy(), Applied.of(app), outcome(4), drawn=False)
    assert [(task.star, task.department) for task in due] == [
        ("party_building", "organization_department"),
        ("civility", "publicity_department"),
        ("peace_harmony", "political_legal_committee"),
        ("industry", "agriculture_bureau"),
    ]
    assert departments.tasks(policy(), Applied.of(app), outcome(2), drawn=False) == []
    assert departments.tasks(policy(), Applied.of(app), None, drawn=False) == []
    drawn = departments.tasks(policy(), Applied.of(app), outcome(2), drawn=True)
    assert {task.kind for task in drawn} == {ReviewKind.SPOT_CHECK}


def review(app: Application, star: str, refusal: str = "", kind: str = "department") -> StarReview:
    return StarReview(
        kind=ReviewKind(kind),
        application_id=app.id,
        cycle_id=app.cycle_id,
        county_id=app.county_id,
        organization_id=app.organization_id,
        star=star,
        department="d",
        marks=branches.marks(star),
        refusal=refusal,
    )


def test_scores_are_kept_by_stage() -> None:
    app = application(*STARS[:2])
    signed = [(recommendation(app, branches.marks(*STARS[:2])), part())]
    reviews = [review(app, STARS[0]), review(app, STARS[1], kind="spot_check")]
    found = verdicts.scores(signed, reviews)[app.organization_id]
    assert found["township"] == full(*STARS[:2])
    assert found["department"] == full(STARS[0])
    assert found["spot_check"] == full(STARS[1])


def test_the_last_competent_body_has_the_last_word_on_a_star() -> None:
    app = application(*STARS[:2])
    refused = recommendation(app, {}, party_building="理由", civility="理由")
    signed = [(refused, part(substituted=True))]
    found = verdicts.refusals(signed, [])[app.organization_id]
    assert {star: each.by for star, each in found.items()} == {
        "party_building": "county_group",
        "civility": "county_group",
    }
    silent = verdicts.refusals(signed, [review(app, "party_building")])
    assert set(silent[app.organization_id]) == {"party_building", "civility"}
    lifting = replace(review(app, "party_building"), lift="已经整改")
    lifted = verdicts.refusals(signed, [lifting])
    assert set(lifted[app.organization_id]) == {"civility"}
    kept = verdicts.refusals(signed, [review(app, "party_building", kind="spot_check")])
    assert set(kept[app.organization_id]) == {"party_building", "civility"}
    again = verdicts.refusals([], [review(app, "party_building", refusal="理由")])
    assert again[app.organization_id]["party_building"].by == "department"
    assert verdicts.refusals([], [review(app, "party_building")]) == {}


COUNTY, TOWN, VILLAGE = new_id(), new_id(), new_id()
PATH = f"/{COUNTY}/{TOWN}/{VILLAGE}/"


def holder(role: Role, at: UUID, department: str | None = None) -> Caller:
    return Caller(new_id(), (Grant(role, at, department),), new_id())


@pytest.mark.parametrize(
    ("who", "stage", "running", "closed"),
    [
        (holder(Role.INSPECTOR, COUNTY), part(state=StageState.OPEN), True, True),
        (holder(Role.TOWNSHIP, TOWN), part(state=StageState.OPEN), True, True),
        (holder(Role.TOWNSHIP, TOWN), part(state=StageState.SUBSTITUTED), False, True),
        (holder(Role.ORGANIZATION_DEPARTMENT, COUNTY), part(state=StageState.OPEN), False, True),
        (
            holder(Role.ORGANIZATION_DEPARTMENT, COUNTY),
            part(state=StageState.SUBSTITUTED),
            True,
            True,
        ),
        (holder(Role.VILLAGE, VILLAGE), part(state=StageState.OPEN), False, True),
        (holder(Role.VILLAGE, new_id()), part(state=StageState.OPEN), False, False),
        (holder(Role.TOWNSHIP, new_id()), part(state=StageState.OPEN), False, False),
        (holder(Role.INSPECTOR, new_id()), part(state=StageState.OPEN), False, False),
        (holder(Role.FINANCE, COUNTY), part(state=StageState.OPEN), False, False),
        (
            holder(Role.DEPARTMENT, COUNTY, "a"),
            part(StageKind.DEPARTMENT, "a", StageState.OPEN),
            True,
            True,
        ),
        (
            holder(Role.DEPARTMENT, COUNTY, "b"),
            part(StageKind.DEPARTMENT, "a", StageState.OPEN),
            False,
            True,
        ),
    ],
)
def test_who_sees_a_running_and_a_closed_part(
    who: Caller,
    stage: Stage,
    running: bool,  # noqa: FBT001 -- a case
    closed: bool,  # noqa: FBT001 -- a case
) -> None:
    assert access.sees(who, PATH, stage, closed=False) is running
    assert access.sees(who, PATH, stage, closed=True) is closed


def test_the_writer_of_an_application_is_not_impartial() -> None:
    with pytest.raises(access.ConflictOfInterest):
        access.require_impartial(holder(Role.VILLAGE, VILLAGE), PATH)
    access.require_impartial(holder(Role.VILLAGE, new_id()), PATH)


def test_villages_that_may_still_come_back_are_named_with_the_last_day() -> None:
    first, second = new_id(), new_id()
    waiting = {first: date(2026, 3, 20), second: date(2026, 3, 23)}
    with pytest.raises(recommendations.ApplicationsReturned, match="2026-03-23"):
        recommendations.require_all_back(waiting)
    recommendations.require_all_back({})
