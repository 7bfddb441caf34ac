"""What people, the clock and other services do with cycles."""

from services.scoring.cycles.usecases.calendar import on_calendar_changed
from services.scoring.cycles.usecases.cycles import (
    Wanted,
    cancel,
    count,
    create,
    find,
    open_cycle,
    page,
    participants,
    participants_count,
    revise,
)
from services.scoring.cycles.usecases.facts import refresh, tell_demands
from services.scoring.cycles.usecases.inspections import (
    close_inspection,
    end_pauses,
    inspect,
    inspections,
    pause,
    resume,
)

__all__ = [
    "Wanted",
    "cancel",
    "close_inspection",
    "count",
    "create",
    "end_pauses",
    "find",
    "inspect",
    "inspections",
    "on_calendar_changed",
    "open_cycle",
    "page",
    "participants",
    "participants_count",
    "pause",
    "refresh",
    "resume",
    "revise",
    "tell_demands",
]
