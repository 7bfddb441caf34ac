"""The commands the documents name exist, and their scripts can be read."""

import re
import subprocess
from pathlib import Path

import pytest

from services.__main__ import Target

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), ROOT / "deploy" / "README.md"]


def make(*arguments: str) -> str:
    ended = subprocess.run(
        ["make", *arguments], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return ended.stdout


def targets() -> set[str]:
    return set(re.findall(r"^  make (\w+) ", make("help"), re.MULTILINE))


def test_help_lists_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    assert targets() == set(phony[1].split())


@pytest.mark.parametrize("target", ["demo", "up", "test", "bench", "openapi"])
def test_what_a_target_runs_exists(target: str) -> None:
    module = re.search(r"python -m ((?!pip|venv)[\w.]+)", make("--dry-run", target))
    assert module is not None
    path = ROOT.joinpath(*module[1].split("."))
    assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_commands_that_exist(document: Path) -> None:
    text = document.read_text()
    assert set(re.findall(r"`make (\w+)", text)) <= targets()
    processes = set(re.findall(r"--target ([\w-]+)`", text)) - {"T"}
    assert processes <= {each.value for each in Target}


def test_the_ci_script_can_be_read() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["/bin/bash", "-n", script], check=True)
