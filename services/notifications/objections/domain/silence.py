"""When inspectors keep silent: no objection is decided by time, so they are told again and again.

A case that waits holds a branch and its pay, and nobody but two inspectors may lift that. Both
lengths are our choice: the rules leave them open. Clause: 五星创建 第二版 · 异议处理.
"""

from datetime import date
from enum import StrEnum

from services.notifications.objections.domain.objection import Objection, State
from shared.workdays import Calendar

# Working days without any act of an inspector until all of the county are told.
CHECKING_DAYS = 10
SIGNING_DAYS = 3


class Wait(StrEnum):
    """What a case waits for."""

    CHECK = "check"
    SIGN = "sign"


def wait_of(objection: Objection) -> Wait | None:
    """Return what inspectors owe a case; None while a branch may still answer, or at the end."""
    if objection.state is State.DRAFTED:
        return Wait.SIGN
    waits = objection.state in (State.RECEIVED, State.CHECKING)
    return Wait.CHECK if waits else None


def is_silent(objection: Objection, today: date, calendar: Calendar) -> bool:
    """Whether no inspector acted for so long, or since all were told last, that they are told."""
    wait = wait_of(objection)
    if wait is None:
        return False
    days = SIGNING_DAYS if wait is Wait.SIGN else CHECKING_DAYS
    return today > calendar.add(_since(objection), days)


def _since(objection: Objection) -> date:
    """Return the day of the last act or reminder; a case begins with its receipt."""
    return objection.acted_on or objection.received_on
