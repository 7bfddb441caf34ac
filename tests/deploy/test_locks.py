"""The locks: hashed, naming no index and no machine, agreeing with one another."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")


def pinned(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_hashed(lock: str) -> None:
    for entry in re.split(r"\n(?=\w)", (ROOT / lock).read_text()):
        if not entry.startswith("#"):
            assert "--hash=sha256:" in entry, entry[:80]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_index_and_no_machine_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|(^|\s)/\w", text)


def test_the_image_runs_what_was_tested() -> None:
    tested = pinned("requirements-dev.lock")
    assert all(tested[name] == versions for name, versions in pinned("requirements.lock").items())


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = [re.split(r"[\[<>=~ ]", entry)[0] for entry in project["project"]["dependencies"]]
    locked = pinned("requirements.lock")
    assert [name for name in names if name.replace(".", "-").lower() not in locked] == []
