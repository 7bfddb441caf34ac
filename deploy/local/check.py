"""`make test`: every check of the project, and one closing line about all of them.

Every step runs even when one before it failed, so that one run shows everything.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
REPORT = ROOT / ".local" / "tests.xml"
MOST_PROCESSES = 4


@dataclass(frozen=True)
class Step:
    """One check: what it is called and the command that performs it."""

    name: str
    command: tuple[str, ...]

    def passes(self) -> bool:
        """Run the command with its output on the terminal."""
        sys.stdout.write(f"── {self.name}\n")
        sys.stdout.flush()
        program, *arguments = self.command
        ended = subprocess.run([BIN / program, *arguments], check=False, cwd=ROOT)
        return ended.returncode == 0


def steps(arguments: Sequence[str]) -> tuple[Step, ...]:
    """Return all checks in their order; `arguments` go to pytest."""
    processes = str(min(MOST_PROCESSES, os.cpu_count() or 1))
    return (
        Step("lint", ("ruff", "check", "--quiet")),
        Step("format", ("ruff", "format", "--check", "--quiet")),
        Step("types", ("mypy",)),
        Step("import contracts", ("lint-imports", "--no-logo")),
        Step(
            "tests",
            (
                "pytest",
                "-q",
                "-n",
                processes,
                "--dist=loadfile",
                # The tests know better which files are long; see tests/order.py.
                "--no-loadscope-reorder",
                f"--junitxml={REPORT}",
                *arguments,
            ),
        ),
    )


def counted(report: Path) -> tuple[int, Counter[str]]:
    """Return how many tests passed and, for each reason, how many were skipped."""
    if not report.exists():
        return 0, Counter()
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 -- pytest's own file
    reasons = (found for case in cases if (found := case.find("skipped")) is not None)
    skipped = Counter(found.get("message", "") for found in reasons)
    unhappy = sum(
        case.find("failure") is not None or case.find("error") is not None for case in cases
    )
    return len(cases) - skipped.total() - unhappy, skipped


def closing_line(failed: Sequence[str], passed: int, skipped: Counter[str], seconds: float) -> str:
    """Say in one line what passed, what failed and what could not run for want of what."""
    good = f"all passed: lint, format, types, import contracts and {passed} tests"
    verdict = f"FAILED: {', '.join(failed)}; {passed} tests passed" if failed else good
    missing = "; ".join(f"{count} × {reason}" for reason, count in sorted(skipped.items()))
    not_run = f"could not run: {missing}" if missing else "nothing was left out"
    return f"make test: {verdict} on real PostgreSQL and Redis in {seconds:.0f} s; {not_run}"


def main(arguments: Sequence[str]) -> int:
    """Run everything; 0 when all of it passed."""
    began = time.monotonic()
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.unlink(missing_ok=True)
    failed = [step.name for step in steps(arguments) if not step.passes()]
    line = closing_line(failed, *counted(REPORT), time.monotonic() - began)
    sys.stdout.write(f"{line}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
