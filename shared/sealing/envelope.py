"""Envelopes: every value has a data key of its own, which a key of the key folder wraps.

    form 1 byte | length of kid 1 byte | kid | nonce 12, wrapped data key 48 | nonce 12, value

Both parts are AES-256-GCM (NIST SP 800-38D) with table, column and row as associated data, so
that a sealed value copied to another row, column or table opens nothing. Another key is taken
by wrapping the data key again; the value itself is not touched. Nothing tells when it was sealed.
Clause: GB/T 22239 (等保2.0) level 3, 数据保密性.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_FORM = 2
_NONCE_BYTES = 12
_TAG_BYTES = 16
_WRAPPED_BYTES = _NONCE_BYTES + KEY_BYTES + _TAG_BYTES


class SealingKeyMissingError(RuntimeError):
    """A value was sealed under a key that the folder does not hold."""


@dataclass(frozen=True)
class Place:
    """The column in which sealed values stand; each row is named by its primary key."""

    table: str
    column: str

    def row(self, key: UUID | str) -> bytes:
        """Return the associated data of one row."""
        return "\0".join((self.table, self.column, str(key))).encode()


@dataclass(frozen=True)
class Seal:
    """Seals with the newest key, opens with whichever was used.

    `keys` returns the keys of 32 bytes by kid, oldest first; it is asked each time, so that a
    key put into the folder is used at once.
    """

    keys: Callable[[], Mapping[str, bytes]] = field(repr=False)

    @property
    def newest(self) -> str:
        """The kid of the key that seals."""
        return next(reversed(list(self.keys())))

    def close(self, text: str, place: Place, row: UUID | str) -> bytes:
        """Return the sealed text of that row."""
        bound, data_key = place.row(row), secrets.token_bytes(KEY_BYTES)
        return self._wrap(data_key, bound) + _encrypt(data_key, text.encode(), bound)

    def open(self, sealed: bytes, place: Place, row: UUID | str) -> str:
        """Return the text; InvalidTag when it was changed or belongs elsewhere."""
        bound = place.row(row)
        return _decrypt(self._unwrap(sealed, bound), _content(sealed), bound).decode()

    def rewrap(self, sealed: bytes, place: Place, row: UUID | str) -> bytes:
        """Return the same value with its data key wrapped by the newest key."""
        bound = place.row(row)
        return self._wrap(self._unwrap(sealed, bound), bound) + _content(sealed)

    def index(self, text: str, place: Place) -> bytes:
        """Return the blind index of a text: by it an equal text is found and nothing is read."""
        return self.indexes(text, place)[0]

    def indexes(self, text: str, place: Place) -> list[bytes]:
        """Return the blind index under every key, the newest first: rows may have any of them."""
        purpose = f"index {place.table} {place.column}"
        return [hmac.digest(key, text.encode(), "sha256") for key in self.derived(purpose)]

    def derived(self, purpose: str) -> list[bytes]:
        """Return 32 bytes of each key that only its holder can make again, the newest first."""
        return [_derived(key, purpose) for key in reversed(list(self.keys().values()))]

    def _wrap(self, data_key: bytes, bound: bytes) -> bytes:
        kid = self.newest.encode()
        head = bytes((_FORM, len(kid))) + kid
        return head + _encrypt(_derived(self.keys()[self.newest], "wrap"), data_key, head + bound)

    def _unwrap(self, sealed: bytes, bound: bytes) -> bytes:
        kid = kid_of(sealed)
        key = self.keys().get(kid)
        if key is None:
            raise SealingKeyMissingError(f"the folder of sealing keys does not hold {kid}.key")
        start = _head_bytes(sealed)
        wrapped = sealed[start : start + _WRAPPED_BYTES]
        return _decrypt(_derived(key, "wrap"), wrapped, sealed[:start] + bound)


def kid_of(sealed: bytes) -> str:
    """Return under which key a value was sealed."""
    return sealed[2 : _head_bytes(sealed)].decode()


def _head_bytes(sealed: bytes) -> int:
    return 2 + sealed[1]


def _content(sealed: bytes) -> bytes:
    return sealed[_head_bytes(sealed) + _WRAPPED_BYTES :]


def _encrypt(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)


@lru_cache(maxsize=64)
def _derived(key: bytes, purpose: str) -> bytes:
    kdf = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"wuxing sealing {purpose}".encode())
    return kdf.derive(key)
