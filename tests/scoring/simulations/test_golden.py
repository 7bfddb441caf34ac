"""What-ifs worked out by hand from RULES: 二版 lines, levels, the six linkages."""

import pytest

from services.scoring.kernel.inputs import OrganizationInput, Refusal
from services.scoring.simulations.domain.outcomes import VariantOutcome
from tests.scoring.kernel.documents import STARS, branch, preset, star_scores
from tests.scoring.simulations.trying import asked, scored, tried, view

PARTY, CIVILITY, PEACE, INDUSTRY, BEAUTIFUL = STARS
YUAN = 100


def village(name: str, points: int, stars: tuple[str, ...] = STARS[:3]) -> OrganizationInput:
    """So many base points in each of these stars; secretary at 2,000 yuan, 100 residents of 70."""
    scores: dict[str, int] = {}
    for star in stars:
        scores |= star_scores(preset(), star, points)
    return branch(preset(), stars, name).model_copy(update={"scores": {"self": scores}})


COUNTY = (
    village("v1", 8450),
    village("v2", 9000, STARS),
    village("v3", 8400),
    village("v4", 8399),
)


def bill(outcome: VariantOutcome) -> dict[str, tuple[int, int, int]]:
    assert outcome.bill is not None
    return {each.payer: (each.total, each.unfunded, each.over) for each in outcome.bill}


def levels(outcome: VariantOutcome) -> dict[int, int]:
    return {each.level: each.count for each in outcome.county.levels if each.count}


def test_the_total_line_from_85_to_84() -> None:
    report = tried(COUNTY, asked({"lines.total_line.points": "84"}))
    [variant] = report.variants
    # 84.50 and exactly 84.00 reach three stars; 83.99 misses by one hundredth.
    assert levels(report.base) == {0: 3, 5: 1}
    assert levels(variant) == {0: 1, 3: 2, 5: 1}
    moves = {each.organization_id: each for each in variant.moves}
    assert set(moves) == {"v1", "v3"}
    one = moves["v1"]
    assert (one.direction, one.from_level, one.to_level) == ("rose", 0, 3)
    assert one.level_clause == "星级·三星"
    assert [(s.star, s.won) for s in one.stars] == [(star, True) for star in STARS[:3]]
    # What kept the stars away before: the total line, by half a point.
    assert [(r.clause, r.subject, r.short) for r in one.stars[0].reasons] == [
        ("评选资格·总分", "total_line", 50)
    ]
    near = [(each.organization_id, each.star, each.short) for each in variant.nearest]
    assert near == [("v4", star, 1) for star in STARS[:3]]
    short = [(each.organization_id, each.short) for each in report.base.nearest]
    assert short == [("v1", 50)] * 3 + [("v3", 100)] * 3 + [("v4", 101)] * 3


def test_its_bill_by_payer_against_a_ceiling() -> None:
    ceilings = {"county_finance": "100000", "village_collective": "50000.00"}
    report = tried(COUNTY, asked({"lines.total_line.points": "84"}, ceilings=ceilings))
    [variant] = report.variants
    # v2 holds five stars: 50,000 award + 100 x (120 + 60) residents; 300 x 5 x 12 star pay;
    # 30 % of 2,000 for twelve months. The others are 无星 and get nothing.
    assert bill(report.base) == {
        "county_finance": (68_000 * YUAN, 0, 0),
        "village_collective": (18_000 * YUAN, 0, 0),
        "performance_pay": (7_200 * YUAN, 0, 0),
    }
    # v1 and v3 with three stars each: 3,000 + 18,000; 300 x 3 x 12 = 10,800; 7,200.
    assert bill(variant) == {
        "county_finance": (110_000 * YUAN, 0, 10_000 * YUAN),
        "village_collective": (39_600 * YUAN, 0, 0),
        "performance_pay": (21_600 * YUAN, 0, 0),
    }


