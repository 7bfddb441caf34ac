"""When a value is still current: fill once, as often as the catalogue says and no oftener."""

from datetime import date

from services.registry.facts.domain.catalogue import Frequency

_MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}


def current_since(every: Frequency, day: date) -> date:
    """Return the first day from which a value must be valid to be current on `day`.

    A value is current while it comes from the running period or the one before: a number of
    2025 serves all of 2026, until that of 2026 is there. What is due on change never ages.
    """
    if every is Frequency.CHANGE:
        return date.min
    months = _MONTHS[every]
    running = (day.year * 12 + day.month - 1) // months * months
    before = max(running - months, 12)
    return date(before // 12, before % 12 + 1, 1)


def is_current(every: Frequency, valid_from: date, day: date) -> bool:
    """Whether a value valid since then need not be asked for again on `day`."""
    return current_since(every, day) <= valid_from <= day
