"""What follows from the county's results, to the yuan, through the API.

Every branch has a secretary with 2,000 and a director with 1,600 yuan a month, 100 residents
of 70 and more plus its number in the county, and 100,000 yuan of collective income.
"""

from typing import Any

from shared.caller import Role
from shared.contracts.registry import FactCode
from shared.tables import new_id
from tests.scoring.county import problem
from tests.scoring.results.story import (
    CIVILITY,
    FIVE,
    FOUR,
    NO_PARTY,
    NONE,
    ONE,
    SILENT,
    THREE,
    TWO,
    Story,
)


async def lines(story: Story, number: int, linkage: str | None = None) -> list[dict[str, Any]]:
    path = f"/v1/cycles/{story.id}/entitlements?organization_id={story.branches[number].id}"
    found = await story.get(path + (f"&linkage={linkage}" if linkage else ""))
    items: list[dict[str, Any]] = found["items"]
    return items


async def totals(story: Story) -> dict[str, tuple[str, str]]:
    bill = await story.get(f"/v1/cycles/{story.id}/bill")
    return {each["payer"]: (each["total"], each["unfunded"]) for each in bill["payers"]}


async def test_the_bill_adds_up_by_payer_by_linkage_and_by_township(paid: Story) -> None:
    bill = await paid.get(f"/v1/cycles/{paid.id}/bill")
    assert {each["payer"]: each["total"] for each in bill["payers"]} == {
        # 五星 50,000 + 四星 30,000 + 三星 3,000; 120 x (100+101+102+104+105+109) and
        # 60 x (100+101+104) for residents where 平安和谐星 is held.
        "county_finance": "175820.00",
        # (2,500 + 1,500 + 2,000) x 12 for 五星, 三星 and 四星.
        "village_collective": "72000.00",
        # 30 % of 3,600 is 1,080: five branches of 二星 and more, half of it at 一星, and two
        # that are 未参评 and lose nothing; (5,400 + 540 + 2,160) x 12.
        "performance_pay": "97200.00",
    }
    assert (bill["total"], bill["payable"], bill["unfunded"]) == ("345020.00", "345020.00", "0.00")
    assert {each["linkage"]: each["total"] for each in bill["linkages"]} == {
        "county_award": "83000.00",
        "residents_70": "74520.00",
        "residents_70_more": "18300.00",
        "star_pay": "72000.00",
        "performance": "97200.00",
    }
    assert len(bill["townships"]) == 3


async def test_pay_of_a_secretary_by_level(paid: Story) -> None:
    monthly = {}
    for number in (FIVE, THREE, NO_PARTY, ONE, NONE):
        own = await lines(paid, number)
        monthly[number] = {
            line["linkage"]: line["amount"]
            for line in own
            if line["operands"].get("post") == "secretary"
        }
    assert monthly == {
        FIVE: {"performance": "600.00", "star_pay": "1500.00"},
        THREE: {"performance": "600.00", "star_pay": "900.00"},
        # Four stars without 基层党建星 are 二星: no star pay.
        NO_PARTY: {"performance": "600.00"},
        ONE: {"performance": "300.00"},
        NONE: {"performance": "0.00"},
    }


async def test_every_line_names_its_clause_its_formula_and_the_first_month(paid: Story) -> None:
    [line] = [x for x in await lines(paid, TWO, "performance") if "secretary" in str(x["operands"])]
    assert line["operands"] == {
        "post": "secretary",
        "pay_fen": 200_000,
        "share_percent": 30,
        "performance_fen": 60_000,
        "level": 2,
        "paid_percent": 100,
    }
    assert (line["clause"], line["pay_from"], line["total"]) == (
        "挂钩·报酬·绩效",
        "2026-06-01",
        "7200.00",
    )
    assert "2000.00元 × 30% = 600.00元，按100%发放" in line["sentence"]


async def test_what_the_village_cannot_pay_is_shown_as_unfunded(story: Story) -> None:
    facts = story.service.registry.all_facts
    index, income = next(
        (n, x)
        for n, x in enumerate(facts)
        if x.organization_id == story.branches[FIVE].id and x.code == FactCode.COLLECTIVE_INCOME
    )
    # 20,000 a year pays 2,500 a month for eight months of twelve.
    facts[index] = income.model_copy(update={"value": 2_000_000})
    await story.clear()
    await story.in_effect()
    assert (await totals(story))["village_collective"] == ("72000.00", "10000.00")


