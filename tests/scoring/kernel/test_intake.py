"""Absent is not zero: everything missing, unknown or too high is named, organization by name."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.evaluate import evaluate
from services.scoring.kernel.explain import explain
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import (
    CountedProblem,
    CountsAnswer,
    OrganizationInput,
    PostHolder,
    Refusal,
    ReportedAnswer,
)
from services.scoring.kernel.plan import compile_policy
from tests.scoring.kernel.documents import branch, preset, preset_plan, star_scores


def faults(*organizations: OrganizationInput) -> set[tuple[str, str, str]]:
    with pytest.raises(InputError) as raised:
        Inputs.of(preset_plan(), organizations)
    assert all(fault.zh for fault in raised.value.faults)
    return {(x.code, x.organization_id, x.subject) for x in raised.value.faults}


def but(one: OrganizationInput, **changes: Any) -> OrganizationInput:  # noqa: ANN401 -- any field
    return one.model_copy(update=changes)


def test_every_missing_score_of_an_applied_star_is_named() -> None:
    a, b = branch(preset(), name="a"), branch(preset(), name="b")
    scores = {"self": {k: v for k, v in a.scores["self"].items() if k != "secretary_ability"}}
    without = {k: v for k, v in b.scores["self"].items() if k != "village_planning"}
    assert faults(but(a, scores=scores), but(b, scores={"self": without})) == {
        ("missing_score", "a", "secretary_ability"),
        ("missing_score", "b", "village_planning"),
    }


def test_a_spot_check_alone_is_no_score() -> None:
    one = branch(preset(), ("civility",))
    assert len(faults(but(one, scores={"spot_check": one.scores["self"]}))) == 9


def test_an_unscored_item_of_a_star_not_applied_for_is_no_fault() -> None:
    one = branch(preset(), ("civility",))
    scores = {"self": {**one.scores["self"], "secretary_ability": 100}}
    outcome = evaluate(preset_plan(), Inputs.of(preset_plan(), [but(one, scores=scores)]))
    assert outcome.awarded[:, 0].tolist() == [False, True, False, False, False]


def test_every_missing_answer_is_named_also_for_stars_not_applied_for() -> None:
    one = branch(preset(), ("civility",))
    answers = {k: v for k, v in one.answers.items() if k not in {"petitions", "land_use"}}
    assert faults(but(one, answers=answers)) == {
        ("missing_answer", "v1", "petitions"),
        ("missing_answer", "v1", "land_use"),
    }


def test_a_provisional_outcome_leaves_unanswered_bottom_lines_open() -> None:
    one = but(branch(preset()), answers={})
    inputs = Inputs.of(preset_plan(), [one], provisional=True)
    outcome = evaluate(preset_plan(), inputs)
    assert outcome.provisional
    assert outcome.level[0] == 5
    certificate = explain(preset_plan(), inputs, outcome, 0)
    assert {x.answered for star in certificate.stars for x in star.bottom_lines} == {False}


WRONG: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "an unknown star": (
        {"applied": ("party_building", "nothing")},
        ("unknown_star", "nothing"),
    ),
    "a refusal of an unknown star": (
        {"refusals": {"nothing": Refusal(by="finding", reference="1")}},
        ("unknown_star", "nothing"),
    ),
    "an unknown stage": ({"scores": {"somewhere": {}}}, ("unknown_stage", "somewhere")),
    "an unknown item": ({"scores": {"self": {"nothing": 1}}}, ("unknown_item", "nothing")),
    "points over the maximum": (
        {"scores": {"self": star_scores(preset(), "civility", 0) | {"ideology_study": 2501}}},
        ("over_maximum", "ideology_study"),
    ),
    "an answer to an unknown bottom line": (
        {"answers": {"nothing": ReportedAnswer(hit=False, reference="1")}},
        ("unknown_bottom_line", "nothing"),
    ),
    "yes or no where counts are asked": (
        {"answers": {"petitions": ReportedAnswer(hit=True, reference="1")}},
        ("answer_kind", "petitions"),
    ),
    "counts where yes or no is asked": (
        {"answers": {"land_use": CountsAnswer(problems=(), reference="1")}},
        ("answer_kind", "land_use"),
    ),
    "an unknown event": (
        {
            "answers": {
                "petitions": CountsAnswer(
                    problems=(CountedProblem(reference="1", counts={"walk": 1}),), reference="1"
                )
            }
        },
        ("unknown_event", "walk"),
    ),
    "an unknown post": (
        {"posts": (PostHolder(person_id="p", post="mayor", pay_fen=1),)},
        ("unknown_post", "mayor"),
    ),
    "stars without an application": (
        {"submitted": False},
        ("applied_without_submission", "party_building"),
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_input_is_named(mistake: str) -> None:
    changes, (code, subject) = WRONG[mistake]
    assert (code, "v1", subject) in faults(but(branch(preset()), **changes))


def test_an_organization_twice_is_refused() -> None:
    one = branch(preset())
    assert ("duplicate_organization", "v1", "v1") in faults(one, one)


def test_a_rule_may_demand_every_count() -> None:
    content = preset().model_dump(mode="json")
    content["stars"][2]["bottom_lines"][0]["rule"]["unlisted"] = "error"
    plan = compile_policy(Policy.model_validate(content))
    problem = CountedProblem(reference="信访1号", counts={"county_group_visit": 1})
    one = branch(preset())
    answer = CountsAnswer(problems=(problem,), reference="函")
    with pytest.raises(InputError) as raised:
        Inputs.of(plan, [but(one, answers={**one.answers, "petitions": answer})])
    assert [fault.code for fault in raised.value.faults] == ["missing_count"] * 3


@pytest.mark.parametrize("points", [-1, 88.5, "88.5", None, True])
def test_a_score_is_a_whole_number_of_hundredths(points: object) -> None:
    stored = branch(preset()).model_dump(mode="json")
    stored["scores"]["self"]["secretary_ability"] = points
    with pytest.raises(ValidationError):
        OrganizationInput.model_validate(stored)


def test_no_organizations_is_an_empty_outcome() -> None:
    outcome = evaluate(preset_plan(), Inputs.of(preset_plan(), []))
    assert outcome.level.tolist() == outcome.county_rank.tolist() == []
