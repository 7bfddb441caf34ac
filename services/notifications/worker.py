"""The worker of notifications: its event handlers, jobs and cron."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.notifications import factory
from services.notifications.announcements import usecases as announcements
from services.notifications.announcements.jobs import follow_calendar
from services.notifications.channels.jobs import deliver_messages
from services.notifications.messages import usecases as messages
from services.notifications.messages.jobs import tell, tell_waiting
from services.notifications.objections.jobs import remind_inspectors, sweep_announcements
from services.notifications.settings import Settings
from services.notifications.webhooks.jobs import deliver_webhooks
from services.notifications.webhooks.usecases import events as webhooks
from shared import following, worker
from shared.context import Context, Work
from shared.contracts.events import Envelope
from shared.contracts.notifications import AnnouncementClosed, AnnouncementPublished, FindingDue
from shared.contracts.registry import (
    EndingsNear,
    GrantApproved,
    PersonErased,
    PostsVacant,
    SessionAlarm,
)
from shared.contracts.scoring import (
    ApplicationReturned,
    CycleOpened,
    DeadlineNear,
    RefillProposed,
    ResultsCorrected,
    ResultsDetermined,
    ResultsEffective,
    StageCompleted,
    StepOverdue,
)
from shared.following import follow_directory
from shared.outbox import Handler
from shared.sealing.rewrapping import rewrap_sealed


def in_turn(*handlers: Handler) -> Handler:
    """Return one handler that lets several capabilities hear the same event."""

    async def handle(work: Work, envelope: Envelope) -> None:
        for handler in handlers:
            await handler(work, envelope)

    return handle


HANDLERS: dict[str, Handler] = {
    **following.HANDLERS,
    GrantApproved.type: messages.on_grant_approved,
    EndingsNear.type: messages.on_endings_near,
    PostsVacant.type: messages.on_posts_vacant,
    SessionAlarm.type: messages.on_session_alarm,
    PersonErased.type: messages.on_person_erased,
    CycleOpened.type: messages.on_cycle_opened,
    ApplicationReturned.type: messages.on_application_returned,
    StageCompleted.type: messages.on_stage_completed,
    DeadlineNear.type: messages.on_deadline_near,
    StepOverdue.type: messages.on_step_overdue,
    RefillProposed.type: messages.on_refill_proposed,
    AnnouncementPublished.type: in_turn(
        messages.on_announcement_published, webhooks.on_announcement_published
    ),
    FindingDue.type: messages.on_finding_due,
    AnnouncementClosed.type: webhooks.on_announcement_closed,
    ResultsEffective.type: in_turn(messages.on_results_effective, webhooks.on_results_effective),
    ResultsDetermined.type: announcements.on_results_determined,
    ResultsCorrected.type: in_turn(
        announcements.on_results_corrected,
        messages.on_results_corrected,
        webhooks.on_results_corrected,
    ),
}
JOBS: tuple[worker.Job, ...] = (
    follow_directory,
    follow_calendar,
    sweep_announcements,
    remind_inspectors,
    tell,
    deliver_messages,
    deliver_webhooks,
)
CRONS = [
    worker.every(10, follow_directory),
    worker.every(30, follow_calendar),
    worker.every(60, remind_inspectors),
    worker.daily(4, 20, rewrap_sealed),
]
SWEEPS = (sweep_announcements, tell_waiting, deliver_messages, deliver_webhooks)


def worker_settings(settings: Settings) -> dict[str, Any]:
    """Return the attributes arq reads from a WorkerSettings class."""
    close: list[Callable[[], Awaitable[None]]] = []

    crons = [*CRONS, *(worker.every(settings.sweep_seconds, job) for job in SWEEPS)]

    async def startup() -> Context:
        parts = await factory.build(settings)
        close.append(parts.close)
        return parts.context

    async def shutdown(_: Context) -> None:
        for each in close:
            await each()

    return worker.settings(
        factory.SERVICE, settings.redis_url, startup, shutdown, HANDLERS, JOBS, crons
    )


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- what arq reads
    """Give `WorkerSettings` when asked for, so that importing this module needs no settings."""
    if name == "WorkerSettings":
        return worker_settings(Settings())
    raise AttributeError(name)