async def test_one_person_with_two_posts_is_paid_once(story: Story) -> None:
    terms = story.service.registry.all_terms
    first, second = (
        next(
            n
            for n, x in enumerate(terms)
            if x.organization_id == story.branches[number].id and x.post == "secretary"
        )
        for number in (FIVE, NO_PARTY)
    )
    terms[second] = terms[second].model_copy(update={"person_id": terms[first].person_id})
    await story.clear()
    await story.in_effect()
    [line] = [
        x
        for x in await lines(story, NO_PARTY, "performance")
        if x["operands"]["post"] == "secretary"
    ]
    assert (line["status"], line["amount"]) == ("other_post", "0.00")
    assert line["operands"]["paid_organization_id"] == str(story.branches[FIVE].id)
    assert (await totals(story))["performance_pay"][0] == "90000.00"


async def test_a_branch_that_never_applied_brings_nothing_before_its_person_confirms(
    paid: Story,
) -> None:
    assert await lines(paid, SILENT) == []
    silent = await paid.result(SILENT)
    path = f"/v1/results/{silent['id']}/confirm-not-applied"
    await paid.post(path, paid.recorder, {"reason": "电话核实，确未申报"}, 200)
    await paid.listen()
    performance = await lines(paid, SILENT, "performance")
    assert [line["amount"] for line in performance] == ["0.00", "0.00"]
    assert (await totals(paid))["performance_pay"][0] == "97200.00"


async def test_a_held_branch_brings_nothing_until_it_is_released(story: Story) -> None:
    await story.clear()
    determination_id = await story.determined()
    await story.published(determination_id)
    await story.closed(determination_id, FIVE)
    assert await lines(story, FIVE) == []
    assert (await totals(story))["village_collective"][0] == "42000.00"
    await story.upheld(determination_id, FIVE, CIVILITY)
    # Four stars with 基层党建星: (4 x 300 + 4 x 200) x 12 = 24,000.
    assert (await totals(story))["village_collective"][0] == "66000.00"
    [award] = await lines(story, FIVE, "county_award")
    assert award["amount"] == "30000.00"


async def test_a_correction_after_effect_makes_new_entries(paid: Story) -> None:
    determination_id = (await paid.result(FIVE))["determination_id"]
    before = await lines(paid, FIVE)
    await paid.upheld(determination_id, FIVE, CIVILITY)
    after = await lines(paid, FIVE)
    assert {x["id"] for x in before}.isdisjoint(x["id"] for x in after)
    assert {x["amount"] for x in after if x["linkage"] == "county_award"} == {"30000.00"}
    untouched = await lines(paid, TWO)
    assert (await lines(paid, TWO)) == untouched
    bill = await totals(paid)
    assert bill["county_finance"][0] == "155820.00"


async def test_honours_projects_and_plaques_by_level(paid: Story) -> None:
    async def rights(linkage: str) -> dict[str, list[str]]:
        found = await paid.get(f"/v1/cycles/{paid.id}/rights?linkage={linkage}")
        return {each["organization_id"]: each["rights"] for each in found["items"]}

    honours, plaques = await rights("honours"), await rights("plaque")
    three, four, five = (str(paid.branches[n].id) for n in (THREE, FOUR, FIVE))
    assert honours.keys() == plaques.keys() == {three, four, five}
    assert honours[three] == ["评先评优", "推荐党代表、人大代表、政协委员"]
    assert len(honours[four]) == 4
    assert "由县主要领导授牌" in plaques[five]
    assert (await rights("projects")).keys() == {three, four, five}


async def test_the_townships_own_appraisal_counts_the_outcomes(paid: Story) -> None:
    found = await paid.get(f"/v1/cycles/{paid.id}/township-appraisal")
    assert {each["name"]: each["points"] for each in found} == {
        "城关镇党委": "10.00",  # 五星, 三星, 二星
        "照镜镇党委": "5.00",  # 四星, 一星; one waits for its person
        "黄堤镇党委": "2.00",  # 二星, 无星
    }


