"""The sheet and its rules, without a database."""

from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.applications.domain import (
    Entry,
    FileMark,
    Given,
    Own,
    PointsInvalid,
    PointsOverMaximum,
    PointsTooPrecise,
    ScoresInvalid,
    Sheet,
    StarBelowLines,
    StarSheet,
    WordText,
    document_of,
    entries,
    gaps,
    require_lines,
    sheet_of,
    standings,
)
from services.scoring.applications.domain.words import points_or_fault
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.kernel.said import NotApplicable, Occurrence, Occurrences, Said, Values
from services.scoring.policies import domain as policies
from services.scoring.policies import usecases
from shared.canonical import canonical_json
from shared.money import decimal_text
from tests.scoring.county import PRESET

PLAN: Plan = compile_policy(policies.read(usecases.preset_text(PRESET)))
STAR = PLAN.policy.stars[0]
TODAY = date(2026, 4, 1)
OWN = Own("branch", "branch", "rural", TODAY)
codes = st.text("abcdefgh_", min_size=1, max_size=8)
marks = st.builds(FileMark, st.uuids(), st.text(max_size=10), st.text("0123456789abcdef"))
words: st.SearchStrategy[Said] = st.one_of(
    st.integers(0, 10_000),
    st.builds(Values, values=st.dictionaries(codes, st.integers(-(10**9), 10**9), max_size=3)),
    st.builds(NotApplicable, not_applicable=st.just(value=True), reason=st.just("没有这项工作")),
    st.builds(
        Occurrences,
        occurrences=st.lists(
            st.builds(
                Occurrence,
                event=st.just("high"),
                reference=st.just("文1"),
                decided_on=st.none() | st.dates(),
            ),
            max_size=2,
        ).map(tuple),
    ),
)
slips = st.builds(Entry, st.none() | words, st.text(max_size=20), st.lists(marks).map(tuple))
sheets = st.builds(
    Sheet,
    st.dictionaries(
        codes, st.builds(StarSheet, st.booleans(), st.dictionaries(codes, slips)), max_size=4
    ),
)


@given(sheets)
def test_a_sheet_survives_being_stored(sheet: Sheet) -> None:
    document = document_of(sheet)
    canonical_json(document)
    assert sheet_of(document) == sheet


def points_of(text: str) -> int:
    """What a text gives as points of an item without an upper limit that matters here."""
    read = points_or_fault(text, "/points")
    if not isinstance(read, int):
        raise read.kind("", "", faults=(read.fault,))
    return read


@given(st.integers(0, 1_000_000))
def test_exact_points_are_read_exactly(hundredths: int) -> None:
    assert points_of(decimal_text(hundredths)) == hundredths


@given(st.text(max_size=12) | st.decimals(allow_nan=True).map(str))
def test_any_text_is_read_exactly_or_refused(text: str) -> None:
    try:
        value = points_of(text)
    except PointsTooPrecise:
        assert Decimal(text).is_finite()
    except PointsInvalid:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return
        assert not number.is_finite() or number < 0 or number > 10**12
    else:
        assert Decimal(value).scaleb(-2) == Decimal(text)


@given(st.dictionaries(st.sampled_from([i.code for i in STAR.items]), st.integers(0, 3000)))
def test_no_item_is_ever_over_its_maximum(points: dict[str, int]) -> None:
    most = {item.code: item.rule.max_points for item in STAR.items}
    given_points = {
        code: Given(WordText(decimal_text(value)), "") for code, value in points.items()
    }
    over = {code for code, value in points.items() if value > most[code]}
    try:
        read = entries(PLAN, STAR.code, given_points, TODAY)
    except PointsOverMaximum as refused:
        named = {fault.pointer.rsplit("/", 1)[1] for fault in refused.faults}
        assert named == over
    else:
        assert not over
        assert {code: entry.word for code, entry in read.items()} == points


def test_an_unreadable_number_does_not_hide_an_unknown_item() -> None:
    both = {code: Given(WordText("1.234"), "") for code in ("nothing", STAR.items[0].code)}
    with pytest.raises(ScoresInvalid) as refused:
        entries(PLAN, STAR.code, both, TODAY)
    assert len(refused.value.faults) == 2


def filled(base: int, bonus: int = 0, deduction: int = 0, *, apply: bool = True) -> Sheet:
    """The first star with these whole points in its blocks; all items scored."""
    left = {"base": base, "bonus": bonus, "deduction": deduction}
    items: dict[str, Entry] = {}
    for item in STAR.items:
        points = min(left[item.block], item.rule.max_points)
        left[item.block] -= points
        items[item.code] = Entry(points, "台账")
    assert not any(left.values())
    return Sheet({STAR.code: StarSheet(apply, items)})


@pytest.mark.parametrize(
    ("base", "bonus", "deduction", "eligible"),
    [
        (8500, 0, 0, True),
        (8499, 0, 0, False),
        (8499, 1, 0, True),
        (7500, 1000, 0, True),
        (7499, 2000, 0, False),
        (7500, 999, 0, False),
        (8500, 0, 1, False),
        (8600, 0, 100, True),
    ],
)
def test_lines_hold_on_the_hundredth(
    base: int,
    bonus: int,
    deduction: int,
    eligible: bool,  # noqa: FBT001 -- the expected verdict
) -> None:
    sheet = filled(base, bonus, deduction)
    (first, *others) = standings(PLAN, sheet, OWN)
    assert first.reaches_lines is eligible
    assert (first.base, first.total) == (base, base + bonus - deduction)
    assert all(each.reaches_lines is None for each in others)
    if eligible:
        require_lines(PLAN, sheet, OWN)
    else:
        with pytest.raises(StarBelowLines):
            require_lines(PLAN, sheet, OWN)
        require_lines(PLAN, filled(base, bonus, deduction, apply=False), OWN)


def test_claims_need_evidence_and_zeros_do_not() -> None:
    code = STAR.items[0].code
    whole = filled(8500)

    def lacking(entry: Entry, *, apply: bool = True) -> list[str]:
        star = StarSheet(apply, {**whole.star(STAR.code).items, code: entry})
        found = gaps(PLAN, Sheet({STAR.code: star}), OWN)
        return [gap.lacks for gap in found if gap.item == code]

    mark = FileMark(UUID(int=1), "台账.pdf", "0")
    assert lacking(Entry(None, "台账")) == ["points"]
    assert lacking(Entry(1, "")) == ["reference"]
    assert lacking(Entry(1, "", (mark,))) == []
    assert lacking(Entry(0, "")) == []
    assert lacking(Entry(1, ""), apply=False) == []


@given(sheets, codes, codes, slips)
def test_saving_a_star_keeps_every_file(sheet: Sheet, star: str, item: str, slip: Entry) -> None:
    before = sheet.with_entry(star, item, slip)
    after = before.with_star(star, StarSheet(apply=True, items={item: Entry(5, "新")}))
    assert after.files == before.files
    assert after.entry(star, item).word == 5
