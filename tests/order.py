"""In which order the processes of one run take the test files.

Files that start whole stacks come early, so that none is still running when everything else has
ended, and apart from one another, so that what one waits for leaves its core to ordinary files.
"""

from collections.abc import Sequence
from itertools import groupby, zip_longest
from pathlib import Path

import pytest

# Folders whose files start services, servers or browsers of their own.
STACKS = ("e2e", "deploy")


def spread(items: Sequence[pytest.Item], tests: Path) -> list[pytest.Item]:
    """Return the tests file by file; those of stacks stand evenly in the first two thirds."""
    files = [list(each) for _, each in groupby(items, key=lambda item: item.path)]
    stacks = [file for file in files if _starts_a_stack(file[0].path, tests)]
    others = [file for file in files if not _starts_a_stack(file[0].path, tests)]
    # The fewest tests first among stacks, where one test can be a whole year; else the most.
    stacks.sort(key=len)
    others.sort(key=len, reverse=True)
    apart = max(1, len(others) * 2 // 3 // max(1, len(stacks)))
    runs = [others[start : start + apart] for start in range(0, len(others), apart)]
    ordered: list[pytest.Item] = []
    for stack, run in zip_longest(stacks, runs, fillvalue=()):
        ordered += stack
        for file in run:
            ordered += file
    return ordered


def _starts_a_stack(path: Path, tests: Path) -> bool:
    return path.is_relative_to(tests) and path.relative_to(tests).parts[0] in STACKS
