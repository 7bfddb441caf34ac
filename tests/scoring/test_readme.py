"""The service's README names what the code has."""

import re
from importlib import import_module
from pathlib import Path

from services.scoring import worker
from services.scoring.settings import Settings
from services.scoring.tables import Table
from shared.contracts import scoring as contracts
from shared.contracts.events import Event

HOME = Path(__file__).parents[2] / "services" / "scoring"
README = (HOME / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The part below one heading."""
    return README.split(f"## {title}\n")[1].split("\n## ")[0]


def named(text: str) -> set[str]:
    """Everything that stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def test_every_table_is_listed() -> None:
    for module in HOME.glob("*/tables*"):
        import_module(f"services.scoring.{module.parent.name}.tables")
    assert set(Table.metadata.tables) <= named(section("Capabilities, lowest first"))


def test_every_setting_is_listed_with_its_default() -> None:
    text = section("Settings")
    assert set(Settings.model_fields) <= named(text)
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", text, re.MULTILINE))
    for name, default in rows.items():
        assert str(Settings.model_fields[name].default).lower() == default.lower(), name


def test_every_event_is_listed() -> None:
    incoming, outgoing = section("Events").split("Out, all")
    assert set(worker.HANDLERS) == {name for name in named(incoming) if "." in name}
    sent = {
        kind.type
        for kind in vars(contracts).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    }
    assert sent == named(outgoing)


def test_every_job_is_listed() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", section("Jobs"), re.MULTILINE))
    jobs = {job.__name__ for job in (*worker.JOBS, *worker.REMINDERS)}
    nightly = {str(job.name).removeprefix("cron:") for job in worker.NIGHTLY}
    assert listed == jobs | nightly
