"""The canonical bytes: those of the standard library, for every value there is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical import canonical_json, content_hash

# Every character that UTF-8 can write, escaped or not; numbers beyond 64 bits too.
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_PLAIN = st.none() | st.booleans() | st.integers() | _TEXTS
_VALUES = st.recursive(
    _PLAIN,
    lambda inner: (
        st.lists(inner) | st.dictionaries(_TEXTS, inner) | st.dictionaries(st.integers(), inner)
    ),
)


def by_the_book(value: Any) -> bytes:  # noqa: ANN401 -- any JSON value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@given(_VALUES)
def test_the_bytes_are_those_of_the_standard_library(value: Any) -> None:  # noqa: ANN401 -- any JSON value
    assert canonical_json(value) == by_the_book(value)


def test_every_character_is_written_as_the_standard_library_writes_it() -> None:
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    assert canonical_json(everything) == by_the_book(everything)
    keys = {chr(code): code for code in [*range(0x20, 0x3000), 0xE000, 0xFFFD, 0x1F600]}
    assert canonical_json(keys) == by_the_book(keys)


@pytest.mark.parametrize("number", [2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 2**64, 10**30])
def test_whole_numbers_stay_exact_at_any_size(number: int) -> None:
    assert canonical_json([number, {"-": -number}]) == by_the_book([number, {"-": -number}])


@pytest.mark.parametrize("value", [1.0, [1, 0.5], {"a": {"b": (1, float("nan"))}}, {"a": [[1e30]]}])
def test_a_float_is_refused_wherever_it_hides(value: Any) -> None:  # noqa: ANN401 -- any JSON value
    with pytest.raises(TypeError, match="float"):
        canonical_json(value)


def test_the_order_in_which_keys_were_given_does_not_matter() -> None:
    assert content_hash({"b": 1, "a": [2]}) == content_hash({"a": [2], "b": 1})
    assert content_hash({"a": 1}) == (
        "sha256:015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    )
