"""Inputs follow a variant by declared rules; nothing is invented and every difference is said."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.kernel.errors import InputError
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import (
    CountedProblem,
    CountsAnswer,
    OrganizationInput,
    PostHolder,
    ReportedAnswer,
)
from services.scoring.kernel.plan import compile_policy
from services.scoring.simulations.domain.adapting import Adapted, adapt, scaled
from services.scoring.simulations.domain.trials import try_out, try_variant
from services.scoring.simulations.domain.variants import Change, ScoreRule, changed
from tests.scoring.kernel.documents import branch, preset, preset_plan
from tests.scoring.simulations.trying import change, scored

WEIGHTS = (
    change("stars.industry.items.rural_reform.rule.max_points", "40"),
    change("stars.industry.items.industry_growth.rule.max_points", "25"),
)


def variant(*changes: Change) -> Policy:
    policy, faults = changed(preset(), changes)
    assert policy is not None, faults
    return policy


def adapted(
    policy: Policy, *organizations: OrganizationInput, rule: ScoreRule = "scale"
) -> Adapted:
    return adapt(preset_plan(), compile_policy(policy), organizations, rule)


def said(found: Adapted) -> set[tuple[str, str, int]]:
    return {(each.code, each.subject, each.organizations) for each in found.notes}


@given(
    st.integers(1, 10_000_000).flatmap(
        lambda most: st.tuples(st.just(most), st.integers(0, most), st.integers(0, 10_000_000))
    )
)
def test_a_scaled_score_is_the_share_half_up_and_never_above_the_maximum(
    numbers: tuple[int, int, int],
) -> None:
    before, points, after = numbers
    exact = Decimal(points) * after / before
    assert scaled(points, before, after) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert 0 <= scaled(points, before, after) <= after
    assert scaled(before, before, after) == after
    assert scaled(0, before, after) == 0


def test_half_a_hundredth_goes_up() -> None:
    # 0.01 of 0.02 is one half; of 0.01 that is 0.005.
    assert (scaled(1, 2, 1), scaled(1000, 3000, 3500), scaled(0, 0, 500)) == (1, 1167, 0)


def test_scores_of_every_stage_are_scaled_or_capped() -> None:
    one = scored(branch(preset()), rural_reform=2400, industry_growth=3500)
    one = one.model_copy(update={"scores": {**one.scores, "township": {"rural_reform": 2100}}})
    found = adapted(variant(*WEIGHTS), one)
    assert found.organizations[0].scores["self"]["rural_reform"] == 3200
    assert found.organizations[0].scores["township"]["rural_reform"] == 2800
    assert found.organizations[0].scores["self"]["industry_growth"] == 2500
    assert said(found) == {
        ("scores_scaled", "rural_reform", 1),
        ("scores_scaled", "industry_growth", 1),
    }
    capped = adapted(variant(*WEIGHTS), one, rule="cap").organizations[0].scores
    assert (capped["self"]["rural_reform"], capped["township"]["rural_reform"]) == (2400, 2100)
    assert capped["self"]["industry_growth"] == 2500


def test_inputs_stay_the_same_objects_where_nothing_about_them_changes() -> None:
    organizations = (branch(preset()),)
    found = adapted(variant(change("lines.total_line.points", "84")), *organizations)
    assert found.organizations[0] is organizations[0]
    assert found.notes == ()


def test_what_the_variant_does_not_know_is_left_out_and_said() -> None:
    policy = preset()
    fewer = policy.model_copy(
        update={
            "stars": policy.stars[:-1],
            "stages": policy.stages[:1],
            "posts": policy.posts[:1],
            "levels": policy.levels[:-1],
            "linkages": (),
        }
    )
    one = branch(policy).model_copy(
        update={
            "scores": {"self": branch(policy).scores["self"], "township": {"team_role": 1}},
            "posts": (
                PostHolder(person_id="a", post="secretary", pay_fen=1),
                PostHolder(person_id="b", post="member", pay_fen=1),
            ),
        }
    )
    found = adapted(fewer, one, one)
    [first, _] = found.organizations
    assert first.applied == one.applied[:-1]
    assert set(first.scores) == {"self"}
    assert "village_planning" not in first.scores["self"]
    assert "land_use" not in first.answers
    assert [each.post for each in first.posts] == ["secretary"]
    assert {
        ("star_left_out", "beautiful_village", 2),
        ("stage_left_out", "township", 2),
        ("item_left_out", "village_planning", 2),
        ("answer_left_out", "land_use", 2),
        ("post_left_out", "member", 2),
    } <= said(found)
    assert not found.open_answers


def with_bottom_line(rule: dict[str, object], code: str = "new_line") -> Policy:
    old = preset().model_dump(mode="json")["stars"][0]["bottom_lines"]
    rows = [*old, {**old[0], "code": code, "rule": rule}]
    return variant(change("stars.party_building.bottom_lines", rows))


def test_a_bottom_line_that_nobody_was_asked_about_stays_open() -> None:
    found = adapted(with_bottom_line({"kind": "reported"}), branch(preset()))
    assert found.open_answers
    assert said(found) == {("bottom_line_open", "new_line", 1)}
    base = try_out(preset_plan(), [branch(preset())], provisional=False)
    trial = try_variant(base, with_bottom_line({"kind": "reported"}), "scale")
    assert trial.outcome.provisional
    assert trial.level(0) == 5


def test_an_answer_of_another_kind_is_no_answer_and_unknown_events_do_not_count() -> None:
    reported = variant(
        change("stars.peace_harmony.bottom_lines.petitions.rule", {"kind": "reported"})
    )
    found = adapted(reported, branch(preset()))
    assert found.open_answers
    assert said(found) == {
        ("answer_left_out", "petitions", 1),
        ("bottom_line_open", "petitions", 1),
    }
    limit = {"event": "county_group_visit", "name": "赴县集访", "operator": ">=", "count": 1}
    one_event = variant(change("stars.peace_harmony.bottom_lines.petitions.rule.limits", [limit]))
    problem = CountedProblem(
        reference="1号", counts={"county_group_visit": 1, "province_or_above_visit": 3}
    )
    answers = {
        **branch(preset()).answers,
        "petitions": CountsAnswer(problems=(problem,), reference="函"),
    }
    [kept] = adapted(
        one_event, branch(preset()).model_copy(update={"answers": answers})
    ).organizations
    answer = kept.answers["petitions"]
    assert isinstance(answer, CountsAnswer)
    assert answer.problems[0].counts == {"county_group_visit": 1}


def test_a_score_that_nobody_gave_is_never_made_up() -> None:
    old = preset().model_dump(mode="json")["stars"][3]["items"]
    items = [
        *old[1:],
        {**old[0], "code": "brand_new", "name": "新设的项"},
    ]
    policy = variant(change("stars.industry.items", items))
    base = try_out(preset_plan(), [branch(preset())], provisional=False)
    with pytest.raises(InputError) as error:
        try_variant(base, policy, "scale")
    assert [(each.code, each.subject) for each in error.value.faults] == [
        ("missing_score", "brand_new")
    ]


def test_decisions_of_people_stand_in_every_variant() -> None:
    hit = {**branch(preset()).answers, "land_use": ReportedAnswer(hit=True, reference="函")}
    one = branch(preset()).model_copy(update={"answers": hit})
    base = try_out(preset_plan(), [one], provisional=False)
    trial = try_variant(base, variant(change("lines.total_line.points", "80")), "scale")
    assert trial.level(0) == 4
    assert "beautiful_village" not in trial.stars(0)
