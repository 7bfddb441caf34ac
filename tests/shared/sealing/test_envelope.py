"""Envelopes: what is sealed opens in its own place alone, under any key of the folder."""

import secrets
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from shared.sealing import folder
from shared.sealing.envelope import Place, Seal, SealingKeyMissingError, kid_of
from shared.sealing.folder import NoSealingKeyError, SealingFolder
from shared.tables import new_id

OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)
BEFORE = Seal(lambda: {"2025": OLD})
BOTH = Seal(lambda: {"2025": OLD, "2026": NEW})
AFTER = Seal(lambda: {"2026": NEW})
EMAIL = Place("users", "sealed_email")
ROW = new_id()


@given(st.text(max_size=300))
def test_what_is_sealed_is_read_again_and_only_so(text: str) -> None:
    sealed = BEFORE.close(text, EMAIL, ROW)
    assert BEFORE.open(sealed, EMAIL, ROW) == text
    assert sealed != BEFORE.close(text, EMAIL, ROW), "equal texts do not look alike"
    if len(text) > 3:
        assert text.encode() not in sealed


@pytest.mark.parametrize(
    ("place", "row"),
    [(EMAIL, new_id()), (Place("users", "other"), ROW), (Place("other", "sealed_email"), ROW)],
)
def test_a_sealed_value_that_was_moved_opens_nothing(place: Place, row: object) -> None:
    sealed = BEFORE.close("zhang@huojia.test", EMAIL, ROW)
    for act in (BEFORE.open, BEFORE.rewrap):
        with pytest.raises(InvalidTag):
            act(sealed, place, str(row))


@given(st.data())
def test_a_value_of_which_one_bit_was_changed_opens_nothing(data: st.DataObject) -> None:
    sealed = bytearray(BEFORE.close("zhang@huojia.test", EMAIL, ROW))
    # The kid is told in plain, so it is looked up first; the rest is under the tag.
    where = data.draw(st.integers(6, len(sealed) - 1))
    sealed[where] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(InvalidTag):
        BEFORE.open(bytes(sealed), EMAIL, ROW)


def test_the_head_of_one_value_does_not_fit_another() -> None:
    one, other = (BEFORE.close(text, EMAIL, ROW) for text in ("one", "two"))
    head = len(one) - len("one") - 28
    with pytest.raises(InvalidTag):
        BEFORE.open(one[:head] + other[head:], EMAIL, ROW)


@given(st.text(max_size=100))
def test_rotation_leaves_the_value_and_changes_the_key(text: str) -> None:
    sealed = BEFORE.close(text, EMAIL, ROW)
    assert BOTH.open(sealed, EMAIL, ROW) == text, "old values open during a rotation"
    again = BOTH.rewrap(sealed, EMAIL, ROW)
    assert (kid_of(sealed), kid_of(again)) == ("2025", "2026")
    assert AFTER.open(again, EMAIL, ROW) == text, "the old key may go"
    assert kid_of(BOTH.close(text, EMAIL, ROW)) == "2026", "the newest key seals"
    with pytest.raises(SealingKeyMissingError, match=r"2025\.key"):
        AFTER.open(sealed, EMAIL, ROW)


@given(st.text(max_size=50), st.text(max_size=50))
def test_a_blind_index_finds_equals_across_a_rotation(one: str, other: str) -> None:
    written = BEFORE.index(one, EMAIL)
    assert written in BOTH.indexes(one, EMAIL)
    assert (written in BOTH.indexes(other, EMAIL)) == (one == other)
    assert BOTH.index(one, EMAIL) == AFTER.index(one, EMAIL)
    assert written != BEFORE.index(one, Place("users", "other")), "columns cannot be joined"


@pytest.fixture
def new_key(tmp_path: Path) -> Callable[[], Path]:
    hours = count()
    began = datetime(2026, 1, 1, tzinfo=UTC)
    return lambda: folder.write_new_key(tmp_path, began + timedelta(hours=next(hours)))


def test_the_newest_file_seals_and_all_open(tmp_path: Path, new_key: Callable[[], Path]) -> None:
    seal = Seal(SealingFolder(tmp_path).keys)
    first = new_key()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert len(first.read_bytes()) == 32
    sealed = seal.close("text", EMAIL, ROW)
    second = new_key()
    assert seal.newest == second.stem, "a new key is used at once"
    assert seal.open(sealed, EMAIL, ROW) == "text"
    first.unlink()
    with pytest.raises(SealingKeyMissingError):
        seal.open(sealed, EMAIL, ROW)


def test_a_folder_without_a_whole_key_is_refused(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NoSealingKeyError, match="wuxing keys seal"):
            SealingFolder(directory).keys()
    (tmp_path / "20260101.key").write_bytes(bytes(31))
    with pytest.raises(NoSealingKeyError, match="32 bytes"):
        SealingFolder(tmp_path).keys()


def test_a_key_is_not_shown_by_accident(tmp_path: Path, new_key: Callable[[], Path]) -> None:
    kept = SealingFolder(tmp_path)
    secret = new_key().read_bytes()
    assert kept.keys()
    assert repr(secret)[2:-1] not in repr(kept) + repr(Seal(kept.keys))
