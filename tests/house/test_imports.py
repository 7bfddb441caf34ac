"""Each import contract breaks when its rule is broken, and only then."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = {
    "services/__main__.py": "",
    "services/registry/main.py": "from services.registry import factory",
    "services/registry/factory.py": "from services.registry import settings",
    "services/registry/settings.py": "",
    "services/registry/tables.py": "import sqlalchemy",
    "services/registry/divisions/domain.py": "",
    "services/registry/people/domain.py": "import services.registry.divisions.domain",
    "services/registry/people/tables.py": "from services.registry import tables",
    "services/registry/people/store.py": "from services.registry.people import tables, domain",
    "services/registry/people/schemas.py": "from services.registry.people import domain",
    "services/registry/people/usecases.py": (
        "from services.registry.people import store\nfrom services.registry.divisions import domain"
    ),
    "services/registry/people/api.py": "from services.registry.people import usecases, schemas",
    "services/registry/facts/usecases.py": "from services.registry.people import domain",
    "services/scoring/kernel/plan.py": "",
    "services/scoring/cycles/domain.py": "from services.scoring.kernel import plan",
    "services/notifications/calendar/domain.py": "",
    "shared/contracts/registry.py": "",
    "shared/db.py": "import sqlalchemy",
}


def lint(directory: Path, changes: Mapping[str, str]) -> dict[str, str]:
    """Return each contract's verdict for the house above with some files changed."""
    for name, text in (HOUSE | dict(changes)).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
        for folder in path.relative_to(directory).parents[:-1]:
            (directory / folder / "__init__.py").touch()
    (directory / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    said = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        check=False,
        capture_output=True,
        text=True,
        cwd=directory,
        env={"COLUMNS": "300", "PATH": "", "PYTHONPATH": str(directory)},
    )
    found = re.findall(r"^(.+?) ?(KEPT|BROKEN)$", said.stdout, re.MULTILINE)
    assert found, said.stdout + said.stderr
    return dict(found)


def test_a_house_in_order_keeps_every_contract(tmp_path: Path) -> None:
    assert set(lint(tmp_path, {}).values()) == {"KEPT"}


VIOLATIONS = [
    ("Services never", "services/scoring/cycles/store.py", "import services.registry.settings"),
    ("Shared code", "shared/db.py", "import services.registry.settings"),
    (
        "registry: capabilities",
        "services/registry/people/store.py",
        "import services.registry.facts",
    ),
    (
        "registry: capabilities",
        "services/registry/people/jobs.py",
        "import services.registry.settings",
    ),
    (
        "registry: capabilities",
        "services/registry/people/jobs.py",
        "import services.registry.factory",
    ),
    ("registry: capabilities", "services/registry/helpers.py", ""),
    ("Inside a capability", "services/registry/people/domain.py", "from . import store"),
    ("Inside a capability", "services/registry/people/schemas.py", "from . import usecases"),
    ("Handlers and jobs", "services/registry/people/api.py", "from . import store"),
    ("Handlers and jobs", "services/registry/people/schemas.py", "from . import tables"),
    (
        "No use case",
        "services/registry/facts/usecases.py",
        "import services.registry.people.usecases",
    ),
    ("Domains and kernel", "services/registry/people/domain.py", "import sqlalchemy"),
    ("Domains and kernel", "services/registry/people/domain.py", "import shared.db"),
    ("Domains and kernel", "services/scoring/kernel/plan.py", "import httpx"),
    ("Contracts travel", "shared/contracts/registry.py", "import fastapi"),
]


@pytest.mark.parametrize(("contract", "file", "text"), VIOLATIONS)
def test_breaking_a_rule_breaks_its_contract(
    tmp_path: Path, contract: str, file: str, text: str
) -> None:
    verdicts = lint(tmp_path, {file: text})
    broken = [name for name, verdict in verdicts.items() if verdict == "BROKEN"]
    assert any(name.startswith(contract) for name in broken), verdicts