def test_what_the_village_cannot_pay_is_unfunded_and_not_held_against_the_ceiling() -> None:
    poor = village("v1", 8450).model_copy(update={"collective_income_fen": 10_000 * YUAN})
    [variant] = tried(
        [poor],
        asked({"lines.total_line.points": "84"}, ceilings={"village_collective": "10000"}),
    ).variants
    assert bill(variant)["village_collective"] == (10_800 * YUAN, 800 * YUAN, 0)


def test_rewards_per_star_and_award() -> None:
    changes = {
        "linkages.star_pay.rates.secretary.amount": "500",
        "linkages.county_award.amounts.5.amount": 30000,
        "linkages.performance.paid.2.percent": 90,
    }
    report = tried(COUNTY, asked(changes))
    [variant] = report.variants
    assert variant.moves == ()
    # 500 x 5 x 12; 30,000 + 18,000; 600 x 90 % x 12.
    assert bill(variant) == {
        "county_finance": (48_000 * YUAN, 0, 0),
        "village_collective": (30_000 * YUAN, 0, 0),
        "performance_pay": (6_480 * YUAN, 0, 0),
    }


@pytest.mark.parametrize(("months", "paid"), [(6, 9_000), (12, 18_000), (24, 18_000)])
def test_the_bill_is_that_of_one_year_at_most(months: int, paid: int) -> None:
    [variant] = tried(COUNTY, asked({"payment.months": months})).variants
    assert variant.months == min(months, 12)
    assert bill(variant)["village_collective"][0] == paid * YUAN
    assert bill(variant)["county_finance"][0] == 68_000 * YUAN


def test_other_weights_scaled_or_capped() -> None:
    one = scored(
        village("v1", 8500, (INDUSTRY,)),
        rural_reform=2400,
        industry_growth=3500,
        collective_income_growth=2600,
    )
    changes = [
        {"path": "stars.industry.items.rural_reform.rule.max_points", "to": "40"},
        {"path": "stars.industry.items.industry_growth.rule.max_points", "to": "25"},
    ]
    scale, cap = tried(
        [one],
        asked(
            {"name": "折算", "changes": changes},
            {"name": "封顶", "changes": changes, "scores": "cap"},
        ),
    ).variants
    # 24/30 of 40 is 32; 35/35 of 25 is 25; with 26 that is 83.00: two points short of 85.
    assert [(r.subject, r.short) for r in scale.moves[0].stars[0].reasons] == [("total_line", 200)]
    # 24 + 25 + 26 = 75.00 stands on the base line; the total misses by ten.
    assert [(r.subject, r.short) for r in cap.moves[0].stars[0].reasons] == [("total_line", 1000)]
    [near] = cap.nearest
    # Where ten points could come from: base and bonus, most room first.
    assert [(room.item, room.room) for room in near.items] == [
        ("rural_reform", 1600),
        ("industry_honour", 1000),
        ("collective_income_growth", 900),
        ("industry_cooperative", 800),
        ("industry_brand", 500),
    ]


def test_without_1_plus_4_four_stars_are_level_four() -> None:
    one = village("v1", 9000, STARS[1:])
    report = tried([one], asked({"prerequisites": []}))
    assert levels(report.base) == {2: 1}
    [move] = report.variants[0].moves
    assert (move.from_level, move.to_level, move.stars) == (2, 4, ())
    assert move.level_clause == "星级·四星"


def test_1_plus_4_from_four_stars_on_names_its_clause() -> None:
    one = village("v1", 9000, STARS[1:])
    report = tried([one], asked({"prerequisites.party_building.otherwise_level": 1}))
    [move] = report.variants[0].moves
    assert (move.from_level, move.to_level, move.direction) == (2, 1, "fell")
    assert move.level_clause == "星级·1+4"


