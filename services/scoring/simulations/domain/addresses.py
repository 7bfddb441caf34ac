"""Where something stands in a policy: a path of codes, never of positions.

`stars.industry.items.rural_reform.rule.max_points`, `levels.3.min_stars`,
`linkages.star_pay.rates.secretary.amount`. A row of a list is named by the first of its
identifying fields that has the given value; rows that share it are told apart by
`star=party_building+from_level=3`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

# What names a row of a list, the most telling first.
IDENTITIES = ("code", "event", "level", "from_level", "star", "kind")

Place = tuple[str | int, ...]
Document = dict[str, object]


class AddressError(ValueError):
    """The path leads nowhere; the message says in Chinese why and what there is instead."""


@dataclass(frozen=True)
class Found:
    """A place in the document: keys and positions, as Python indexes it."""

    place: Place

    def __contains__(self, other: "Found") -> bool:
        """Whether the other place lies at or inside this one."""
        return other.place[: len(self.place)] == self.place


def find(document: Document, path: str) -> Found:
    """Return the place that a path of codes names; AddressError when there is none or many."""
    node: object = document
    place: Place = ()
    for segment in path.split("."):
        step = _step(node, segment)
        node = _child(node, step)
        place = (*place, step)
    return Found(place)


def put(document: Document, found: Found, value: object) -> None:
    """Write a value at a place of the document."""
    node: object = document
    for step in found.place[:-1]:
        node = _child(node, step)
    last = found.place[-1]
    if _is_mapping(node):
        node[str(last)] = value
    elif isinstance(node, list) and isinstance(last, int):
        node[last] = value


def address(document: Document, place: Sequence[str | int]) -> str:
    """Return the path of codes of a place; what does not stand in the document keeps its name."""
    node: object = document
    segments: list[str] = []
    for step in place:
        if isinstance(node, list) and isinstance(step, int) and step < len(node):
            segments.append(_name(node, step))
            node = node[step]
        elif _is_mapping(node) and step in node:
            segments.append(str(step))
            node = node[str(step)]
        elif not (_is_mapping(node) and node.get("kind") == step):  # the tag of a union
            segments.append(str(step))
            node = None
    return ".".join(segments)


def _child(node: object, step: str | int) -> object:
    if _is_mapping(node):
        return node[str(step)]
    return node[step] if isinstance(node, list) and isinstance(step, int) else None


def _step(node: object, segment: str) -> str | int:
    if _is_mapping(node):
        if segment not in node:
            raise AddressError(f"没有“{segment}”这一项，这里有：{_listed(node)}")
        return segment
    if not isinstance(node, list):
        raise AddressError(f"“{segment}”之前已经是一个值，不能再往下")
    rows = _matching(node, segment)
    if not rows:
        names = [_name(node, index) for index in range(len(node))]
        raise AddressError(f"没有代码为“{segment}”的一行，这里有：{_listed(names)}")
    if len(rows) > 1:
        names = [_name(node, index) for index in rows]
        raise AddressError(f"“{segment}”有{len(rows)}行，请写明是哪一行：{_listed(names)}")
    return rows[0]


def _matching(rows: Sequence[object], segment: str) -> list[int]:
    if "=" in segment:
        wanted = dict(part.partition("=")[::2] for part in segment.split("+"))
        return [
            index
            for index, row in enumerate(rows)
            if _is_mapping(row) and all(_text(row.get(k)) == v for k, v in wanted.items())
        ]
    for key in IDENTITIES:
        found = [i for i, row in enumerate(rows) if _is_mapping(row) and _says(row, key, segment)]
        if found:
            return found
    return [
        index
        for index, row in enumerate(rows)
        if _is_mapping(row)
        and any(isinstance(value, list) and segment in value for value in row.values())
    ]


def _name(rows: Sequence[object], index: int) -> str:
    """Return the shortest segment that means this row and no other; its number if there is none."""
    row = rows[index]
    if not _is_mapping(row):
        return str(index + 1)
    own = {key: _text(row[key]) for key in IDENTITIES if _text(row.get(key)) is not None}
    lists = (value for value in row.values() if isinstance(value, list))
    codes = [str(value[0]) for value in lists if value and isinstance(value[0], str)]
    every = "+".join(f"{key}={value}" for key, value in own.items())
    candidates = [*(str(value) for value in own.values()), *codes, every]
    return next((each for each in candidates if _matching(rows, each) == [index]), str(index + 1))


def _says(row: Mapping[str, object], key: str, segment: str) -> bool:
    return _text(row.get(key)) == segment


def _text(value: object) -> str | None:
    plain = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) if plain else None


def _listed(names: Sequence[str] | Mapping[str, object]) -> str:
    return "、".join(names) or "（空）"


def _is_mapping(node: object) -> TypeGuard[dict[str, object]]:
    return isinstance(node, dict)
