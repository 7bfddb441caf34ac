"""The catalogue, when a value is current, and what a demand comes to; without a database."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.brands.domain import STAGES_CODE
from services.registry.coverage.domain.reports import FACTS
from services.registry.facts.domain.catalogue import (
    Catalogue,
    Definition,
    DefinitionInvalid,
    FactCodeUnknown,
    Frequency,
    check_definition,
)
from services.registry.facts.domain.currency import current_since, is_current
from services.registry.facts.domain.demands import applicable, count, missing, share
from services.registry.facts.domain.ledger import FactRangeUnfit, require_one_code
from services.registry.facts.store.catalogue import shipped
from services.registry.life.domain.reports import ATTENDANCE_CODE, HELD_CODES, RHYTHM_CODE
from shared.caller import Caller, Grant, Role
from shared.contracts.registry import FactCode, Tier
from shared.tables import new_id

DAYS = st.dates(date(2, 1, 1), date(9998, 12, 31))
COUNTY, OTHER = new_id(), new_id()


def definition(code: str = "local.greenhouses", **changes: object) -> Definition:
    base = {
        "name": "日光温室",
        "unit": "座",
        "decimals": 0,
        "minimum": 0,
        "maximum": 100,
        "every": Frequency.YEAR,
        "tiers": (Tier.VILLAGE,),
        "county_id": COUNTY,
    }
    return Definition(code, **(base | changes))  # type: ignore[arg-type]  # fields by name


def test_the_shipped_catalogue_has_what_scoring_reads_and_what_ledgers_derive() -> None:
    codes = [each.code for each in shipped()]
    assert len(codes) == len(set(codes))
    assert {code.value for code in FactCode} <= set(codes)
    derived = {each.code for each in shipped() if each.derived}
    assert derived == {*HELD_CODES, RHYTHM_CODE, ATTENDANCE_CODE, *FACTS, STAGES_CODE}
    assert not [each.code for each in shipped() if each.minimum > each.maximum]


def test_a_countys_own_facts_are_unknown_elsewhere() -> None:
    catalogue = Catalogue(shipped(), [definition()])
    assert catalogue.find("local.greenhouses", COUNTY) == definition()
    assert catalogue.find("local.greenhouses", OTHER) is None
    assert catalogue.find("party_members", OTHER) is not None
    with pytest.raises(FactCodeUnknown) as refused:
        catalogue.require(["party_members", "pay.king", "local.greenhouses"], {OTHER}, "/{}")
    assert [fault.pointer for fault in refused.value.faults] == ["/1", "/2"]


@given(DAYS, st.sampled_from(Frequency))
def test_a_value_serves_its_period_and_the_next(day: date, every: Frequency) -> None:
    since = current_since(every, day)
    assert since <= day
    assert is_current(every, since, day)
    assert not is_current(every, day + timedelta(days=1), day)
    if every is Frequency.CHANGE:
        assert since == date.min
        return
    assert since.day == 1
    assert not is_current(every, since - timedelta(days=1), day)
    months = (day.year - since.year) * 12 + day.month - since.month
    length = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}[every]
    assert length <= months < 2 * length


@pytest.mark.parametrize(
    ("every", "day", "since"),
    [
        (Frequency.YEAR, date(2026, 3, 2), date(2025, 1, 1)),
        (Frequency.QUARTER, date(2026, 1, 1), date(2025, 10, 1)),
        (Frequency.MONTH, date(2026, 1, 31), date(2025, 12, 1)),
    ],
)
def test_current_since(every: Frequency, day: date, since: date) -> None:
    assert current_since(every, day) == since


@pytest.mark.parametrize(
    ("value", "day", "changes", "field"),
    [
        (0, date(2026, 1, 1), {}, None),
        (100, date(2026, 1, 1), {}, None),
        (101, date(2026, 1, 1), {}, "value"),
        (4, date(2026, 1, 1), {"minimum": 5}, "value"),
        (1, date(2026, 1, 1), {"derived": True}, "code"),
        (1, date(2026, 1, 1), {"retired_on": date(2026, 1, 1)}, "code"),
        (1, date(2025, 12, 31), {"retired_on": date(2026, 1, 1)}, None),
    ],
)
def test_an_entry_keeps_to_its_definition(
    value: int, day: date, changes: dict[str, Any], field: str | None
) -> None:
    fault = definition(**changes).fault(value, day)
    assert (fault and fault[0]) == field


@given(st.integers(0, 10**12), st.integers(0, 4))
def test_a_value_is_written_exactly(value: int, decimals: int) -> None:
    written = definition(decimals=decimals).shown(value)
    assert int(written.replace(".", "")) == value
    assert len(written.partition(".")[2]) == decimals


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"code": "greenhouses"}, "/body/code"),
        ({"code": "local.温室"}, "/body/code"),
        ({"minimum": 101}, "/body/minimum"),
        ({"filled_by": Role.JUDGE}, "/body/filled_by"),
        ({"filled_by": Role.TOWNSHIP, "department": "agriculture"}, "/body/department"),
    ],
)
def test_a_definition_does_not_contradict_itself(changes: dict[str, object], pointer: str) -> None:
    check_definition(definition())
    code = str(changes.pop("code", "local.greenhouses"))
    with pytest.raises(DefinitionInvalid) as refused:
        check_definition(definition(code, **changes))
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_who_fills_in() -> None:
    def caller(role: Role, department: str | None = None) -> Caller:
        return Caller(new_id(), (Grant(role, COUNTY, department),))

    ours = definition(filled_by=Role.DEPARTMENT, department="agriculture")
    assert ours.fills(caller(Role.ORGANIZATION_DEPARTMENT))
    assert ours.fills(caller(Role.DEPARTMENT, "agriculture"))
    assert not ours.fills(caller(Role.DEPARTMENT, "propaganda"))
    assert not ours.fills(caller(Role.TOWNSHIP))
    assert not definition().fills(caller(Role.TOWNSHIP))
    assert definition(filled_by=Role.TOWNSHIP).fills(caller(Role.TOWNSHIP))


PLACES = [new_id() for _ in range(4)]
CODES = [f"local.f{n}" for n in range(4)]


@given(
    st.dictionaries(st.sampled_from(PLACES), st.sets(st.sampled_from(CODES))),
    st.sets(st.tuples(st.sampled_from(PLACES), st.sampled_from(CODES))),
)
def test_what_was_asked_is_known_or_missing(
    asked: dict[object, set[str]], known: set[tuple[object, str]]
) -> None:
    wanted = {place: [definition(code) for code in codes] for place, codes in asked.items()}
    counts = {each.organization_id: each for each in count(wanted, known)}  # type: ignore[arg-type]  # ids are ids
    left = missing(wanted, known)  # type: ignore[arg-type]  # ids are ids
    assert set(counts) == {place for place, codes in asked.items() if codes}
    for place, each in counts.items():
        assert each.asked == len(asked[place])
        assert each.asked - each.known == len(left.get(place, []))
        assert not {(place, d.code) for d in left.get(place, [])} & known


def test_only_what_applies_is_asked() -> None:
    ours, theirs = definition(), definition(county_id=OTHER)
    retired = definition(retired_on=date(2026, 1, 1))
    both = definition(county_id=None, tiers=(Tier.TOWNSHIP,))
    everything = [ours, theirs, retired, both]
    assert applicable(everything, Tier.VILLAGE, COUNTY) == [ours]
    assert applicable(everything, Tier.TOWNSHIP, COUNTY) == [both]


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_shares_are_rounded_half_up(part: int, whole: int) -> None:
    part = min(part, whole)
    found = share(part, whole)
    assert found is not None
    assert abs(found * whole - part * 10_000) * 2 <= whole
    assert share(0, 0) is None


def test_bounds_go_with_one_code() -> None:
    require_one_code(["residents_70", "party_members"], None, None)
    require_one_code(["residents_70", "residents_70"], 1, 1)
    with pytest.raises(FactRangeUnfit):
        require_one_code(["residents_70", "party_members"], 1, None)