def test_a_star_lost_names_the_line_that_takes_it() -> None:
    page = view([village("v1", 8600)], asked({"lines.base_line.points": "86.01"}))
    [move] = page.variants[0].moves
    assert move.direction == "fell"
    assert move.lost == ["基层党建星", "乡风文明星", "平安和谐星"]
    assert move.clauses == ["评选资格·基本分", "星级·无星"]
    assert "失去基层党建星：基本分线（86.01分以上，评选资格·基本分）差0.01分。" in move.sentence
    assert "由三星变为无星（星级·无星）。" in move.sentence


def test_other_kinds_may_be_brought_in_and_left_out() -> None:
    community = village("v1", 9000).model_copy(update={"sector": "community"})
    rural = village("v2", 9000)
    page = view(
        [community, rural],
        asked(
            {"applies_to.sectors": ["rural", "community"]}, {"applies_to.sectors": ["community"]}
        ),
    )
    both, only = page.variants
    assert [(m.direction, m.from_level_name, m.to_level_name) for m in both.moves] == [
        ("entered", "未参评", "三星")
    ]
    assert [(m.direction, m.to_level_name) for m in only.moves] == [
        ("entered", "三星"),
        ("left", "未参评"),
    ]
    assert (both.county.assessed, only.county.assessed, only.county.not_assessed) == (2, 1, 1)


def test_a_star_kept_away_by_a_decision_is_no_near_miss() -> None:
    refusal = Refusal(by="committee", reference="纪要")
    refused = village("v1", 8450).model_copy(update={"refusals": {PARTY: refusal}})
    near = tried([refused], asked({})).base.nearest
    assert [each.star for each in near] == [CIVILITY, PEACE]


def test_deductions_below_the_floor_must_be_made_up_first() -> None:
    scores = star_scores(preset(), CIVILITY, 500, 0, 1800)
    one = branch(preset(), (CIVILITY,)).model_copy(update={"scores": {"self": scores}})
    [near] = tried([one], asked({})).base.nearest
    # 5 - 18 = -13, counted as 0; the total needs 85 + 13, the base 70.
    assert near.short == 9800


def quota(at_most: int, tied: str) -> dict[str, object]:
    return {
        "code": "party_places",
        "name": "基层党建星",
        "clause": "名额·基层党建星",
        "star": PARTY,
        "within": "county",
        "at_most": at_most,
        "rounding": "half_up",
        "order": ["total", "base", "bonus"],
        "tied": tied,
        "refill": "none",
    }


def test_a_quota_that_the_policy_did_not_have_cuts_by_its_clause_and_not_by_merit() -> None:
    """First edition: at most so many villages a star, best totals first, of the tied none."""
    villages = [village(f"v{n}", points, (PARTY,)) for n, points in enumerate((9500, 9000, 9000))]
    page = view(
        villages,
        asked(
            {"quotas": [quota(2, "none")]},
            {"quotas": [quota(2, "all")]},
            {"quotas": [quota(3, "none")]},
        ),
    )
    none, everyone, enough = page.variants
    # 95 stands; two of 90 compete for one place, and none of the tied is let in.
    assert [(m.organization_id, m.lost) for m in none.moves] == [
        ("v1", ["基层党建星"]),
        ("v2", ["基层党建星"]),
    ]
    assert none.moves[0].clauses == ["名额·基层党建星", "星级·无星"]
    full = "因基层党建星名额（全县2个，依次按总分、基本分、加分排序）已满，没有列入"
    assert f"{full}（名额·基层党建星）" in none.moves[0].sentence
    assert (everyone.moves, enough.moves) == ([], [])
    # No points would have helped: nobody cut by a quota is a near miss.
    assert none.nearest == []


def test_ten_places_a_star_as_the_first_edition_has_them() -> None:
    villages = [village(f"v{n:02}", 9900 - n, (PARTY,)) for n in range(12)]
    [variant] = tried(villages, asked({"quotas": [quota(10, "none")]})).variants
    assert [(m.organization_id, m.direction) for m in variant.moves] == [
        ("v10", "fell"),
        ("v11", "fell"),
    ]
    assert [r.code for m in variant.moves for s in m.stars for r in s.reasons] == ["quota"] * 2
