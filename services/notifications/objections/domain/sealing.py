"""Statements are sealed: the database alone tells neither who objected nor what they wrote.

AES-256-GCM bound to the row it belongs to. (A Fernet token would carry the exact time.)
"""

import json
import secrets
from dataclasses import asdict, dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORM = b"\x01"
_NONCE_BYTES = 12


@dataclass(frozen=True)
class Statement:
    """What an objector said, and who they are if they said so."""

    text: str
    subject: str | None = None  # an omitted branch in the objector's own words
    name: str | None = None
    contact: str | None = None

    @property
    def named(self) -> bool:
        """Whether the objector gave a name and a way to be answered."""
        return self.name is not None and self.contact is not None


@dataclass(frozen=True)
class Sealer:
    """Seals and opens with a key made from the service's secret."""

    secret: str = field(repr=False)

    def seal(self, statement: Statement, owner: UUID) -> bytes:
        """Return the sealed statement of the row with that id."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = json.dumps(asdict(statement), ensure_ascii=False).encode()
        return _FORM + nonce + self._cipher().encrypt(nonce, plain, owner.bytes)

    def open(self, sealed: bytes, owner: UUID) -> Statement:
        """Return the statement; InvalidTag when it was changed or belongs to another row."""
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        return Statement(**json.loads(self._cipher().decrypt(nonce, rest, owner.bytes)))

    def derive(self, purpose: str, length: int = 32) -> bytes:
        """Return bytes that only the holder of the secret can make again."""
        kdf = HKDF(SHA256(), length, salt=None, info=f"wuxing notifications {purpose}".encode())
        return kdf.derive(self.secret.encode())

    def _cipher(self) -> AESGCM:
        return AESGCM(self.derive("statements"))
