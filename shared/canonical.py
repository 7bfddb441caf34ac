"""One byte form for every JSON value, so that equal content has equal hashes.

Keys sorted, no spaces, UTF-8, no floats: a subset of RFC 8785 that scores and money need.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import orjson

# What holds nothing else: whole numbers of any size, texts, flags, nothing.
_PLAIN = frozenset({int, str, bool, type(None)})
_JSON = _PLAIN | {dict, list, tuple}


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 -- any JSON value
    """Return the canonical bytes of a JSON value; raise TypeError on a float anywhere."""
    _refuse_floats((value,))
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # Numbers beyond 64 bits, keys that are numbers: the same bytes, ten times slower.
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()


def content_hash(value: Any) -> str:  # noqa: ANN401 -- any JSON value
    """Return `sha256:<hex>` of the canonical bytes of a JSON value."""
    return "sha256:" + hashlib.sha256(canonical_json(value)).hexdigest()


def _refuse_floats(values: Iterable[Any]) -> None:
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return
    if not kinds <= _JSON and any(issubclass(kind, float) for kind in kinds):
        message = "a float has no place in scores or money"
        raise TypeError(message)
    for inner in values:
        if isinstance(inner, dict):
            _refuse_floats(inner.values())
        elif isinstance(inner, list | tuple):
            _refuse_floats(inner)
