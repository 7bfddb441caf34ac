"""The folder of sealing keys: `<kid>.key`, 32 random bytes each; the newest seals, all open.

Like signing keys they lie in files, so that they never travel in a database dump. A service
has a folder of its own: what one service has sealed no other one opens.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from shared.sealing.envelope import KEY_BYTES

LONGEST_KID = 64


class NoSealingKeyError(RuntimeError):
    """The folder holds no usable key: `wuxing keys seal` writes one."""


@dataclass
class SealingFolder:
    """The keys of a folder, read again when the folder changes."""

    directory: Path
    _keys: dict[str, bytes] = field(default_factory=dict, repr=False)
    _read: int = -1

    def keys(self) -> Mapping[str, bytes]:
        """Return the keys by kid, oldest first; NoSealingKeyError when there is none."""
        changed = self.directory.stat().st_mtime_ns if self.directory.is_dir() else 0
        if changed != self._read:
            self._keys = {path.stem: _load(path) for path in sorted(self.directory.glob("*.key"))}
            self._read = changed
        if not self._keys:
            message = f"{self.directory} holds no sealing key: run `wuxing keys seal`"
            raise NoSealingKeyError(message)
        return self._keys


def write_new_key(directory: Path, now: datetime) -> Path:
    """Write a new key, readable by its owner alone; its kid is the time in UTC."""
    directory.mkdir(parents=True, exist_ok=True)
    unfinished = directory / f"{now:%Y%m%dT%H%M%S%f}.unfinished"
    unfinished.touch(mode=0o600, exist_ok=False)
    unfinished.write_bytes(secrets.token_bytes(KEY_BYTES))
    # A running service that looks into the folder never sees half a key.
    return unfinished.rename(unfinished.with_suffix(".key"))


def _load(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES or len(path.stem) > LONGEST_KID:
        raise NoSealingKeyError(f"{path} is no sealing key: {KEY_BYTES} bytes are expected")
    return key
