"""Which of these is which of those: by key, then by what people would take for the same."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Known(Protocol):
    """What can be found again; an alias of None belongs to nothing else."""

    @property
    def key(self) -> Hashable:
        """What tells it from all others."""

    @property
    def alias(self) -> Hashable:
        """What it may be found by when the key has changed."""


_K = TypeVar("_K", bound=Known)


@dataclass(frozen=True)
class Kept(Generic[_K]):
    """One thing as it was and as it is."""

    before: _K
    after: _K


@dataclass(frozen=True)
class Gone(Generic[_K]):
    """One thing that is no more."""

    before: _K


@dataclass(frozen=True)
class New(Generic[_K]):
    """One thing that was not there before."""

    after: _K


Pair = Kept[_K] | Gone[_K] | New[_K]


def pairs(before: Sequence[_K], after: Sequence[_K]) -> list[Pair[_K]]:
    """Return all pairs in the order of `after`; what is gone follows what stood before it."""
    old = {one.key: one for one in before}
    found = {one.key: old.pop(one.key, None) for one in after}
    free: dict[Hashable, list[_K]] = {}
    for one in old.values():
        free.setdefault(one.alias, []).append(one)
    for one in after:
        if found[one.key] is None and one.alias is not None and free.get(one.alias):
            found[one.key] = free[one.alias].pop(0)
    listed: list[Pair[_K]] = []
    for one in after:
        was = found[one.key]
        listed.append(New(one) if was is None else Kept(was, one))
    return _with_gone(before, listed)


def _with_gone(before: Sequence[_K], listed: list[Pair[_K]]) -> list[Pair[_K]]:
    kept = {pair.before.key for pair in listed if isinstance(pair, Kept)}
    behind: dict[Hashable, list[Pair[_K]]] = {}
    last: Hashable = None
    for one in before:
        if one.key in kept:
            last = one.key
        else:
            behind.setdefault(last, []).append(Gone(one))
    found = behind.get(None, [])
    for pair in listed:
        found.append(pair)
        if isinstance(pair, Kept):
            found += behind.get(pair.before.key, ())
    return found


def reordered(kept: Sequence[Kept[_K]], before: Sequence[_K]) -> list[_K]:
    """Return the things as they stand now, where they stood in another order before."""
    now = [pair.before.key for pair in kept]
    own = set(now)
    then = [one.key for one in before if one.key in own]
    return [] if now == then else [pair.after for pair in kept]
