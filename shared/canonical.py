"""One byte form for every JSON value, so that equal content has equal hashes.

Keys sorted, no spaces, UTF-8, no floats: a subset of RFC 8785 that scores and money need.
"""

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 -- any JSON value
    """Return the canonical bytes of a JSON value; raise TypeError on a float anywhere."""
    _refuse_floats(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def content_hash(value: Any) -> str:  # noqa: ANN401 -- any JSON value
    """Return `sha256:<hex>` of the canonical bytes of a JSON value."""
    return "sha256:" + hashlib.sha256(canonical_json(value)).hexdigest()


def _refuse_floats(value: Any) -> None:  # noqa: ANN401 -- any JSON value
    if isinstance(value, float):
        message = "a float has no place in scores or money"
        raise TypeError(message)
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)
