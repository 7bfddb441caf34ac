"""Which villages still owe their application, and until when."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from services.scoring.applications.domain.application import Application, ApplicationState
from services.scoring.applications.domain.deadline import last_day
from services.scoring.cycles.domain import Cycle, CycleState, Debt, Duty, Participant
from shared.caller import Role
from shared.workdays import Calendar

_UNSUBMITTED = frozenset({ApplicationState.DRAFT, ApplicationState.WITHDRAWN})


def owed(
    cycle: Cycle,
    branches: Iterable[Participant],
    known: Mapping[UUID, Application],
    today: date,
    calendar: Calendar,
) -> list[Debt]:
    """Return the assessed branches that submitted nothing or whose return is not answered.

    What came back today is not owed yet: the return itself has just said until when. After
    applying only returns are still owed.
    """
    found = []
    for branch in branches:
        own = known.get(branch.organization_id)
        if own is not None and own.state is ApplicationState.RETURNED:
            if own.returned_on != today:
                found.append(_debt(branch, last_day(own, cycle, calendar)))
        elif cycle.state is CycleState.APPLYING and branch.assessed and _silent(own):
            found.append(_debt(branch, cycle.apply_until))
    return found


def _silent(own: Application | None) -> bool:
    return own is None or own.state in _UNSUBMITTED


def _debt(branch: Participant, due_on: date) -> Debt:
    own = branch.organization_id
    return Debt(Duty.APPLY, str(own), due_on, Role.VILLAGE, own)