async def test_rectification_is_proposed_by_rule_and_decided_by_a_person(paid: Story) -> None:
    path = f"/v1/cycles/{paid.id}/rectification-proposals"
    found = await paid.get(path)
    assert {each["organization_id"]: each["level"] for each in found["items"]} == {
        str(paid.branches[ONE].id): 1,
        str(paid.branches[NONE].id): 0,
    }
    one, none = sorted(found["items"], key=lambda each: -each["level"])
    assert [each["name"] for each in one["measures"]] == ["列入后进整顿", "必要时调整班子"]
    chosen = {"reason": "先整顿一年", "measures": [one["measures"][0]["code"]]}
    confirm = f"/v1/rectification-proposals/{one['id']}/confirm"
    township = paid.service.county.township(paid.branches[ONE])
    assert problem(await paid.post(confirm, township, chosen)) == "forbidden"
    wrong = {"reason": "撤换", "measures": ["dissolve"]}
    assert problem(await paid.post(confirm, paid.recorder, wrong)) == "unknown-measure"
    assert problem(await paid.post(confirm, paid.recorder, {})) == "invalid-content"
    confirmed = (await paid.post(confirm, paid.recorder, chosen, 200)).json()
    assert (confirmed["state"], len(confirmed["measures"])) == ("confirmed", 1)
    assert problem(await paid.post(confirm, paid.recorder, chosen)) == "illegal-transition"
    decline = f"/v1/rectification-proposals/{none['id']}/decline"
    await paid.post(decline, paid.recorder, {"reason": "班子刚调整"}, 200)
    assert (await paid.get(f"{path}?state=proposed"))["items"] == []
    village = paid.service.county.village(paid.branches[ONE])
    assert problem(await paid.service.call("GET", path, village)) == "forbidden"


async def test_the_list_for_rectification_is_never_announced(paid: Story) -> None:
    told = [data for kind, data in await paid.service.sent() if kind == "results.determined"]
    named = {each["organization_id"] for data in told for each in data["listed"]}
    assert str(paid.branches[NONE].id) not in named
    assert not any("rectification" in kind for kind, _ in await paid.service.sent())


async def test_everyone_sees_the_own_money_only(paid: Story) -> None:
    county = paid.service.county
    path = f"/v1/cycles/{paid.id}/entitlements?limit=500"
    own = await paid.get(path, county.village(paid.branches[FIVE]))
    assert {each["organization_id"] for each in own["items"]} == {str(paid.branches[FIVE].id)}
    bill = f"/v1/cycles/{paid.id}/bill"
    township = await paid.get(bill, county.township(paid.branches[FIVE]))
    assert len(township["townships"]) == 1
    department = county.caller(Role.DEPARTMENT, "agriculture_bureau")
    for hidden in (path, bill):
        assert problem(await paid.service.call("GET", hidden, department)) == "forbidden"
    assert (await paid.get(bill, paid.finance))["total"] == "345020.00"


async def test_the_certificate_ends_in_yuan(paid: Story) -> None:
    five = await paid.result(FIVE)
    who = paid.service.county.village(paid.branches[FIVE])
    found = await paid.get(f"/v1/results/{five['id']}/certificate", who)
    money = [x for x in found["certificate"]["entitlements"] if x["unit"] == "fen"]
    total = sum(x["amount"] * x["periods"] for x in money)
    # 12 x (1,080 + 2,500) + 50,000 + 100 x (120 + 60)
    assert total == 11_096_000
    assert "以上金额合计110960.00元。" in found["sections"][-1]["sentences"]


async def test_lines_come_page_by_page(paid: Story) -> None:
    path = f"/v1/cycles/{paid.id}/entitlements?limit=7"
    seen, cursor = [], ""
    while True:
        page = await paid.get(path + (f"&cursor={cursor}" if cursor else ""))
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    whole = await paid.get(f"/v1/cycles/{paid.id}/entitlements?limit=500")
    assert seen == [each["id"] for each in whole["items"]]
    assert (
        problem(await paid.service.call("GET", f"/v1/cycles/{new_id()}/bill", paid.finance))
        == "not-found"
    )
