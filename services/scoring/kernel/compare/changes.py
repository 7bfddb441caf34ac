"""What one part says otherwise than before, statement by statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.scoring.kernel.compare.pairing import Gone, Kept, New, pairs, reordered
from services.scoring.kernel.compare.statements import Judging, Part, Statement


@dataclass(frozen=True)
class Change:
    """One statement that differs: what it is about, then and now (None: not said), in a phrase."""

    label: str
    before: str | None
    after: str | None
    zh: str


def changes(before: Part, after: Part) -> tuple[Change, ...]:
    """Return everything that a part says otherwise, in the order of its columns."""
    found = [*_between(before.statements, after.statements)]
    then, now = before.judging, after.judging
    if then is not None and now is not None:
        found += _judged(then, now)
    return tuple(found)


def _judged(then: Judging, now: Judging) -> Iterator[Change]:
    if then.kind != now.kind:
        yield Change(
            now.label, then.told, now.told, f"{now.label}改为{now.told}（原为{then.told}）"
        )
    else:
        yield from _between(then.statements, now.statements)


def _between(then: Sequence[Statement], now: Sequence[Statement]) -> Iterator[Change]:
    found = pairs(then, now)
    for pair in found:
        if not isinstance(pair, Kept):
            yield _alone(pair)
        elif pair.before.value != pair.after.value:
            yield _otherwise(pair.before, pair.after)
    kept = [pair for pair in found if isinstance(pair, Kept) and pair.after.rows]
    for rows in dict.fromkeys(pair.after.rows for pair in kept):
        moved = reordered([pair for pair in kept if pair.after.rows == rows], then)
        if moved:
            order = "、".join(one.label for one in moved)
            yield Change("先后顺序", None, order, f"各条的先后顺序改为：{order}")


def _alone(pair: Gone[Statement] | New[Statement]) -> Change:
    if isinstance(pair, New):
        now = pair.after
        return Change(now.label, None, now.text, f"新增{now.label}{now.text}")
    then = pair.before
    text = f"（原为{then.text}）" if then.text else ""
    return Change(then.label, then.text, None, f"取消{then.label}{text}")


def _otherwise(then: Statement, now: Statement) -> Change:
    if now.listed is not None and then.listed is not None and set(now.listed) != set(then.listed):
        zh = f"{now.label}{_listed(then.listed, now.listed)}"
    elif now.label != then.label:
        zh = f"{then.label}{then.text}改为{now.label}{now.text}"
    elif now.text != then.text:
        zh = f"{now.label}由{then.text}改为{now.text}"
    else:  # written alike, though meant otherwise
        zh = f"{now.label}{now.text}的代码由{then.code}改为{now.code}"
    return Change(now.label, then.text, now.text, zh)


def _listed(then: Sequence[str], now: Sequence[str]) -> str:
    added = "、".join(one for one in now if one not in then)
    removed = "、".join(one for one in then if one not in now)
    said = (added and f"增加{added}", removed and f"取消{removed}")
    return "，".join(part for part in said if part)
