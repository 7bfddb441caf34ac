"""What follows from a result, in yuan, worked out by hand."""

from datetime import date

import pytest

from services.scoring.kernel.entitlement import Entitlement, bill_by_payer
from services.scoring.kernel.entitlements import entitlements, seats, standings
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.inputs import OrganizationInput, PostHolder
from services.scoring.kernel.monthly import month_lines, pay_days, remaining_funds
from tests.scoring.kernel.documents import STARS, branch, judge, preset, preset_plan

YUAN = 100


def village(level: int, name: str = "v1", **facts: object) -> OrganizationInput:
    """A branch that reaches this level; its secretary earns 2,000 a month."""
    return branch(preset(), STARS[:level], name).model_copy(update=facts)


def holder(person: str, post: str, yuan: int) -> PostHolder:
    return PostHolder(person_id=person, post=post, pay_fen=yuan * YUAN)


def lines_of(*organizations: OrganizationInput) -> tuple[Entitlement, ...]:
    inputs, outcome = judge(*organizations)
    return entitlements(preset_plan(), outcome, inputs)


def only(lines: tuple[Entitlement, ...], linkage: str) -> Entitlement:
    (line,) = [line for line in lines if line.linkage == linkage]
    return line


@pytest.mark.parametrize(
    ("level", "paid"),
    [
        # 2,000 x 30 % = 600 is performance pay: 无星 none of it, 一星 half, 二星 and above all.
        (0, 0),
        (1, 300),
        (2, 600),
        (5, 600),
    ],
)
def test_performance_pay(level: int, paid: int) -> None:
    line = only(lines_of(village(level)), "performance")
    assert line.operands["performance_fen"] == 600 * YUAN
    assert line.amount == paid * YUAN
    assert line.total == 12 * paid * YUAN


def test_not_assessed_loses_no_pay_and_wins_nothing() -> None:
    lines = lines_of(village(0, sector="community"))
    assert [(line.linkage, line.amount) for line in lines] == [("performance", 600 * YUAN)]


def test_performance_pay_rounds_half_up_to_the_fen() -> None:
    # 30 % of 1,000.05 = 300.015 -> 300.02; 一星 half of it = 150.01.
    posts = (PostHolder(person_id="p", post="secretary", pay_fen=100_005),)
    line = only(lines_of(village(1, posts=posts)), "performance")
    assert (line.operands["performance_fen"], line.amount) == (30_002, 15_001)


@pytest.mark.parametrize(
    ("level", "post", "monthly"),
    [
        (5, "secretary", 1500),  # 5 x 300
        (3, "secretary", 900),  # 3 x 300
        (4, "director", 800),  # 4 x 200
        (3, "committee_member", 600),  # 3 x 200
    ],
)
def test_star_pay(level: int, post: str, monthly: int) -> None:
    line = only(lines_of(village(level, posts=(holder("p", post, 1000),))), "star_pay")
    assert (line.amount, line.payer) == (monthly * YUAN, "village_collective")


def test_two_stars_level_brings_no_star_pay() -> None:
    assert not [line for line in lines_of(village(2)) if line.linkage == "star_pay"]


def test_four_stars_held_at_two_stars_level_bring_no_star_pay() -> None:
    lines = lines_of(branch(preset(), STARS[1:]))
    assert not [line for line in lines if line.linkage == "star_pay"]


@pytest.mark.parametrize(("level", "yuan"), [(3, 3_000), (4, 30_000), (5, 50_000)])
def test_county_award(level: int, yuan: int) -> None:
    line = only(lines_of(village(level)), "county_award")
    assert (line.amount, line.period, line.payer) == (yuan * YUAN, "year", "county_finance")


def test_residents_of_70_get_120_and_60_more_from_three_stars() -> None:
    # 平安和谐星 alone is 一星: 100 x 120 = 12,000.
    one_star = lines_of(branch(preset(), ("peace_harmony",)))
    assert only(one_star, "residents_70").amount == 12_000 * YUAN
    assert not [line for line in one_star if line.linkage == "residents_70_more"]
    # 三星 with it: 12,000 + 100 x 60 = 18,000, that is 180 each.
    three = lines_of(village(3))
    both = [line.amount for line in three if line.linkage.startswith("residents_70")]
    assert both == [12_000 * YUAN, 6_000 * YUAN]
    # 三星 without 平安和谐星: nothing.
    without = lines_of(branch(preset(), ("party_building", "civility", "industry")))
    assert not [line for line in without if line.linkage.startswith("residents_70")]


def test_credits_honours_rectification_and_appraisal() -> None:
    three = lines_of(village(3))
    assert only(three, "credits").amount == 1000
    assert only(three, "honours").operands["rights"] == ("commendation", "delegate")
    assert only(three, "plaque").operands["rights"] == ("plaque_by_county_leader",)
    assert not [line for line in three if line.linkage == "rectification"]
    one = lines_of(village(1))
    assert only(one, "rectification").status == "proposed"
    appraisal = only(one, "township_appraisal")
    assert (appraisal.recipient_id, appraisal.amount) == ("township", 100)


