"""Changes are addressed by codes; whatever is wrong with them is said at once."""

import pytest

from services.scoring.kernel.grammar import Policy
from services.scoring.simulations.domain.addresses import AddressError, Document, address, find
from services.scoring.simulations.domain.variants import changed, written
from tests.scoring.kernel.documents import PRESET, preset
from tests.scoring.simulations.trying import change


def document() -> Document:
    return preset().model_dump(mode="json")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("lines.total_line.points", ("lines", 1, "points")),
        (
            "stars.industry.items.rural_reform.rule.max_points",
            ("stars", 3, "items", 0, "rule", "max_points"),
        ),
        ("levels.3.min_stars", ("levels", 3, "min_stars")),
        ("prerequisites.party_building.from_level", ("prerequisites", 0, "from_level")),
        ("linkages.county_award.amounts.4.amount", ("linkages", 2, "amounts", 1, "amount")),
        ("linkages.performance.paid.1.percent", ("linkages", 0, "paid", 1, "percent")),
        # A rate has no code of its own: any of the posts it names will do.
        ("linkages.star_pay.rates.member.amount", ("linkages", 1, "rates", 1, "amount")),
        (
            "stars.peace_harmony.bottom_lines.petitions.rule.limits.city_group_visit.count",
            ("stars", 2, "bottom_lines", 0, "rule", "limits", 1, "count"),
        ),
        ("totals.bonus_cap_points", ("totals", "bonus_cap_points")),
        ("prerequisites", ("prerequisites",)),
    ],
)
def test_a_path_of_codes_leads_to_its_place(path: str, place: tuple[str | int, ...]) -> None:
    assert find(document(), path).place == place


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("lines.third_line.points", "没有代码为“third_line”的一行，这里有：base_line、total_line"),
        # Positions are no codes: the first star has number 0 and no name `0`.
        ("stars.0.name", "没有代码为“0”的一行"),
        ("lines.total_line.point", "没有“point”这一项"),
        ("lines.total_line.points.yuan", "“yuan”之前已经是一个值"),
        ("applies_to.sectors.rural", "没有代码为“rural”的一行"),
        ("", "没有“”这一项"),
    ],
)
def test_a_path_to_nowhere_says_what_there_is(path: str, said: str) -> None:
    with pytest.raises(AddressError) as error:
        find(document(), path)
    assert said in str(error.value)


def test_rows_that_share_a_name_are_told_apart() -> None:
    rule = {"star": "industry", "otherwise_level": 2, "clause": "前提"}
    rows = [{**rule, "from_level": 3}, {**rule, "from_level": 4, "otherwise_level": 3}]
    policy, faults = changed(preset(), [change("prerequisites", rows)])
    assert policy is not None
    assert faults == []
    own = policy.model_dump(mode="json")
    with pytest.raises(AddressError) as error:
        find(own, "prerequisites.industry.from_level")
    assert "有2行，请写明是哪一行：3、4" in str(error.value)
    for path in ("prerequisites.4.clause", "prerequisites.star=industry+from_level=4.clause"):
        assert find(own, path).place == ("prerequisites", 1, "clause")


def test_every_place_has_an_address_that_leads_back() -> None:
    whole = document()

    def places(node: object, place: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
        inner: list[tuple[str | int, object]] = []
        if isinstance(node, dict):
            inner = list(node.items())
        elif isinstance(node, list) and node and isinstance(node[0], dict):
            inner = list(enumerate(node))
        return [place, *(p for key, each in inner for p in places(each, (*place, key)))]

    found = places(whole, ())[1:]
    assert len(found) > 500
    for place in found:
        assert find(whole, address(whole, place)).place == place


def test_no_change_is_the_same_policy() -> None:
    assert changed(preset(), []) == (preset(), [])


def test_changes_do_not_depend_on_their_order_and_leave_the_base_alone() -> None:
    base = preset().model_copy()
    changes = [
        change("stars.industry.name", "产业星"),
        change("lines.total_line.points", 84.5),
        change("stars.industry.items.rural_reform.name", "改革"),
    ]
    one, other = changed(base, changes), changed(base, changes[::-1])
    assert one == other
    assert isinstance(one[0], Policy)
    assert one[0].lines[1].points == 8450
    assert base == preset()


def test_everything_wrong_is_said_at_once_by_codes_and_in_chinese() -> None:
    _, faults = changed(
        preset(),
        [
            change("lines.no_line.points", "84"),
            change("lines.total_line.points", "高"),
            change("levels.3.min_stars", "三"),
            change("linkages.county_award.amounts.5.amount", "1.234"),
            change("stars.civility.items.ideology_study.rule.kind", "guessed"),
            change("totals.floor_points", None),
        ],
    )
    assert {each.pointer for each in faults} == {
        "lines.no_line.points",
        "lines.total_line.points",
        "levels.3.min_stars",
        "linkages.county_award.amounts.5.amount",
        "stars.civility.items.ideology_study.rule",
        "totals.floor_points",
    }
    assert all(any("一" <= letter <= "鿿" for letter in each.detail.zh) for each in faults)


def test_what_the_static_check_finds_is_addressed_by_codes_too() -> None:
    _, faults = changed(
        preset(),
        [
            change("stars.industry.items.rural_reform.rule.max_points", "35"),
            change("lines.total_line.points", "119"),
            change("stars.civility.department", "nobody"),
        ],
    )
    said = {(each.pointer, each.detail.zh) for each in faults}
    # 35 + 35 + 35 = 105 against 100; 美丽乡村星 has 100 + 18 bonus points at most.
    assert ("stars.industry", "基本分各项合计105.00，应为100.00（产业发展星）") in said
    assert (
        "stars.beautiful_village",
        "美丽乡村星最高118.00分，达不到总分线，没有组织能得这颗星（评选资格·总分）",
    ) in said
    assert ("stars.civility", "没有声明部门“nobody”（乡风文明星）") in said


@pytest.mark.parametrize("second", ["lines.total_line.points", "lines.total_line", "lines"])
def test_one_place_is_changed_once(second: str) -> None:
    _, faults = changed(preset(), [change("lines.total_line.points", "84"), change(second, "83")])
    assert [each.pointer for each in faults] == [second]
    assert faults[0].detail.zh == "同一处改了两次，请合并为一条"


def test_a_text_is_read_and_its_mistakes_have_rows() -> None:
    text = PRESET.read_text("utf-8")
    assert written(text) == (preset(), [])
    policy, faults = written(
        text.replace("points: 85", "points: 多").replace("\ntotals:", "\n totals:")
    )
    assert policy is None
    assert all(each.pointer.startswith("row ") for each in faults)
