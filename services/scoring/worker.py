"""The worker of scoring: its event handlers, jobs and cron."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.scoring import factory
from services.scoring.applications.jobs import remind_villages
from services.scoring.cycles.jobs import tell_demands
from services.scoring.cycles.usecases import on_calendar_changed
from services.scoring.evidence.jobs import sweep_orphans
from services.scoring.incentives.jobs import recheck_money
from services.scoring.incentives.usecases.settlements import (
    on_results_corrected,
    on_results_effective,
)
from services.scoring.results.jobs import remind_deciders, replay_results
from services.scoring.results.usecases.announcements import (
    on_announcement_closed,
    on_announcement_published,
    on_objection_dismissed,
    on_objection_upheld,
)
from services.scoring.reviews.jobs import remind_reviewers
from services.scoring.settings import Settings
from shared import following, worker
from shared.context import Context
from shared.contracts.notifications import (
    AnnouncementClosed,
    AnnouncementPublished,
    CalendarChanged,
    ObjectionDismissed,
    ObjectionUpheld,
)
from shared.contracts.scoring import ResultsCorrected, ResultsEffective
from shared.following import follow_directory
from shared.outbox import Handler

HANDLERS: dict[str, Handler] = {
    **following.HANDLERS,
    CalendarChanged.type: on_calendar_changed,
    AnnouncementPublished.type: on_announcement_published,
    AnnouncementClosed.type: on_announcement_closed,
    ObjectionUpheld.type: on_objection_upheld,
    ObjectionDismissed.type: on_objection_dismissed,
    ResultsEffective.type: on_results_effective,
    ResultsCorrected.type: on_results_corrected,
}
JOBS: tuple[worker.Job, ...] = (follow_directory, tell_demands, *factory.SWEEPS)
# Looked at every minute: who still owes something shortly before its last day.
REMINDERS: tuple[worker.Job, ...] = (remind_villages, remind_reviewers, remind_deciders)
NIGHTLY = (
    worker.daily(2, 0, replay_results),
    worker.daily(2, 30, recheck_money),
    worker.daily(3, 10, sweep_orphans),
)


def worker_settings(settings: Settings) -> dict[str, Any]:
    """Return the attributes arq reads from a WorkerSettings class."""
    close: list[Callable[[], Awaitable[None]]] = []

    async def startup() -> Context:
        parts = await factory.build(settings)
        close.append(parts.close)
        return parts.context

    async def shutdown(_: Context) -> None:
        for each in close:
            await each()

    sweeps = [worker.every(settings.sweep_seconds, job) for job in factory.SWEEPS]
    reminders = [worker.every(60, job) for job in REMINDERS]
    news = [worker.every(10, follow_directory), worker.every(30, tell_demands)]
    crons = [*news, *sweeps, *reminders, *NIGHTLY]
    return worker.settings(
        factory.SERVICE, settings.redis_url, startup, shutdown, HANDLERS, JOBS, crons
    )


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- what arq reads
    """Give `WorkerSettings` when asked for, so that importing this module needs no settings."""
    if name == "WorkerSettings":
        return worker_settings(Settings())
    raise AttributeError(name)
