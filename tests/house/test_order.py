"""No file that starts a stack is left to the end, and none is lost on the way."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from tests.order import spread

TESTS = Path("/checkout/tests")


@dataclass(frozen=True)
class Item:
    path: Path
    number: int


def items(**counts: int) -> list[pytest.Item]:
    """So many tests in the file of each name, `folder__file`."""
    made = [
        Item(TESTS / f"{name.replace('__', '/')}.py", number)
        for name, count in counts.items()
        for number in range(count)
    ]
    return cast("list[pytest.Item]", made)


def names(ordered: list[pytest.Item]) -> list[str]:
    return list(dict.fromkeys(item.path.stem for item in ordered))


def test_stacks_stand_early_and_apart() -> None:
    given = items(
        deploy__d=2, e2e__year=1, **{f"registry__r{number}": number for number in range(1, 7)}
    )
    assert names(spread(given, TESTS)) == ["year", "r6", "r5", "d", "r4", "r3", "r2", "r1"]


def test_files_stay_whole_and_nothing_is_lost() -> None:
    given = items(e2e__a=3, e2e__b=1, shared__c=4)
    ordered = spread(given, TESTS)
    assert sorted(ordered, key=given.index) == given
    assert [item.path.stem for item in ordered] == [*"b", *"cccc", *"aaa"]


@pytest.mark.parametrize("given", [items(e2e__a=2, e2e__b=1), items(shared__c=2), []])
def test_folders_alone_are_taken_whole(given: list[pytest.Item]) -> None:
    assert sorted(spread(given, TESTS), key=given.index) == given
