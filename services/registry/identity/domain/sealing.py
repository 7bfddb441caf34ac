"""Secrets that must be read again are sealed: the database alone does not open them.

AES-256-GCM under a key derived from the service's sealing key, bound to the row it belongs
to, so that a sealed text copied to another row opens nothing.
"""

import secrets
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORM = b"\x01"
_NONCE_BYTES = 12


@dataclass(frozen=True)
class Seal:
    """Seals and opens texts; each purpose has a key of its own."""

    sealing_key: str = field(repr=False)
    purpose: str = "second factors"

    def close(self, text: str, owner: UUID) -> bytes:
        """Return the sealed text of the row with that id."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORM + nonce + self._cipher().encrypt(nonce, text.encode(), owner.bytes)

    def open(self, sealed: bytes, owner: UUID) -> str:
        """Return the text; InvalidTag when it was changed or belongs to another row."""
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        return self._cipher().decrypt(nonce, rest, owner.bytes).decode()

    def _cipher(self) -> AESGCM:
        kdf = HKDF(SHA256(), 32, salt=None, info=f"wuxing registry {self.purpose}".encode())
        return AESGCM(kdf.derive(self.sealing_key.encode()))
