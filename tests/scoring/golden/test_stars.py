"""Stars of edition 2, worked out by hand."""

import pytest

from services.scoring.kernel.certificate import StarVerdict
from services.scoring.kernel.explain import explain
from services.scoring.kernel.inputs import (
    CountedProblem,
    CountsAnswer,
    OrganizationInput,
    Refusal,
    ReportedAnswer,
)
from tests.scoring.kernel.documents import branch, judge, preset, preset_plan, star_scores


def star_of(one: OrganizationInput, star: str = "party_building") -> StarVerdict:
    inputs, outcome = judge(one)
    certificate = explain(preset_plan(), inputs, outcome, 0)
    return next(verdict for verdict in certificate.stars if verdict.star == star)


def scored(base: int, bonus: int = 0, deduction: int = 0) -> OrganizationInput:
    one = branch(preset(), ("party_building",))
    scores = star_scores(preset(), "party_building", base, bonus, deduction)
    return one.model_copy(update={"scores": {"self": scores}})


@pytest.mark.parametrize(
    ("base", "bonus", "deduction", "total", "awarded"),
    [
        # 75.00 + 10.00 - 0 = 85.00: on both lines, and "以上" includes the number.
        (7500, 1000, 0, 8500, True),
        # 74.99 + 20.00 = 94.99: the total is fine, the base is 0.01 short.
        (7499, 2000, 0, 9499, False),
        # 75.00 + 9.99 = 84.99: the total is 0.01 short.
        (7500, 999, 0, 8499, False),
        # 85.00 without any bonus.
        (8500, 0, 0, 8500, True),
        # 70.00 + 23.00 awarded, 20.00 counted = 90.00: bonus cannot replace the base.
        (7000, 2300, 0, 9000, False),
        # 75.00 + 23.00 awarded, 20.00 counted - 10.01 = 84.99.
        (7500, 2300, 1001, 8499, False),
        # 75.00 + 20.00 - 10.00 = 85.00: deductions touch the total, not the base of 75.00.
        (7500, 2000, 1000, 8500, True),
        # 100.00 - 15.00 = 85.00.
        (10000, 0, 1500, 8500, True),
        # 5.00 - 20.00 < 0: a total stops at 0.
        (500, 0, 2000, 0, False),
    ],
)
def test_lines(base: int, bonus: int, deduction: int, total: int, *, awarded: bool) -> None:
    verdict = star_of(scored(base, bonus, deduction))
    assert verdict.sum is not None
    assert (verdict.sum.base, verdict.sum.total) == (base, total)
    assert verdict.awarded is awarded


def test_a_missed_line_says_how_many_hundredths_and_by_which_clause() -> None:
    # base 74.99 is 0.01 below 75.00; total 74.99 is 10.01 below 85.00.
    verdict = star_of(scored(7499))
    missed = [(reason.clause, reason.short) for reason in verdict.reasons]
    assert missed == [("评选资格·基本分", 1), ("评选资格·总分", 1001)]


def petitions(*problems: dict[str, int]) -> OrganizationInput:
    one = branch(preset(), ("peace_harmony",))
    answer = CountsAnswer(
        problems=tuple(
            CountedProblem(reference=f"信访{n}号", counts=counts)
            for n, counts in enumerate(problems, start=1)
        ),
        reference="信访局函1号",
    )
    return one.model_copy(update={"answers": {**one.answers, "petitions": answer}})


@pytest.mark.parametrize(
    ("problems", "awarded"),
    [
        # Two problems, each one county group visit, one short of 2: never summed.
        ([{"county_group_visit": 1}, {"county_group_visit": 1}], True),
        # One problem with two.
        ([{"county_group_visit": 2}], False),
        # City: a group of 1 is enough, individuals need 2 in one problem.
        ([{"city_group_visit": 1}], False),
        ([{"city_individual_visit": 1}, {"city_individual_visit": 1}], True),
        ([{"city_individual_visit": 2}], False),
        # Kinds of event are not added up either: 1 + 1 in one problem stays below both limits.
        ([{"county_group_visit": 1, "city_individual_visit": 1}], True),
        # Province or above: any.
        ([{"province_or_above_visit": 1}], False),
        ([{"county_group_visit": 1}, {"province_or_above_visit": 1}], False),
        ([], True),
    ],
)
def test_petitions_count_per_problem(problems: list[dict[str, int]], *, awarded: bool) -> None:
    assert star_of(petitions(*problems), "peace_harmony").awarded is awarded


