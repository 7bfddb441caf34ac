"""The zip archive around a workbook, with a limit on what it unpacks to.

What the archive declares is checked before anything is unpacked; what really comes out is
counted while it does, since a declaration may lie.
"""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from shared.sheets.problems import SheetTooLarge, damaged, encrypted, too_large
from shared.sheets.rows import Limits

_CHUNK = 65_536
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Archive:
    """A zip file whose declared sizes are within the limits."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        """Read the table of contents; SheetUnreadable or SheetTooLarge when it is not usable."""
        self._limits = limits
        self._packed = len(content)
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
            raise damaged() from error
        self._check(members)
        self.names = {member.filename.lstrip("/"): member for member in members}

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise encrypted()
        if any(member.compress_type not in _METHODS for member in members):
            raise damaged()
        if len(members) > self._limits.members:
            raise _bomb(self._limits.unpacked)
        self._weigh(sum(member.file_size for member in members))

    def _weigh(self, unpacked: int) -> None:
        limits = self._limits
        crammed = unpacked > limits.small and unpacked > limits.ratio * self._packed
        if unpacked > limits.unpacked or crammed:
            raise _bomb(limits.unpacked)

    def stream(self, name: str) -> Iterator[bytes]:
        """Unpack one member piece by piece; counts what really comes out of all of them."""
        try:
            with self._zip.open(self.names[name]) as member:
                while piece := member.read(_CHUNK):
                    self._unpacked += len(piece)
                    self._weigh(self._unpacked)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
            raise damaged() from error


def _bomb(limit: int) -> SheetTooLarge:
    return too_large(
        f"压缩包展开后过大（上限 {limit // 1_000_000} MB）或压缩比异常，没有展开",
        "The archive unpacks to too much, or is packed too tightly",
        limit,
    )
