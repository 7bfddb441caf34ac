"""Random rules of every kind and words that fit them, biased to their thresholds."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from services.scoring.kernel.measures import Measure
from services.scoring.kernel.rules import Awarded, LeafRule, Occurring
from services.scoring.kernel.rules.base import Slot
from services.scoring.kernel.said import Occurrence, Occurrences, Said, Values
from services.scoring.kernel.vocabulary import number_text
from shared.money import decimal_text

ROUNDINGS = st.sampled_from(["half_up", "floor", "ceiling"])
MEASURES: list[dict[str, Any]] = [
    {"code": "rate", "name": "率", "unit": "%", "decimals": 2, "minimum": "-20", "maximum": "120"},
    {"code": "heads", "name": "数", "unit": "个", "decimals": 0, "minimum": "0", "maximum": "50"},
    {
        "code": "income",
        "name": "收入",
        "unit": "万元",
        "decimals": 2,
        "minimum": "0",
        "maximum": "1000000",
        "fact": "income",
    },
    {"code": "load", "name": "系数", "unit": "", "decimals": 2, "minimum": "0.5", "maximum": "1.5"},
]
for _one in MEASURES:
    _one["unit"] = _one["unit"] or "倍"
LIMITS = {"rate": (-2000, 12000, 100), "heads": (0, 50, 10_000), "income": (0, 100_000_000, 100)}


def _number(measure: str, steps: int) -> str:
    return number_text(steps * LIMITS[measure][2])


@st.composite
def _cuts(draw: st.DrawFn, measure: str, most: int = 3) -> list[int]:
    low, high, _ = LIMITS[measure]
    inner = st.integers(low + 1, min(high, 20_000))
    return sorted(draw(st.lists(inner, min_size=1, max_size=most, unique=True)))


@st.composite
def rules(draw: st.DrawFn, kind: str, points: int) -> dict[str, Any]:
    """A rule of one kind with this maximum, as its document."""
    own: dict[str, Any] = draw(_OF_KIND[kind](points))
    return {"kind": kind, "max_points": decimal_text(points)} | own


def _below(points: int) -> st.SearchStrategy[int]:
    return st.integers(0, points)


@st.composite
def _measured(draw: st.DrawFn, points: int) -> tuple[str, list[int], list[int]]:
    """A measure, rising thresholds of it, and as many points, the highest first."""
    measure = draw(st.sampled_from(["rate", "heads", "income"]))
    cuts = draw(_cuts(measure))
    falling = draw(st.lists(_below(points), min_size=len(cuts), max_size=len(cuts)))
    return measure, cuts, sorted(falling, reverse=True)


@st.composite
def _events(draw: st.DrawFn, points: int) -> dict[str, Any]:
    effect = draw(st.sampled_from(["deducts", "adds"]))
    floor = draw(_below(points)) if effect == "deducts" else 0
    events = [
        {"event": f"e{n}", "name": "事", "points": decimal_text(draw(_below(points)))}
        | ({"most_points": decimal_text(draw(_below(points)))} if draw(st.booleans()) else {})
        for n in range(draw(st.integers(1, 3)))
    ]
    floor_points = decimal_text(floor)
    return {"effect": effect, "floor_points": floor_points, "events": events, "unlisted": "zero"}


@st.composite
def _steps(draw: st.DrawFn, points: int) -> dict[str, Any]:
    measure, cuts, falling = draw(_measured(points))
    steps = [
        {"from_value": _number(measure, cut), "points": decimal_text(one)}
        for cut, one in zip(cuts, [*falling[1:], points], strict=True)
    ]
    return {"measure": measure, "steps": steps, "below_points": "0"}


@st.composite
def _banded(draw: st.DrawFn, points: int) -> dict[str, Any]:
    measure, cuts, falling = draw(_measured(points))
    return {"rows": _bands(measure, cuts, [points, *falling])}


@st.composite
def _proportion(draw: st.DrawFn, points: int) -> dict[str, Any]:
    measure, cuts, _ = draw(_measured(points))
    return {
        "measure": measure,
        "target": _number(measure, max(cuts[0], 1)),
        "better": draw(st.sampled_from(["higher", "lower"])),
        "rounding": draw(ROUNDINGS),
    }


@st.composite
def _per_percentage_point(draw: st.DrawFn, points: int) -> dict[str, Any]:
    return {
        "measure": "rate",
        "target": _number("rate", draw(st.integers(-2000, 12000))),
        "penalised": draw(st.sampled_from(["below", "above"])),
        "points_each": decimal_text(draw(_below(points))),
        "parts": draw(st.sampled_from(["proportional", "whole", "started"])),
        "floor_points": decimal_text(draw(_below(points))),
    }


@st.composite
def _ranked(draw: st.DrawFn, points: int) -> dict[str, Any]:
    measure, _, falling = draw(_measured(points))
    third = decimal_text(falling[0])
    return {
        "measure": measure,
        "better": draw(st.sampled_from(["higher", "lower"])),
        "within": draw(st.sampled_from(["county", "township"])),
        "places": [{"up_to": 1, "points": decimal_text(points)}, {"up_to": 3, "points": third}],
        "otherwise_points": "0",
    }


@st.composite
def _graded(draw: st.DrawFn, points: int) -> dict[str, Any]:
    grades = [("A", points), ("B", draw(_below(points))), ("C", 0)]
    load = {"load_factor": "load"} if draw(st.booleans()) else {}
    listed = [{"grade": letter, "points": decimal_text(one)} for letter, one in grades]
    return {"grades": listed, "rounding": draw(ROUNDINGS)} | load


def _all_or_nothing(_: int) -> st.SearchStrategy[dict[str, Any]]:
    named = [{"code": f"c{n}", "name": "件"} for n in range(3)]
    return st.integers(1, 3).map(lambda n: {"conditions": named[:n]})


@st.composite
def _occurring(draw: st.DrawFn, points: int) -> dict[str, Any]:
    months = [draw(st.integers(1, 12)), draw(st.integers(1, 30))]
    days = ["2010-01-01", "2024-01-01"]
    periods = [
        {"decided_from": day, "months": long, "clause": "规"}
        for day, long in zip(days, months, strict=True)
    ]
    same = draw(st.sampled_from(["highest", "each"]))
    high, low = (decimal_text(draw(_below(points))) for _ in range(2))
    return {
        "same_event": same,
        "across": draw(st.sampled_from(["item", "policy"])) if same == "highest" else "item",
        "events": [
            {"event": "high", "name": "高", "points": high},
            {"event": "low", "name": "低", "points": low, "periods": periods},
        ],
    }


_OF_KIND: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {
    "events": _events,
    "steps": _steps,
    "bands": _banded,
    "proportion": _proportion,
    "per_percentage_point": _per_percentage_point,
    "ranked": _ranked,
    "graded": _graded,
    "all_or_nothing": _all_or_nothing,
    "occurring": _occurring,
}
KINDS = tuple(_OF_KIND)


def _bands(measure: str, cuts: Sequence[int], points: Sequence[int]) -> list[dict[str, Any]]:
    """Bands that cover the whole range, best first, each also open to a second measure."""
    low, _, _ = LIMITS[measure]
    edges: list[int | None] = [None, *reversed(cuts), low]
    rows: list[dict[str, Any]] = []
    for n, one in enumerate(points):
        start = edges[n + 1]
        assert start is not None
        interval: dict[str, Any] = {"measure": measure, "from_value": _number(measure, start)}
        upper = edges[n]
        if upper is not None:
            interval["below"] = _number(measure, upper)
        rows.append({"points": decimal_text(one), "any_of": [interval]})
    if measure != "heads":
        rows[0]["any_of"].append({"measure": "heads", "from_value": "5"})
        rows[-1]["any_of"].append({"measure": "heads", "from_value": "0", "below": "5"})
    return rows


@st.composite
def words(draw: st.DrawFn, rule: LeafRule, measures: dict[str, Measure], today: date) -> Said:
    """What a stage may say under a rule, often exactly at a threshold."""
    if isinstance(rule, Awarded):
        return draw(st.one_of(st.just(rule.max_points), st.integers(0, rule.max_points)))
    if isinstance(rule, Occurring):
        return draw(_occurrences(today))
    edges = _edges(rule)
    values: dict[str, int | str] = {}
    for slot in rule.slots(measures):
        if slot.fact is None:
            values[slot.code] = draw(_value(slot, edges))
    return Values(values=values)


def _edges(rule: LeafRule) -> list[int]:
    document = rule.model_dump()
    found = [document[key] for key in ("target",) if key in document]
    found += [step["from_value"] for step in document.get("steps", ())]
    found += [
        one["from_value"] for row in document.get("rows", ()) for one in row.get("any_of", ())
    ]
    return found


@st.composite
def _value(draw: st.DrawFn, slot: Slot, edges: list[int]) -> int | str:
    if slot.choices:
        return draw(st.sampled_from(slot.choices))
    if not slot.scaled:
        return draw(st.integers(0, min(slot.maximum, 4))) * 10_000
    near = [
        edge + step * slot.step
        for edge in edges
        for step in (-1, 0, 1)
        if slot.minimum <= edge + step * slot.step <= slot.maximum and edge % slot.step == 0
    ]
    anywhere = st.integers(slot.minimum // slot.step, slot.maximum // slot.step)
    random = anywhere.map(lambda one: one * slot.step)
    return draw(st.one_of(st.sampled_from(near), random) if near else random)


@st.composite
def _occurrences(draw: st.DrawFn, today: date) -> Occurrences:
    days = st.dates(date(2023, 1, 1), date(today.year + 1, 1, 1))
    listed = [
        Occurrence(
            event=draw(st.sampled_from(["high", "low"])),
            reference=draw(st.sampled_from(["文1", "文2", "文3"])),
            decided_on=draw(days),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return Occurrences(occurrences=tuple(listed))
