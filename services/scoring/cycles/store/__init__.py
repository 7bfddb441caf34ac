"""Reading and writing cycles, participants, inspections, pauses and working days."""

from services.scoring.cycles.store.calendar import calendar, replace_calendar
from services.scoring.cycles.store.cycles import (
    add,
    applying_until_before,
    belongs,
    count,
    find,
    find_visible,
    is_running,
    lock,
    page,
    pause_ended,
    plan,
    policy,
    save,
    share,
)
from services.scoring.cycles.store.demands import add_demand, demands_to_tell, set_told
from services.scoring.cycles.store.inspections import (
    add_inspection,
    add_pause,
    inspections,
    lock_inspection,
    running_pause,
    save_inspection,
    save_pause,
)
from services.scoring.cycles.store.known import known_facts
from services.scoring.cycles.store.participants import (
    add_participants,
    frozen_within,
    participant,
    participants,
    participants_count,
    participants_page,
    set_facts,
)
from services.scoring.cycles.store.reminders import add_reminders, cycles_in_states

__all__ = [
    "add",
    "add_demand",
    "add_inspection",
    "add_participants",
    "add_pause",
    "add_reminders",
    "applying_until_before",
    "belongs",
    "calendar",
    "count",
    "cycles_in_states",
    "demands_to_tell",
    "find",
    "find_visible",
    "frozen_within",
    "inspections",
    "is_running",
    "known_facts",
    "lock",
    "lock_inspection",
    "page",
    "participant",
    "participants",
    "participants_count",
    "participants_page",
    "pause_ended",
    "plan",
    "policy",
    "replace_calendar",
    "running_pause",
    "save",
    "save_inspection",
    "save_pause",
    "set_facts",
    "set_told",
    "share",
]
