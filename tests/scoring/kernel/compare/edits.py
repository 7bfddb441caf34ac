"""Every single thing that a policy says, to be said otherwise: paths, and other values there."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from services.scoring.kernel.grammar import Policy

Place = tuple[str | int, ...]
_PARTS = {
    "stars", "items", "bottom_lines", "groups", "departments", "source_offices", "payers", "posts",
    "stages", "lines", "levels", "measures", "quotas", "linkages", "parts",
}  # fmt: skip
# Words that only some others may replace.
_CHOICES = (
    ("base", "bonus", "deduction"),
    ("base", "total"),
    (">=", ">"),
    ("half_up", "floor", "ceiling"),
    ("county", "township"),
    ("higher", "lower"),
    ("below", "above"),
    ("proportional", "whole", "started"),
    ("zero", "error"),
    ("deducts", "adds"),
    ("highest", "each"),
    ("item", "policy"),
    ("adds_up", "capped"),
    ("renormalised", "full_marks", "left_out"),
    ("none", "all"),
    ("none", "next"),
    ("none", "collective_income"),
    ("replaces", "lowers"),
    ("star", "whole_award"),
    ("level", "stars", "total", "base"),
    ("total", "base", "bonus"),
    ("township", "level", "lowered"),
    ("听取汇报", "审核材料", "实地察看", "访问调查"),
)


def paths(content: Any, path: Place = ()) -> Iterator[Place]:  # noqa: ANN401 -- any JSON value
    """Yield the path of every value and every list in a document."""
    inside = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in inside:
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))
        if not isinstance(value, dict):
            yield (*path, key)


def at(content: Any, path: Place) -> Any:  # noqa: ANN401 -- any JSON value
    for key in path:
        content = content[key]
    return content


def pattern(content: dict[str, Any], place: Place) -> Place:
    """Return what is said at a place, whoever says it: its keys, and the kinds around it."""
    around = [at(content, place[:end]) for end in range(len(place))]
    kinds = [one["kind"] for one in around if isinstance(one, dict) and "kind" in one]
    return (*kinds, *(key for key in place if isinstance(key, str)))


def part_of(content: dict[str, Any], place: Place) -> Any:  # noqa: ANN401 -- any JSON value
    """Return the part that a place lies in: an item, a sub-item, a star, a linkage, a step."""
    found = None
    for end, (key, index) in enumerate(pairwise(place), 2):
        part = at(content, place[:end])
        if key in _PARTS and isinstance(index, int) and isinstance(part, dict):
            found = part
    return found or (at(content, place[:-1]) if len(place) > 1 else {})


def edited(content: dict[str, Any], path: Place) -> Iterator[Policy]:
    """Yield every policy that says something else at this place, or nothing, and is a policy."""
    for value in (None, *_others(at(content, path))):
        copy = deepcopy(content)
        inner = at(copy, path[:-1])
        if value is None:
            del inner[path[-1]]
        else:
            inner[path[-1]] = value
        try:
            yield Policy.model_validate(copy)
        except ValidationError:
            continue


def _others(value: Any) -> Iterator[Any]:  # noqa: ANN401 -- any JSON value
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, list):
        yield value[::-1]
        yield [*value, *value[:1]]
    else:
        yield from _texts(value)


def _texts(value: str) -> Iterator[str]:
    yield from (one for words in _CHOICES if value in words for one in words if one != value)
    yield from (f"{value}x", f"{value}改", f"{value}“")
    if value.replace(".", "", 1).removeprefix("-").isdecimal():
        whole, _, part = value.partition(".")
        yield f"{int(whole) + 1}.{part}" if part else str(int(whole) + 1)
    try:
        yield (date.fromisoformat(value) + timedelta(days=1)).isoformat()
    except ValueError:
        return
