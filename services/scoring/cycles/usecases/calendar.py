"""Working days as notifications publishes them."""

from services.scoring.cycles import store
from shared.context import Work
from shared.contracts.events import Envelope
from shared.contracts.notifications import CalendarChanged


async def on_calendar_changed(work: Work, envelope: Envelope) -> None:
    """Keep the changed days, so that deadlines are counted by the same calendar."""
    event = CalendarChanged.model_validate(envelope.data)
    await store.replace_calendar(work.session, event.days, event.complete_years)
