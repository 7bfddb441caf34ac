"""Argon2id in threads of its own: a hash takes tens of milliseconds of a whole core."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher


class Passwords:
    """Hashes and checks passwords; memory in KiB and passes as OWASP counts them."""

    def __init__(self, memory_kib: int, passes: int) -> None:
        hasher = Argon2Hasher(memory_cost=memory_kib, time_cost=passes, parallelism=1)
        self._hash = PasswordHash((hasher,))
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, "argon2")
        # Compared with when the user name is unknown, so that the answer takes as long.
        self._decoy = self._hash.hash("no account has this password")

    async def hash(self, passwords: Sequence[str]) -> list[str]:
        """Return one hash for each password, computed in parallel."""
        loop = asyncio.get_running_loop()
        jobs = (loop.run_in_executor(self._threads, self._hash.hash, each) for each in passwords)
        return list(await asyncio.gather(*jobs))

    async def fits(self, password: str, stored: str | None) -> bool:
        """Whether the password belongs to the stored hash; False, as slowly, without a hash."""
        loop = asyncio.get_running_loop()
        against = stored or self._decoy
        found = await loop.run_in_executor(self._threads, self._hash.verify, password, against)
        return found and bool(stored)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False)
