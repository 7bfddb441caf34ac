"""A certificate read in Chinese adds up from clause to yuan."""

import pytest

from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.entitlements import entitlements
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
from services.scoring.kernel.render import render, render_text
from services.scoring.kernel.render_entitlements import entitlement_sentence
from tests.scoring.kernel.documents import STARS, branch, judge, preset, preset_plan, star_scores
from tests.scoring.kernel.rich import by_points


def read(one: OrganizationInput) -> dict[str, tuple[str, ...]]:
    inputs, outcome = judge(one)
    lines = entitlements(preset_plan(), outcome, inputs)
    certificate = explain(preset_plan(), inputs, outcome, 0, lines)
    return {section.code: section.sentences for section in render(preset(), certificate)}


def test_items_sum_and_lines_are_written_out() -> None:
    scores = star_scores(preset(), "party_building", 7499, 2300, 500)
    one = branch(preset(), ("party_building",)).model_copy(
        update={"scores": {"self": scores, "township": {"secretary_ability": 1800}}}
    )
    sentences = read(one)["party_building"]
    assert (
        "基本分·书记能力（基层党建星·基本分·1，满分20.00）："
        "村级申报20.00，乡镇推荐18.00；以乡镇推荐为准，计18.00。"
    ) in sentences
    # 74.99 - 2.00 = 72.99; 72.99 + 20.00 - 5.00 = 87.99.
    assert (
        "总分（计分办法）：基本分72.99 + 加分20.00（实得23.00，上限20.00） − 扣分5.00 = 87.99。"
    ) in sentences
    assert "基本分72.99，要求75.00分以上（评选资格·基本分）：未达到，差2.01分。" in sentences
    assert "总分87.99，要求85.00分以上（评选资格·总分）：达到。" in sentences
    assert "基本分线（75.00分以上，评选资格·基本分）差2.01分。" in sentences
    assert sentences[-1] == "结论：不授予基层党建星。"


def test_bottom_lines_name_the_office_and_its_reference() -> None:
    problem = CountedProblem(reference="信访8号", counts={"county_group_visit": 2})
    one = branch(preset())
    answers = {
        "petitions": CountsAnswer(problems=(problem,), reference="信访局函1号"),
        "land_use": ReportedAnswer(hit=True, reference="自然资源局函2号"),
    }
    read_out = read(one.model_copy(update={"answers": {**one.answers, **answers}}))
    assert (
        "底线标准“信访超过限度”（平安和谐星·底线标准·1）：信访局答复（信访局函1号）："
        "问题信访8号：赴县集访2次（限度2次以上）；触碰底线。"
    ) in read_out["peace_harmony"]
    assert (
        "触碰底线标准“占耕地建房或违规使用设施农用地”（美丽乡村星·底线标准·1，自然资源局函2号）。"
    ) in read_out["beautiful_village"]


def test_where_points_make_the_level_no_star_is_said_to_stay() -> None:
    content = preset().model_dump(mode="json")
    by_points(content)
    content["prerequisites"] = [each.model_dump(mode="json") for each in preset().prerequisites]
    policy = Policy.model_validate(content)
    plan = compile_policy(policy)
    inputs = Inputs.of(plan, [branch(policy, STARS[1:])])
    certificate = explain(plan, inputs, evaluate(plan, inputs), 0)
    level = next(each for each in render(policy, certificate) if each.code == "level")
    assert "三星以上须有基层党建星（星级·1+4）：没有，定为二星。" in level.sentences


def test_the_level_tells_of_the_missing_party_building_star_and_the_struck_listing() -> None:
    struck = Refusal(by="committee", reference="县委纪要1号")
    without = read(branch(preset(), STARS[1:]))["level"]
    assert "三星以上须有基层党建星（星级·1+4）：没有，定为二星，已得的星保留。" in without
    fallen = read(branch(preset()).model_copy(update={"listing_struck": struck}))["level"]
    assert fallen[:3] == (
        "获得5颗星，对应五星（星级·五星）。",
        "三星以上须有基层党建星（星级·1+4）：已有。",
        "县委将其从名单中去除（县委纪要1号），星级不高于二星，星保留。",
    )


def test_money_is_written_with_its_operands() -> None:
    posts = (PostHolder(person_id="甲", post="secretary", pay_fen=200_000),)
    one = branch(preset(), STARS[:3]).model_copy(
        update={"posts": posts, "collective_income_fen": 1_000_000}
    )
    sentences = read(one)["entitlements"]
    assert sentences[:4] == (
        (
            "绩效报酬（挂钩·报酬·绩效）：书记（编号尾号甲）2000.00元 × 30% = 600.00元，按100%发放，"
            "每月600.00元，12个月共7200.00元，由绩效报酬列支。"
        ),
        # 900 x 12 = 10,800; income 10,000.
        (
            "星级报酬（挂钩·报酬·星级）：书记（编号尾号甲）300.00元 × 3颗星，每月900.00元，"
            "12个月共10800.00元，其中800.00元因村集体收入不足无资金来源，由村集体列支。"
        ),
        "县级奖补（挂钩·报酬·奖补）：每年3000.00元，由县财政列支。",
        "政治荣誉（挂钩·荣誉）：评先评优、推荐党代表、人大代表、政协委员。",
    )
    # 7,200 + 10,800 + 3,000 + 12,000 + 6,000
    assert sentences[-1] == "以上金额合计39000.00元。"


def test_whoever_holds_two_posts_reads_where_the_paid_one_is() -> None:
    secretary = PostHolder(person_id="甲", post="secretary", pay_fen=200_000)
    director = PostHolder(person_id="甲", post="director", pay_fen=200_000)
    member = PostHolder(person_id="甲", post="member", pay_fen=100_000)
    home = branch(preset(), name="v1").model_copy(update={"posts": (secretary, director)})
    other = branch(preset(), name="v2").model_copy(update={"posts": (member,)})
    inputs, outcome = judge(home, other)
    lines = entitlements(preset_plan(), outcome, inputs)
    at_home, elsewhere = (
        [
            entitlement_sentence(preset(), line)
            for line in lines
            if line.status == "other_post" and line.organization_id == name
        ]
        for name in ("v1", "v2")
    )
    end = "按待遇高的职务发放，此处不发。"
    assert {each.partition("：")[2] for each in at_home} == {
        f"村委会主任（编号尾号甲）另任本支部书记，{end}"
    }
    assert {each.partition("：")[2] for each in elsewhere} == {
        f"支委委员（编号尾号甲）在另一支部任书记，{end}"
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"submitted": False, "applied": ()}, "没有提交申报，定为无星（未申报）。"),
        ({"sector": "community"}, "不在本方案适用范围，未参评，报酬不受影响。"),
        ({"in_snapshot": False}, "在基础数据冻结后成立，未参评，报酬不受影响。"),
    ],
)
def test_the_head_says_how_the_branch_took_part(changes: dict[str, object], sentence: str) -> None:
    sections = read(branch(preset()).model_copy(update=changes))
    assert sentence in sections["head"]


def test_the_text_form_has_every_sentence() -> None:
    inputs, outcome = judge(branch(preset()))
    certificate = explain(preset_plan(), inputs, outcome, 0)
    text = render_text(preset(), certificate)
    for section in render(preset(), certificate):
        assert f"【{section.title}】" in text
        assert all(sentence in text for sentence in section.sentences)
