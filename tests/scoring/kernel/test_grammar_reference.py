"""The whole grammar against the decimal reference: every rule kind, group, quota and effect."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.evaluate import evaluate
from services.scoring.kernel.explain import explain
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.items import Item
from services.scoring.kernel.plan import compile_policy
from services.scoring.kernel.records import result_bytes
from services.scoring.kernel.render import render_text
from tests.scoring.kernel.reference import judge_county, ranks
from tests.scoring.kernel.reference_points import Sheet, all_leaves, assessed, county_points
from tests.scoring.kernel.reference_rules import AWAY, leaves_of
from tests.scoring.kernel.strategies_rich import quota_counties, rich_counties

County = tuple[Policy, list[OrganizationInput]]
_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
thoroughly = settings(deadline=None, max_examples=150, suppress_health_check=_CHECKS)
briefly = settings(deadline=None, max_examples=40, suppress_health_check=_CHECKS)


def has_gaps(county: County) -> bool:
    """Whether a leaf of a star applied for has no points, or an item applies only in part."""
    policy, organizations = county
    stars = {item.code: star.code for star in policy.stars for item in star.items}
    return any(
        assessed(policy, one)
        and stars[item.code] in one.applied
        and (sheet[leaf.code] is None or applies_in_part(item, sheet))
        for one, sheet in zip(organizations, county_points(policy, organizations), strict=True)
        for item, leaf in all_leaves(policy)
    )


def applies_in_part(item: Item, sheet: Sheet) -> bool:
    return len({sheet[leaf.code] == AWAY for leaf in leaves_of(item)}) > 1


@thoroughly
@given(rich_counties())
def test_every_verdict_is_that_of_the_reference(county: County) -> None:
    policy, organizations = county
    plan = compile_policy(policy)
    if has_gaps(county):
        with pytest.raises(InputError):
            Inputs.of(plan, organizations)
        return
    require_same(county)


@thoroughly
@given(quota_counties())
def test_places_go_to_those_the_reference_admits(county: County) -> None:
    require_same(county)


@thoroughly
@given(quota_counties())
def test_what_was_decided_since_is_laid_over_inputs_that_stay(county: County) -> None:
    policy, organizations = county
    plan = compile_policy(policy)
    since: dict[str, dict[str, object]] = {"refusals": {}, "let_in": {}}
    before = Inputs.of(plan, [one.model_copy(update=since) for one in organizations])
    again, anew = before.decided_again(plan, organizations), Inputs.of(plan, organizations)
    first, second = (result_bytes(plan, each, evaluate(plan, each)) for each in (again, anew))
    assert first == second


def require_same(county: County) -> None:
    policy, organizations = county
    plan = compile_policy(policy)
    outcome = evaluate(plan, Inputs.of(plan, organizations))
    expected = judge_county(policy, organizations)
    for column, one in enumerate(expected):
        for code, star in one.stars.items():
            row = plan.star_index[code]
            assert Decimal(int(outcome.base[row, column])) / 100 == star.base
            assert Decimal(int(outcome.total[row, column])) / 100 == star.total
            assert bool(outcome.eligible[row, column]) is star.eligible
            assert bool(outcome.awarded[row, column]) is star.awarded
        assert int(outcome.star_count[column]) == len(one.held)
        assert int(outcome.level[column]) == one.level
    counties = [one.county_id for one in organizations]
    assert outcome.county_rank.tolist() == ranks(policy, expected, counties)


@briefly
@given(rich_counties())
def test_certificates_of_the_whole_grammar_add_up_and_can_be_read(county: County) -> None:
    policy, organizations = county
    if has_gaps(county):
        return
    plan = compile_policy(policy)
    inputs = Inputs.of(plan, organizations)
    outcome = evaluate(plan, inputs)
    for column in range(inputs.size):
        certificate = explain(plan, inputs, outcome, column)
        for star in certificate.stars:
            if star.sum is None:
                continue
            base = sum(item.counted or 0 for item in star.items if item.block == "base")
            brought = star.sum.base if star.sum.brought is None else star.sum.brought
            assert base == brought
            off = sum(item.counted or 0 for item in star.items if item.block == "deduction")
            assert off == star.sum.deduction
            made = star.sum.base + star.sum.counted_bonus - star.sum.counted_deduction
            assert max(made, star.sum.floor) == star.sum.total
            assert star.awarded is not bool(star.reasons)
        assert render_text(policy, certificate)


@briefly
@given(rich_counties())
def test_a_rich_replay_from_stored_documents_gives_the_same_bytes(county: County) -> None:
    policy, organizations = county
    if has_gaps(county):
        return
    plan = compile_policy(policy)
    inputs = Inputs.of(plan, organizations)
    again = compile_policy(Policy.model_validate_json(policy.model_dump_json()))
    stored = [OrganizationInput.model_validate_json(one.model_dump_json()) for one in organizations]
    replayed = Inputs.of(again, stored)
    first = result_bytes(plan, inputs, evaluate(plan, inputs))
    assert result_bytes(again, replayed, evaluate(again, replayed)) == first
