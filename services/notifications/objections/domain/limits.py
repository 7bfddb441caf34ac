"""A limit on public requests that remembers nobody: counts by a keyed hash, in memory only."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.errors import TooMany

WINDOW = timedelta(minutes=10)
_MOST_PLACES = 100_000


@dataclass
class Limiter:
    """Counts what each place does in a window; the key and the counts die with the window."""

    most: int
    _key: bytes = b""
    _until: datetime | None = None
    _counts: dict[bytes, int] = field(default_factory=dict)

    def take(self, place: str, now: datetime) -> None:
        """Count one request from a network address; TooMany beyond the limit."""
        if self._until is None or now >= self._until or len(self._counts) >= _MOST_PLACES:
            self._key, self._until, self._counts = secrets.token_bytes(32), now + WINDOW, {}
        mark = hmac.digest(self._key, place.encode(), "sha256")
        self._counts[mark] = self._counts.get(mark, 0) + 1
        if self._counts[mark] > self.most:
            raise TooMany(
                "操作过于频繁，请十分钟后再试；也可以按公告上的电话、地址反映。",
                "Too many requests: try again in ten minutes, or use telephone or letter.",
            )
