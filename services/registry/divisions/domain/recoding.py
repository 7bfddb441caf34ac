"""Which division of an older list is which of a newer one, when codes and names have changed.

Published lists do not say: 长垣县 410728 became 长垣市 410783 with all its towns, 高村乡 410327204
became 高村镇 410327112, 许昌县 became 建安区, and codes are given again to others. So they are
matched by what stays, from the surest sign to the weakest, and every match says by which.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from services.registry.divisions.domain import Division, Level, Line

# Longest first, and at least one sign is left of a name.
_ENDINGS = (
    "管理委员会",
    "街道办事处",
    "管委会",
    "回族区",
    "回族乡",
    "回族镇",
    "办事处",
    "街道",
    "县",
    "市",
    "区",
    "乡",
    "镇",
)
# Towns of two counties that share so many of their names are the same county under another name.
_SHARED, _OF = 3, 5
_CODE = 12
_TOWN_DIGITS = 9
K = TypeVar("K")
V = TypeVar("V")


class Sign(StrEnum):
    """By what an old and a new division were recognised as the same, surest first."""

    CODE_AND_NAME = "code_and_name"
    NAME = "name"  # the same name but for 乡/镇/县/市, under the same parent
    CHILDREN = "children"  # most of what lies below has the same names
    NAME_NEARBY = "name_nearby"  # the only one of that name in the city
    CODE = "code"  # the code alone; the name is another one


@dataclass(frozen=True)
class Match:
    """A division of the older list and the line of the newer one that it has become."""

    old: Division
    new: Line
    sign: Sign


@dataclass
class Matches:
    """Everything of both lists exactly once: recognised, new, or gone."""

    same: list[Match] = field(default_factory=list)
    new: list[Line] = field(default_factory=list)
    gone: list[Division] = field(default_factory=list)


def stem(name: str) -> str:
    """Return a name without what says of which rank it is: 高村乡 and 高村镇 are 高村."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


class _Matcher:
    """Goes down level by level, so that parents are known before their children."""

    def __init__(self, old: Iterable[Division], lines: Iterable[Line]) -> None:
        self.old = {each.id: each for each in old}
        self.lines = {line.code: line for line in lines}
        self.became: dict[UUID, Match] = {}
        self.was: dict[str, UUID] = {}

    def run(self) -> Matches:
        for level in (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWN, Level.VILLAGE):
            old = [each for each in self.old.values() if each.level is level]
            new = [line for line in self.lines.values() if line.level == level]
            self._pair(old, new, Sign.CODE_AND_NAME, _by_code_and_name, _line_code_and_name)
            self._pair(old, new, Sign.NAME, self._by_name, self._line_name)
            if level is Level.COUNTY:
                self._pair_by_children(old, new)
            # Whose code is still there on the other side is settled by that code.
            settled = {each.code for each in old if each.id not in self.became}
            settled &= {line.code for line in new if line.code not in self.was}
            moved = [each for each in old if each.code not in settled]
            told = [line for line in new if line.code not in settled]
            self._pair(moved, told, Sign.NAME_NEARBY, self._by_city, self._line_city)
            self._pair(old, new, Sign.CODE, _by_code, _line_code)
        return Matches(
            list(self.became.values()),
            [line for line in self.lines.values() if line.code not in self.was],
            [each for each in self.old.values() if each.id not in self.became],
        )

    def _pair(
        self,
        old: Iterable[Division],
        new: Iterable[Line],
        sign: Sign,
        of_old: Callable[[Division], object],
        of_new: Callable[[Line], object],
    ) -> None:
        """Match what has the same key, where it is the only one on both sides."""
        olds = _unique((of_old(each), each) for each in old if each.id not in self.became)
        news = _unique((of_new(line), line) for line in new if line.code not in self.was)
        for key, each in olds.items():
            if key is not None and key in news:
                self._join(each, news[key], sign)

    def _join(self, old: Division, line: Line, sign: Sign) -> None:
        self.became[old.id] = Match(old, line, sign)
        self.was[line.code] = old.id

    def _by_name(self, old: Division) -> object:
        return (old.parent_id, stem(old.name)) if old.parent_id else stem(old.name)

    def _line_name(self, line: Line) -> object:
        parent = self.was.get(line.parent_code)
        if parent is None:
            return None if line.parent_code in self.lines else stem(line.name)
        return parent, stem(line.name)

    def _by_city(self, old: Division) -> object:
        county = self.old.get(old.parent_id) if old.parent_id else None
        city = county.parent_id if county and old.level is Level.TOWN else None
        return (city, stem(old.name)) if city else None

    def _line_city(self, line: Line) -> object:
        county = self.lines.get(line.parent_code)
        city = self.was.get(county.parent_code) if county and line.level == Level.TOWN else None
        return (city, stem(line.name)) if city else None

    def _pair_by_children(self, old: Sequence[Division], new: Sequence[Line]) -> None:
        below: dict[object, set[str]] = {}
        for each in self.old.values():
            below.setdefault(each.parent_id, set()).add(stem(each.name))
        for line in self.lines.values():
            below.setdefault(line.parent_code, set()).add(stem(line.name))
        for each in old:
            mine = below.get(each.id, set())
            if each.id in self.became or not mine:
                continue
            alike = [
                line
                for line in new
                if line.code not in self.was
                and self.was.get(line.parent_code) == each.parent_id
                and _OF * len(mine & below.get(line.code, set())) >= _SHARED * len(mine)
            ]
            if len(alike) == 1:
                self._join(each, alike[0], Sign.CHILDREN)


