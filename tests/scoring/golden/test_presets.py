"""The presets, worked out by hand: the first edition's places and money, a sheet, a debrief."""

from pathlib import Path

import pytest

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.document import read_policy
from services.scoring.kernel.entitlement import bill_by_payer
from services.scoring.kernel.entitlements import entitlements
from services.scoring.kernel.evaluate import Outcome, evaluate
from services.scoring.kernel.explain import explain
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput, PostHolder, Refusal, ReportedAnswer
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.kernel.render import render_text
from services.scoring.kernel.said import Said, Values
from shared.money import decimal_text
from tests.scoring.kernel.documents import star_scores

PRESETS = Path("services/scoring/policies/presets")
STAR = "civility"


def preset(name: str) -> Policy:
    return read_policy((PRESETS / f"{name}.yaml").read_text("utf-8"))


FIRST = compile_policy(preset("five_star_edition_1"))


def judged(plan: Plan, *organizations: OrganizationInput) -> tuple[Inputs, Outcome]:
    inputs = Inputs.of(plan, organizations)
    return inputs, evaluate(plan, inputs)


def village(
    name: str, base: int, bonus: int = 0, county: str = "c1", **more: object
) -> OrganizationInput:
    """A branch that applies for one star of the first edition; a secretary and four others."""
    others = ("director", "deputy_secretary", "member", "committee_member")
    posts = ("secretary", *others)
    return OrganizationInput(
        organization_id=name,
        county_id=county,
        township_id=f"{county}-t",
        kind="branch",
        sector="rural",
        submitted=True,
        applied=(STAR,),
        scores={"self": star_scores(FIRST.policy, STAR, base, bonus)},
        posts=tuple(PostHolder(person_id=f"{name}-{post}", post=post, pay_fen=0) for post in posts),
    ).model_copy(update=more)


def test_77_one_star_branches_of_the_first_edition_cost_323_400_yuan_in_six_months() -> None:
    # Ten places a star and county: 77 branches lie in eight counties.
    # (300 + 4 x 100) yuan x 77 branches x 6 months = 323,400 yuan.
    branches = [village(f"v{n}", 9000, county=f"c{n // 10}") for n in range(77)]
    inputs, outcome = judged(FIRST, *branches)
    assert outcome.level.tolist() == [1] * 77
    lines = entitlements(FIRST, outcome, inputs)
    [bill] = bill_by_payer(lines)
    assert (bill.payer, bill.total_fen, bill.unfunded_fen) == ("county_finance", 32_340_000, 0)


def test_the_eleventh_village_is_cut_by_quota_and_not_by_merit() -> None:
    branches = [village(f"v{n}", 10_000 - n) for n in range(11)]
    inputs, outcome = judged(FIRST, *branches)
    assert outcome.level.tolist() == [1] * 10 + [0]
    star = FIRST.star_index[STAR]
    assert bool(outcome.eligible[star, 10])
    certificate = explain(FIRST, inputs, outcome, 10)
    [verdict] = [one for one in certificate.stars if one.star == STAR]
    assert [(reason.code, reason.subject) for reason in verdict.reasons] == [
        ("quota", "civility_places")
    ]


@pytest.mark.parametrize(
    ("tenth", "eleventh", "admitted"),
    [
        # Equal totals: more base points come first.
        ((9500, 0), (9400, 100), [True, False]),
        # Equal in total, base and bonus: none of the tied is admitted.
        ((9500, 0), (9500, 0), [False, False]),
        ((9500, 1), (9500, 0), [True, False]),
    ],
)
def test_a_tie_across_the_tenth_place_is_settled_by_the_declared_chain(
    tenth: tuple[int, int], eleventh: tuple[int, int], admitted: list[bool]
) -> None:
    branches = [village(f"v{n}", 10_000) for n in range(9)]
    branches += [village("tenth", *tenth), village("eleventh", *eleventh)]
    _, outcome = judged(FIRST, *branches)
    assert outcome.awarded[FIRST.star_index[STAR]].tolist() == [True] * 9 + admitted


def test_a_place_lost_after_the_notice_stays_empty() -> None:
    fell = {STAR: Refusal(by="finding", reference="异议1号")}
    others = [village(f"v{n}", 9900 - n) for n in range(10)]
    _, outcome = judged(FIRST, village("first", 10_000, refusals=fell), *others)
    assert outcome.level.tolist() == [0] + [1] * 9 + [0]
    # Struck before the notice, the place was never taken.
    struck = {STAR: Refusal(by="committee", reference="纪要1号")}
    _, outcome = judged(FIRST, village("first", 10_000, refusals=struck), *others)
    assert outcome.level.tolist() == [0] + [1] * 10


def sheet_of(plan: Plan, words: dict[str, Said], **answers: bool) -> OrganizationInput:
    return OrganizationInput(
        organization_id="o1",
        county_id="c1",
        township_id="t1",
        kind="branch",
        sector="government",
        submitted=True,
        applied=tuple(star.code for star in plan.policy.stars),
        scores={"self": words},
        answers={code: ReportedAnswer(hit=hit, reference="函1号") for code, hit in answers.items()},
    )


@pytest.mark.parametrize(
    ("theme_results", "overdue", "group"),
    # 20 + 20 + 10 and 15 + 15 + theme: 90.00 is in front, 89.99 is not, 2 points off each overdue.
    [(1000, 0, 2), (999, 0, 1), (2000, 5, 2), (1999, 5, 1)],
)
def test_the_observation_sheet_groups_by_points(
    theme_results: int, overdue: int, group: int
) -> None:
    plan = compile_policy(preset("observation_sheet"))
    words: dict[str, Said] = {
        "theme": 2000,
        "facts_and_figures": 2000,
        "own_problems": 1000,
        "party_venue": 1500,
        "party_life_records": 1500,
        "theme_results": theme_results,
        "overdue_problems": Values(values={"overdue": overdue * 10_000}),
    }
    _, outcome = judged(plan, sheet_of(plan, words))
    assert outcome.level.tolist() == [group]


@pytest.mark.parametrize(
    ("done", "poor_elsewhere", "grade"),
    # 24 + 13 + 28 + 30 x done: at 83.34 % 25.00 -> 90.00 好; at 83.33 % 24.999 -> 25.00 as well;
    # at 83.3 % 24.99 -> 89.99 较好. A grade below 较好 elsewhere bars 好.
    [
        (833_400, False, 3),
        (833_300, False, 3),
        (833_000, False, 2),
        (1_000_000, True, 2),
        (0, False, 1),
    ],
)
def test_the_debrief_scheme_grades_by_points(
    done: int,
    poor_elsewhere: bool,  # noqa: FBT001 -- a case
    grade: int,
) -> None:
    plan = compile_policy(preset("debrief_scheme"))
    words: dict[str, Said] = {
        "leaders_ballot": Values(values={"grade": "好"}),
        "peers_ballot": Values(values={"grade": "较好"}),
        "daily_appraisal": 2800,
        "results": Values(values={"duties_done": done}),
        "filed_late": Values(values={}),
    }
    one = sheet_of(plan, words, void_ballot=False, poor_elsewhere=poor_elsewhere)
    inputs, outcome = judged(plan, one)
    assert outcome.level.tolist() == [grade]
    # It grades people: no star is spoken of.
    said = render_text(plan.policy, explain(plan, inputs, outcome, 0))
    assert f"结论：述职评议得分{decimal_text(int(outcome.total[0, 0]))}分。" in said
    assert "【等次】" in said
    assert "星" not in said
    assert "授予" not in said