def test_a_bottom_line_loses_its_own_star_only() -> None:
    one = branch(preset())
    hit = {"land_use": ReportedAnswer(hit=True, reference="自然资源局函3号")}
    _, outcome = judge(one.model_copy(update={"answers": {**one.answers, **hit}}))
    assert outcome.awarded[:, 0].tolist() == [True, True, True, True, False]


def test_a_star_not_applied_for_is_not_awarded_but_its_bottom_lines_are_recorded() -> None:
    one = branch(preset(), ("party_building",))
    scores = {"self": {**one.scores["self"], **star_scores(preset(), "civility", 10000)}}
    hit = {"sensitive_issue": ReportedAnswer(hit=True, reference="宣传部函2号")}
    one = one.model_copy(update={"scores": scores, "answers": {**one.answers, **hit}})
    verdict = star_of(one, "civility")
    assert (verdict.applied, verdict.awarded, verdict.sum) == (False, False, None)
    assert [reason.code for reason in verdict.reasons] == ["not_applied"]
    assert [check.hit for check in verdict.bottom_lines] == [False, True]


def test_a_refusal_takes_an_eligible_star_and_names_the_body() -> None:
    refusal = Refusal(by="committee", reference="县委纪要5号")
    one = branch(preset()).model_copy(update={"refusals": {"industry": refusal}})
    verdict = star_of(one, "industry")
    assert (verdict.eligible, verdict.awarded) == (True, False)
    assert [(r.code, r.subject) for r in verdict.reasons] == [("refused", "committee")]


def staged(**stages: int) -> StarVerdict:
    """One item, 书记能力 (max 20), scored by several stages; 75 points on the other items."""
    one = branch(preset(), ("party_building",))
    self_scores = star_scores(preset(), "party_building", 9500)
    self_scores |= {"secretary_ability": stages["self"]}
    later = {
        stage: {"secretary_ability": points} for stage, points in stages.items() if stage != "self"
    }
    return star_of(one.model_copy(update={"scores": {"self": self_scores, **later}}))


@pytest.mark.parametrize(
    ("stages", "counted", "stage"),
    [
        ({"self": 2000}, 2000, "self"),
        ({"self": 2000, "township": 1500}, 1500, "township"),
        # The department goes up or down.
        ({"self": 2000, "township": 1500, "department": 1800}, 1800, "department"),
        ({"self": 1000, "department": 1200}, 1200, "department"),
        # The spot check may lower ...
        ({"self": 2000, "township": 1500, "spot_check": 1499}, 1499, "spot_check"),
        # ... but neither raise nor confirm under its own name.
        ({"self": 2000, "township": 1500, "spot_check": 1900}, 1500, "township"),
        ({"self": 2000, "township": 1500, "spot_check": 1500}, 1500, "township"),
    ],
)
def test_the_last_competent_score_counts(stages: dict[str, int], counted: int, stage: str) -> None:
    item = next(x for x in staged(**stages).items if x.item == "secretary_ability")
    assert (item.counted, item.counted_stage) == (counted, stage)


def test_a_spot_check_may_only_raise_a_deduction() -> None:
    one = scored(9000, deduction=500)
    item = "party_building_criticism"
    for found, total in ((800, 8200), (300, 8500)):
        scores = {**one.scores, "spot_check": {item: found}}
        verdict = star_of(one.model_copy(update={"scores": scores}))
        assert verdict.sum is not None
        assert verdict.sum.total == total
