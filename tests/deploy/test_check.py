"""`make test` says in one line what ran, what failed and what could not run."""

from collections import Counter
from pathlib import Path

from deploy.local.check import closing_line, counted, steps

REPORT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no"/></testcase>
<testcase name="d"><skipped message="no browser"/></testcase>
<testcase name="e"><skipped message="no browser"/></testcase>
</testsuite></testsuites>"""


def test_tests_are_counted_by_how_they_ended(tmp_path: Path) -> None:
    report = tmp_path / "tests.xml"
    report.write_text(REPORT)
    assert counted(report) == (2, Counter({"no browser": 2}))


def test_without_a_report_nothing_passed(tmp_path: Path) -> None:
    assert counted(tmp_path / "none.xml") == (0, Counter())


def test_the_closing_line_is_one_line() -> None:
    good = closing_line([], 7, Counter(), 12.3)
    assert "\n" not in good
    assert "all passed" in good
    assert "7 tests" in good
    assert "nothing was left out" in good


def test_what_could_not_run_and_what_failed_are_named() -> None:
    line = closing_line(["types"], 7, Counter({"no browser": 2}), 1)
    assert "FAILED: types" in line
    assert "could not run: 2 × no browser" in line


def test_every_check_is_run() -> None:
    programs = [step.command[0] for step in steps([])]
    assert programs == ["ruff", "ruff", "mypy", "lint-imports", "pytest"]