def test_pay_beyond_collective_income_is_unfunded_month_by_month() -> None:
    # 三星, secretary 900 and director 600 a month; income 4,000.
    # Months 1-2 take 3,000; in month 3 the secretary gets 900, the director the last 100 of
    # 600; from month 4 on nothing is left.
    posts = (holder("p1", "secretary", 2000), holder("p2", "director", 1500))
    lines = lines_of(village(3, posts=posts, collective_income_fen=4_000 * YUAN))
    pay = {line.recipient_id: line for line in lines if line.linkage == "star_pay"}
    assert pay["p1"].unfunded == 9 * 900 * YUAN
    assert pay["p2"].unfunded == (500 + 9 * 600) * YUAN
    assert pay["p1"].payable + pay["p2"].payable == 4_000 * YUAN


def test_registers_month_by_month_pay_what_the_projection_says() -> None:
    posts = (holder("p1", "secretary", 2000), holder("p2", "director", 1500))
    one = village(3, posts=posts, collective_income_fen=4_000 * YUAN)
    inputs, outcome = judge(one)
    results = standings(preset_plan(), outcome, inputs)
    funds = {"v1": 4_000 * YUAN}
    unfunded = []
    for _ in range(12):
        lines = month_lines(preset_plan(), results, seats([one]), funds)
        funds = remaining_funds(preset_plan(), funds, lines)
        unfunded.append(sum(line.unfunded for line in lines))
    assert unfunded == [0, 0, 500 * YUAN, *[1500 * YUAN] * 9]
    assert funds == {"v1": 0}


def test_two_posts_in_one_village_are_paid_once_for_the_higher() -> None:
    # Secretary: 600 + 1,500; director: 30 % of 1,500 = 450, + 1,000.
    posts = (holder("p", "director", 1500), holder("p", "secretary", 2000))
    lines = [x for x in lines_of(village(5, posts=posts)) if x.recipient == "person"]
    due = {line.linkage: line.amount for line in lines if line.status == "due"}
    assert due == {"performance": 600 * YUAN, "star_pay": 1500 * YUAN}
    others = [line for line in lines if line.status == "other_post"]
    assert [line.operands["would_be_fen"] for line in others] == [450 * YUAN, 1000 * YUAN]
    assert sum(line.total for line in others) == 0


def test_two_posts_in_two_villages_are_paid_once_for_the_higher() -> None:
    # a, 一星: secretary of 2,000 -> 300. b, 三星: committee member of 1,000 -> 300 + 600 = 900.
    a = village(1, "a", posts=(holder("p", "secretary", 2000),))
    b = village(3, "b", posts=(holder("p", "committee_member", 1000),))
    lines = [line for line in lines_of(a, b) if line.recipient == "person"]
    assert {(x.organization_id, x.linkage): x.amount for x in lines} == {
        ("a", "performance"): 0,
        ("b", "performance"): 300 * YUAN,
        ("b", "star_pay"): 600 * YUAN,
    }


def test_equal_posts_are_settled_by_the_order_of_posts_then_of_villages() -> None:
    a = village(2, "a", posts=(holder("p", "member", 2000), holder("q", "member", 1000)))
    b = village(2, "b", posts=(holder("p", "director", 2000), holder("q", "member", 1000)))
    paid = [
        (line.recipient_id, line.organization_id)
        for line in lines_of(b, a)
        if line.recipient == "person" and line.status == "due"
    ]
    assert sorted(paid) == [("p", "b"), ("q", "a")]


def test_the_bill_by_payer() -> None:
    # 五星, secretary 2,000, income 10,000, 100 residents of 70:
    #   performance_pay     600 x 12                              =   7,200
    #   village_collective  1,500 x 12 = 18,000, 10,000 covered
    #   county_finance      50,000 + 100 x 120 + 100 x 60         =  68,000
    bill = {
        one.payer: (one.total_fen, one.payable_fen, one.unfunded_fen)
        for one in bill_by_payer(lines_of(village(5, collective_income_fen=10_000 * YUAN)))
    }
    assert bill == {
        "county_finance": (68_000 * YUAN, 68_000 * YUAN, 0),
        "performance_pay": (7_200 * YUAN, 7_200 * YUAN, 0),
        "village_collective": (18_000 * YUAN, 10_000 * YUAN, 8_000 * YUAN),
    }


def test_missing_facts_are_errors_that_name_every_village() -> None:
    a = village(3, "a", residents_70=None, collective_income_fen=None)
    b = village(3, "b", residents_70=None)
    with pytest.raises(InputError) as raised:
        lines_of(a, b)
    named = {(fault.organization_id, fault.subject) for fault in raised.value.faults}
    assert named == {("a", "collective_income"), ("a", "residents_70"), ("b", "residents_70")}


def test_pay_runs_from_the_month_after_effect_for_twelve_months() -> None:
    days = pay_days(preset_plan(), date(2026, 11, 30))
    assert (days[0], days[1], days[-1], len(days)) == (
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 11, 1),
        12,
    )
