"""The service's README names every table, event, job and setting there is, and no other."""

import re
from pathlib import Path

from services.notifications import worker
from services.notifications.settings import Settings
from services.notifications.tables import Table
from shared.contracts import notifications
from shared.contracts.events import Event

README = Path(__file__).parents[2] / "services" / "notifications" / "README.md"


def named(heading: str) -> set[str]:
    """What stands in backquotes in a section's tables."""
    section = README.read_text(encoding="utf-8").split(f"\n## {heading}")[1].split("\n## ")[0]
    return set(re.findall(r"`([^`]+)`", section))


def test_every_table_is_named() -> None:
    assert set(Table.metadata.tables) - named("Capabilities") == set()


def test_every_event_is_named() -> None:
    sent = {
        kind.type
        for kind in vars(notifications).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    }
    assert named("Events") == sent | set(worker.HANDLERS)


def test_every_job_is_named() -> None:
    jobs = {job.__name__ for job in worker.JOBS} | {
        "tell_waiting",
        "sweep_seconds",
        "rewrap_sealed",
    }
    assert named("Jobs") == jobs


def test_every_setting_is_named() -> None:
    values = {"production", "demo", "test", "wuxing", "false"}
    words = {word for word in named("Settings") if re.fullmatch("[a-z_]+", word)} - values
    assert words == set(Settings.model_fields)
