"""Public facts become events, queued for every subscription that listens."""

from uuid import UUID

from services.notifications.announcements import store as announcements
from services.notifications.messages.store import fan_outs
from services.notifications.webhooks.domain import facts
from services.notifications.webhooks.domain.facts import Facts
from services.notifications.webhooks.store import deliveries, subscriptions
from services.notifications.webhooks.usecases import DELIVER
from shared.context import Work
from shared.contracts.events import Envelope
from shared.contracts.notifications import AnnouncementClosed, AnnouncementPublished
from shared.contracts.scoring import AwardEntry, ResultsCorrected, ResultsEffective


async def on_announcement_published(work: Work, envelope: Envelope) -> None:
    """A notice is out: say what it lists."""
    event = AnnouncementPublished.model_validate(envelope.data)
    announcement = await announcements.find(work.session, event.announcement_id)
    entries = await announcements.entries(work.session, event.announcement_id)
    await _queue(work, envelope, facts.published(announcement, entries))


async def on_announcement_closed(work: Work, envelope: Envelope) -> None:
    """A period ended."""
    event = AnnouncementClosed.model_validate(envelope.data)
    announcement = await announcements.find(work.session, event.announcement_id)
    await _queue(work, envelope, facts.closed(announcement, event))


async def on_results_effective(work: Work, envelope: Envelope) -> None:
    """Results took effect; those without a star are nobody's business."""
    event = ResultsEffective.model_validate(envelope.data)
    content = facts.effective(event, await _names(work, event.entries))
    if content["results"]:
        await _queue(work, envelope, content)


async def on_results_corrected(work: Work, envelope: Envelope) -> None:
    """An announced result was corrected."""
    event = ResultsCorrected.model_validate(envelope.data)
    await _queue(work, envelope, facts.corrected(event, await _names(work, [event.entry])))


async def _names(work: Work, entries: list[AwardEntry]) -> dict[UUID, str]:
    ids = {each.organization_id for each in entries} | {each.township_id for each in entries}
    return await fan_outs.names(work.session, sorted(ids))


async def _queue(work: Work, envelope: Envelope, content: Facts) -> None:
    county_id = envelope.county_id
    assert county_id is not None  # noqa: S101 -- announcements and results belong to a county
    event = facts.event(envelope.id, county_id, envelope.type, envelope.occurred_at, content)
    await deliveries.add_event(work.session, event)
    listening = await subscriptions.listening(work.session, county_id, envelope.type)
    if await deliveries.queue(work.session, event.id, listening, work.moment.real):
        work.wake(DELIVER)
