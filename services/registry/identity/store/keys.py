"""Signing keys as files: `<kid>.pem`, Ed25519, private; the newest kid signs, all verify.

The only store that is no database: private keys must not travel in its dumps.
A new key is put beside the old ones; tokens signed by an old key stay valid as long as its
file is there. Clause: RFC 7517 (JWKS), RFC 8037 (Ed25519).
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from shared.auth import ALGORITHM, claims_of
from shared.caller import Caller


class NoSigningKeyError(RuntimeError):
    """The folder holds no key: `wuxing keys new` writes one."""


def write_new_key(directory: Path, now: datetime) -> Path:
    """Write a new private key, readable by its owner alone; its kid is the time in UTC."""
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = directory / f"{now:%Y%m%dT%H%M%S%f}.unfinished"
    unfinished.touch(mode=0o600, exist_ok=False)
    unfinished.write_bytes(OKPKey.generate_key("Ed25519").as_pem(private=True))
    # A running registry that looks into the folder never sees half a key.
    return unfinished.rename(unfinished.with_suffix(".pem"))


@dataclass
class KeyFolder:
    """The keys of a folder, read again when the folder changes."""

    directory: Path
    issuer: str
    audience: str
    _keys: list[OKPKey] = field(default_factory=list)
    _read: int = -1

    def keys(self) -> list[OKPKey]:
        """Return the keys, oldest first; NoSigningKeyError when there is none."""
        changed = self.directory.stat().st_mtime_ns if self.directory.is_dir() else 0
        if changed != self._read:
            self._keys = [_load(path) for path in sorted(self.directory.glob("*.pem"))]
            self._read = changed
        if not self._keys:
            message = f"{self.directory} holds no signing key: run `wuxing keys new`"
            raise NoSigningKeyError(message)
        return self._keys

    def jwks(self) -> dict[str, Any]:
        """Return the public keys."""
        return dict(KeySet(list(self.keys())).as_dict(private=False))

    async def fetch(self) -> dict[str, Any]:
        """Return the public keys to registry's own verifier, which needs no network."""
        return self.jwks()

    def sign(self, caller: Caller, now: datetime) -> str:
        """Return an access token for the caller, signed by the newest key."""
        key = self.keys()[-1]
        claims = claims_of(caller, self.issuer, self.audience, now)
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def _load(path: Path) -> OKPKey:
    return OKPKey.import_key(path.read_bytes(), {"kid": path.stem, "use": "sig", "alg": ALGORITHM})
