"""YAML keeps its digits, and what is wrong is named with its row."""

import re

import pytest

from services.scoring.kernel.document import LARGEST, MOST_NODES, read_policy
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.spots import DocumentError
from tests.scoring.kernel.documents import PRESET, preset

CHINESE = re.compile("[一-鿿]")


def text() -> str:
    return PRESET.read_text("utf-8")


def row_of(line: str) -> int:
    rows = [number for number, one in enumerate(text().splitlines(), start=1) if line in one]
    return rows[0]


def faults(changed: str) -> list[tuple[int, str]]:
    with pytest.raises(DocumentError) as raised:
        read_policy(changed)
    assert all(CHINESE.search(fault.zh) for fault in raised.value.faults)
    return [(fault.row, fault.where) for fault in raised.value.faults]


def test_the_preset_divides_one_hundred_points_over_each_star() -> None:
    assert [star.block_points("base") for star in preset().stars] == [10_000] * 5


def test_two_decimals_are_read_exactly() -> None:
    # 0.29 * 100 is 28.999999999999996 in binary floats.
    policy = read_policy(text().replace("bonus_cap_points: 20", "bonus_cap_points: 0.29"))
    assert policy.totals.bonus_cap_points == 29


@pytest.mark.parametrize("number", ["20.005", "-1", "1e400", "nan", "二十", "true", "[20]", "0x14"])
def test_a_wrong_number_is_refused_with_its_row(number: str) -> None:
    changed = text().replace("bonus_cap_points: 20", f"bonus_cap_points: {number}")
    assert faults(changed)[0] == (row_of("bonus_cap_points"), "totals.bonus_cap_points")


def test_a_policy_survives_the_round_trip_through_json() -> None:
    again = Policy.model_validate(preset().model_dump(mode="json"))
    assert again == preset()
    assert again.hash == preset().hash


def test_any_change_changes_the_hash() -> None:
    changed = read_policy(text().replace("bonus_cap_points: 20", "bonus_cap_points: 20.01"))
    assert changed.hash != preset().hash


def test_all_mistakes_are_named_at_once() -> None:
    changed = (
        text()
        .replace("bonus_cap_points: 20", "bonus_cap_points: 20.001")
        .replace("  base_points: 100", "  base_point: 100", 1)
        .replace("  kind: credits", "  kind: credit")
    )
    first_star = row_of("- code: party_building")
    assert faults(changed) == [
        (first_star, "stars.0.base_points"),
        (row_of("  base_points: 100"), "stars.0.base_point"),
        (row_of("bonus_cap_points"), "totals.bonus_cap_points"),
        (row_of("- code: credits"), "linkages.5"),
    ]


def test_an_unknown_key_is_refused() -> None:
    assert faults(text() + "surprise: 1\n") == [(len(text().splitlines()) + 1, "surprise")]


def test_a_key_twice_is_refused() -> None:
    assert faults(text() + "title: 又一个\n")[0][1] == "title"


def test_a_tab_is_refused_with_its_row() -> None:
    row = row_of("  bonus_cap_points")
    changed = text().replace("  bonus_cap_points", "\tbonus_cap_points")
    assert faults(changed) == [(row, "")]


def test_aliases_are_refused_so_that_no_bomb_can_grow() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    with pytest.raises(DocumentError) as raised:
        read_policy(bomb)
    refused = [fault.row for fault in raised.value.faults if "别名" in fault.zh]
    assert refused == [1, 1, 2, 2]  # where the anchors stand


@pytest.mark.parametrize(
    ("long", "spot"),
    [
        ("notes:\n" + "- x\n" * MOST_NODES, (MOST_NODES - 1, "")),
        ("[" * 300, (1, "")),
        ("".join(f"{' ' * n}a:\n" for n in range(90)), (80, "")),
    ],
)
def test_what_would_take_too_long_is_refused_where_it_becomes_too_much(
    long: str, spot: tuple[int, str]
) -> None:
    assert faults(long) == [spot]


@pytest.mark.parametrize("empty", ["", "# nothing\n"])
def test_an_empty_text_is_refused(empty: str) -> None:
    assert faults(empty) == [(0, "")]


def test_a_text_that_is_no_mapping_is_refused() -> None:
    assert faults("- 1\n") == [(1, "")]


def test_a_huge_text_is_refused_unread() -> None:
    assert faults("#" * (LARGEST + 1)) == [(0, "")]


def test_two_documents_in_one_text_are_refused() -> None:
    assert len(faults(text() + "---\na: 1\n")) == 1