def match(old: Iterable[Division], lines: Iterable[Line]) -> Matches:
    """Say which of the stored divisions became which line of a newer list of the same area."""
    return _Matcher(old, lines).run()


def _by_code_and_name(old: Division) -> object:
    return old.code, stem(old.name)


def _line_code_and_name(line: Line) -> object:
    return line.code, stem(line.name)


def _by_code(old: Division) -> object:
    return old.code


def _line_code(line: Line) -> object:
    return line.code


def _unique(pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    found: dict[K, V] = {}
    twice: set[K] = set()
    for key, value in pairs:
        if key in found:
            twice.add(key)
        found[key] = value
    return {key: value for key, value in found.items() if key not in twice}


@dataclass(frozen=True)
class Recoding:
    """What a division was and is: one of both is None for a new and for an ended one."""

    division_id: UUID
    level: Level
    old_code: str | None
    old_name: str | None
    new_code: str | None
    new_name: str | None
    sign: Sign | None = None


@dataclass(frozen=True)
class Vintage:
    """A newer list laid over the stored one: `changed` are new attributes of old divisions.

    `kept` are gone from the list but still have something below them or an organization: only a
    person can say where that belongs.
    """

    created: list[Division]
    changed: list[Division]
    ended: list[Division]
    kept: list[Division]
    report: list[Recoding]


def lay_over(
    old: Mapping[UUID, Division],
    below: Sequence[Division],
    matches: Matches,
    used: frozenset[UUID],
    begin: date,
    source: str,
    new_id: Callable[[], UUID],
) -> Vintage:
    """Return what a newer list changes from a day on.

    `below` are divisions of levels that the list leaves out: they keep their parents and take on
    the codes of these. `used` are divisions with a living organization.
    """
    ids = {match.new.code: match.old.id for match in matches.same}
    ids |= {line.code: new_id() for line in matches.new}
    signs = {match.new.code: match.sign for match in matches.same}
    made: dict[UUID, Division] = {}
    for line in [*(match.new for match in matches.same), *matches.new]:
        parent_id = ids.get(line.parent_code)
        own_id, level = ids[line.code], Level(line.level)
        made[own_id] = Division(own_id, line.code, line.name, level, parent_id, begin, None, source)
    lower = [moved for each in below if (moved := _under(each, old, made, begin, source))]
    changed = [each for each in made.values() if _differs(old.get(each.id), each)]
    kept = _kept(matches.gone, {*used, *(each.parent_id for each in (*below, *made.values()))})
    ended = [each for each in matches.gone if each not in kept]
    both = [*changed, *lower]
    return Vintage(
        [made[ids[line.code]] for line in matches.new],
        both,
        ended,
        kept,
        _report({each.id: each for each in (*old.values(), *below)}, both, ended, made, signs)
        + [_told(None, made[ids[line.code]], None) for line in matches.new],
    )


def _kept(gone: Iterable[Division], needed: set[UUID | None]) -> list[Division]:
    """Return those of the gone that are needed, or stand above one that is."""
    order = list(Level)
    kept = []
    for each in sorted(gone, key=lambda gone: order.index(gone.level), reverse=True):
        if each.id in needed:
            needed.add(each.parent_id)
            kept.append(each)
    return kept


def _differs(before: Division | None, after: Division) -> bool:
    if before is None:
        return False
    return (before.code, before.name, before.parent_id) != (after.code, after.name, after.parent_id)


def _under(
    each: Division,
    old: Mapping[UUID, Division],
    made: Mapping[UUID, Division],
    begin: date,
    source: str,
) -> Division | None:
    """Return a village with the code of its town as it is now; None if that is the same."""
    before = old.get(each.parent_id) if each.parent_id else None
    after = made.get(each.parent_id) if each.parent_id else None
    if before is None or after is None or before.code == after.code:
        return None
    prefix = before.code[:_TOWN_DIGITS]
    if not each.code.startswith(prefix):
        return None
    code = after.code[:_TOWN_DIGITS] + each.code[_TOWN_DIGITS:_CODE]
    return Division(each.id, code, each.name, each.level, each.parent_id, begin, None, source)


def _report(
    before: Mapping[UUID, Division],
    changed: Iterable[Division],
    ended: Iterable[Division],
    made: Mapping[UUID, Division],
    signs: Mapping[str, Sign],
) -> list[Recoding]:
    told = [
        _told(before[each.id], each, signs.get(each.code) if each.id in made else None)
        for each in changed
    ]
    return told + [_told(each, None, None) for each in ended]


def _told(before: Division | None, after: Division | None, sign: Sign | None) -> Recoding:
    either = after or before
    if either is None:
        message = "a report is about something"
        raise ValueError(message)
    return Recoding(
        either.id,
        either.level,
        before.code if before else None,
        before.name if before else None,
        after.code if after else None,
        after.name if after else None,
        sign,
    )
