"""The kernel and the decimal reference agree on everything hypothesis can think of."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.evaluate import Outcome, evaluate
from services.scoring.kernel.explain import explain
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.kernel.records import result_bytes
from services.scoring.kernel.render import render_text
from tests.scoring.kernel.reference import Verdict, compare, judge_county, ranks
from tests.scoring.kernel.strategies import counties

County = tuple[Policy, list[OrganizationInput]]

_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]
thoroughly = settings(deadline=None, max_examples=200, suppress_health_check=_CHECKS)
briefly = settings(deadline=None, max_examples=40, suppress_health_check=_CHECKS)


def judged(county: County) -> tuple[Plan, Inputs, Outcome]:
    plan = compile_policy(county[0])
    inputs = Inputs.of(plan, county[1])
    return plan, inputs, evaluate(plan, inputs)


def same(plan: Plan, outcome: Outcome, column: int, expected: Verdict) -> None:
    assert bool(outcome.assessed[column]) is expected.assessed
    assert int(outcome.level[column]) == expected.level
    assert int(outcome.star_count[column]) == len(expected.held)
    for code, row in plan.star_index.items():
        star = expected.stars.get(code)
        assert bool(outcome.applied[row, column]) is (star is not None)
        assert bool(outcome.awarded[row, column]) is (code in expected.held)
        assert bool(outcome.eligible[row, column]) is (star is not None and star.eligible)
        if star is not None:
            assert Decimal(int(outcome.base[row, column])) / 100 == star.base
            assert Decimal(int(outcome.total[row, column])) / 100 == star.total


@thoroughly
@given(counties())
def test_verdicts_and_ranks_are_those_of_the_reference(county: County) -> None:
    policy, organizations = county
    plan, _, outcome = judged(county)
    expected = judge_county(policy, organizations)
    for column, one in enumerate(expected):
        same(plan, outcome, column, one)
    counties_of = [one.county_id for one in organizations]
    townships_of = [f"{one.county_id} {one.township_id}" for one in organizations]
    assert outcome.county_rank.tolist() == ranks(policy, expected, counties_of)
    assert outcome.township_rank.tolist() == ranks(policy, expected, townships_of)


@briefly
@given(counties())
def test_a_certificate_adds_up_by_hand(county: County) -> None:
    plan, inputs, outcome = judged(county)
    for column in range(inputs.size):
        certificate = explain(plan, inputs, outcome, column)
        for star in certificate.stars:
            if star.sum is None:
                assert not star.awarded
                continue
            blocks = dict.fromkeys(("base", "bonus", "deduction"), 0)
            for item in star.items:
                assert item.counted is not None
                assert item.counted_stage is not None
                assert item.counted == item.scores[item.counted_stage] <= item.max_points
                blocks[item.block] += item.counted
            assert blocks == {
                "base": star.sum.base,
                "bonus": star.sum.bonus,
                "deduction": star.sum.deduction,
            }
            counted = min(star.sum.bonus, star.sum.bonus_cap)
            total = max(star.sum.base + counted - star.sum.deduction, star.sum.floor)
            assert total == star.sum.total
            assert star.awarded is not bool(star.reasons)
            for line in star.lines:
                reached = Decimal(line.value + line.short)
                assert compare(reached, line.operator, Decimal(line.points))
                assert line.met is (line.short == 0)
                nearly = compare(reached - 1, line.operator, Decimal(line.points))
                assert line.met or not nearly
        assert render_text(plan.policy, certificate)


@briefly
@given(counties())
def test_the_order_of_organizations_changes_no_verdict(county: County) -> None:
    plan, inputs, outcome = judged(county)
    turned = Inputs.of(plan, inputs.organizations[::-1])
    again = evaluate(plan, turned)
    assert again.level[::-1].tolist() == outcome.level.tolist()
    assert again.awarded[:, ::-1].tolist() == outcome.awarded.tolist()
    assert again.county_rank[::-1].tolist() == outcome.county_rank.tolist()
    assert again.township_rank[::-1].tolist() == outcome.township_rank.tolist()


@briefly
@given(counties())
def test_one_at_a_time_gives_the_verdicts_of_all_at_once(county: County) -> None:
    plan, inputs, outcome = judged(county)
    for column, one in enumerate(inputs.organizations):
        alone = evaluate(plan, Inputs.of(plan, [one]))
        assert alone.level[0] == outcome.level[column]
        assert alone.awarded[:, 0].tolist() == outcome.awarded[:, column].tolist()


@briefly
@given(counties())
def test_a_replay_from_stored_documents_gives_the_same_bytes(county: County) -> None:
    plan, inputs, outcome = judged(county)
    policy = Policy.model_validate_json(county[0].model_dump_json())
    stored = [
        OrganizationInput.model_validate_json(one.model_dump_json()) for one in inputs.organizations
    ]
    again, replayed, second = judged((policy, stored))
    assert result_bytes(again, replayed, second) == result_bytes(plan, inputs, outcome)
