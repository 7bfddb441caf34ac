"""All differences of two policies, each with its sentence, in the order of the annex."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from services.scoring.kernel.compare.changes import Change, changes
from services.scoring.kernel.compare.pairing import Gone, Kept, New, Pair, pairs, reordered
from services.scoring.kernel.compare.parts import SHEETS, parts_of
from services.scoring.kernel.compare.statements import Part
from services.scoring.kernel.compare.wording import cited
from services.scoring.kernel.grammar import Policy

# Told beside the sentence, or by its subject.
_UNTOLD = {"name", "code", "clause", "page", "owner"}


@dataclass(frozen=True)
class Difference:
    """One part that is not the same: where it stands, what changed, a sentence.

    Clause and page are those of the newer policy, of the older one where the part is gone.
    """

    change: Literal["added", "removed", "changed", "reordered"]
    sheet: str
    code: str
    name: str
    star: str
    clause: str
    page: str
    changes: tuple[Change, ...]
    zh: str


def differences(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """Return everything that `after` says otherwise than `before`; empty only if they are equal."""
    then, now = parts_of(before), parts_of(after)
    return tuple(one for sheet in SHEETS for one in _of_sheet(sheet, then, now))


def _of_sheet(sheet: str, then: Sequence[Part], now: Sequence[Part]) -> Iterator[Difference]:
    old = [part for part in then if part.sheet == sheet]
    found = pairs(old, [part for part in now if part.sheet == sheet])
    for pair in found:
        yield from _of_pair(pair)
    stayed = [p for p in found if isinstance(p, Kept) and p.before.scope == p.after.scope]
    for scope in dict.fromkeys(pair.after.scope for pair in stayed):
        moved = reordered([pair for pair in stayed if pair.after.scope == scope], old)
        if moved:
            yield _reordered(moved)


def _of_pair(pair: Pair[Part]) -> Iterator[Difference]:
    if isinstance(pair, Gone):
        part = pair.before
        yield _difference("removed", part, f"取消{_subject(part)}{_whole(part, '，原为')}。")
    elif isinstance(pair, New):
        part = pair.after
        yield _difference("added", part, f"新增{_subject(part)}{_whole(part, '：')}。")
    elif found := changes(pair.before, pair.after):
        said = "；".join(one.zh for one in found)
        yield _difference("changed", pair.after, f"{_subject(pair.after)}：{said}。", found)


def _reordered(parts: Sequence[Part]) -> Difference:
    order = "、".join(cited(part.name) for part in parts)
    first = parts[0]
    zh = f"{first.star}{first.what}的先后顺序改为：{order}。"
    return _difference("reordered", first, zh, (Change("先后顺序", None, order, zh),))


def _difference(
    change: Literal["added", "removed", "changed", "reordered"],
    part: Part,
    zh: str,
    found: tuple[Change, ...] = (),
) -> Difference:
    return Difference(
        change=change,
        sheet=part.sheet,
        code=part.code,
        name=part.name,
        star=part.star,
        clause=part.clause,
        page=part.page,
        changes=found,
        zh=zh,
    )


def _subject(part: Part) -> str:
    if part.single:
        return part.name
    return f"{part.star}{part.what}{cited(part.name)}"


def _whole(part: Part, start: str) -> str:
    """Return what a part says as a whole, behind `start`."""
    said = [one.told for one in part.statements if one.key not in _UNTOLD]
    if part.judging is not None:
        said.append(f"{part.judging.label}{part.judging.told}")
    return f"{start}{'；'.join(said)}" if said else ""
