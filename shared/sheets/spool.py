"""Where a table that is written lies until it is sent."""

from tempfile import SpooledTemporaryFile
from typing import IO

# A table of more bytes than this goes to the disk.
IN_MEMORY = 2_000_000


def spool() -> IO[bytes]:
    """Return an empty file; whoever sends it closes it, and nothing of it stays."""
    return SpooledTemporaryFile(IN_MEMORY)
