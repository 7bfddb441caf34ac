"""A folder that keeps bytes under their own hash, flushed to disk before they count."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from services.scoring.evidence.domain import FileDamaged

_HEX = 64


class FolderFiles:
    """A FileStore on a local or mounted folder; blocking calls run in threads.

    Writers share a lock that removal takes alone, so that bytes put again are never removed.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder if it is not there."""
        self._folder = folder
        (folder / "incoming").mkdir(parents=True, exist_ok=True)

    async def put(self, content: bytes) -> str:
        """See FileStore."""
        return await asyncio.to_thread(self._put, content)

    async def get(self, sha256: str) -> bytes:
        """See FileStore."""
        return await asyncio.to_thread(self._get, sha256)

    async def unused_since(self, moment: datetime) -> list[str]:
        """See FileStore."""
        return await asyncio.to_thread(self._unused_since, moment)

    async def remove(self, sha256: str, moment: datetime) -> bool:
        """See FileStore."""
        return await asyncio.to_thread(self._remove, sha256, moment)

    def _put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        target = self._path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._locked(fcntl.LOCK_SH):
            with NamedTemporaryFile(dir=self._folder / "incoming", delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(target)
            _flush_folder(target.parent)
        return digest

    def _get(self, digest: str) -> bytes:
        try:
            content = self._path(digest).read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(
                "这个附件暂时无法读取，请联系管理员从备份中恢复。",
                "The stored file is missing or damaged: restore it from the backup.",
                sha256=digest,
            )
        return content

    def _unused_since(self, moment: datetime) -> list[str]:
        edge = moment.timestamp()
        found = (path for path in self._folder.glob("??/*") if len(path.name) == _HEX)
        return [path.name for path in found if path.stat().st_mtime < edge]

    def _remove(self, digest: str, moment: datetime) -> bool:
        path = self._path(digest)
        with self._locked(fcntl.LOCK_EX):
            if not path.exists() or path.stat().st_mtime >= moment.timestamp():
                return False
            path.unlink()
        return True

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        with (self._folder / ".lock").open("a") as lock:
            fcntl.flock(lock, how)
            yield


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
