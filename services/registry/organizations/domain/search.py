"""Keys by which a name is found from any part of it, its pinyin or its initials.

PostgreSQL comes without extensions here: a plain GIN index over short pieces of the names
narrows the candidates, and a comparison of the whole text decides.
"""

from collections.abc import Iterable

_PAIR = 2
_TRIPLE = 3


def _pieces(text: str, length: int) -> set[str]:
    return {text[at : at + length] for at in range(len(text) - length + 1)}


def keys_of(texts: Iterable[str]) -> list[str]:
    """Return the pieces of one and two signs, and of three where a text is Latin."""
    found: set[str] = set()
    for text in texts:
        lower = text.lower()
        found |= _pieces(lower, 1) | _pieces(lower, _PAIR)
        found |= {each for each in _pieces(lower, _TRIPLE) if each.isascii()}
    return sorted(found)


def keys_sought(text: str) -> list[str]:
    """Return the pieces that a name containing the text must have."""
    lower = text.lower()
    latin = lower.isascii() and len(lower) >= _TRIPLE
    return sorted(_pieces(lower, _TRIPLE if latin else min(_PAIR, len(lower))))
