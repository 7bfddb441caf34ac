"""影响期: how long a penalty counts, by the day of its decision and the rules in force then."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from services.scoring.kernel.rules.base import RuleFault
from services.scoring.kernel.vocabulary import Clause, Day, Frozen

MONTHS_PER_YEAR = 12


class InfluencePeriod(Frozen):
    """For decisions from this day on: so many months, by this clause."""

    decided_from: Day
    months: Annotated[int, Field(ge=1, le=600)]
    clause: Clause


def period_of(periods: tuple[InfluencePeriod, ...], decided_on: date) -> InfluencePeriod | None:
    """Return the period whose rules were in force on the day of the decision; None before all."""
    own = [one for one in periods if one.decided_from <= decided_on]
    return own[-1] if own else None


def last_day(period: InfluencePeriod, decided_on: date) -> date:
    """Return the last day on which a decision counts: the day before the months are full.

    A month without that day ends with its last one: 31 August plus six months is 28 February.
    """
    months = decided_on.year * MONTHS_PER_YEAR + decided_on.month - 1 + period.months
    year, month = divmod(months, MONTHS_PER_YEAR)
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(decided_on.day, length)) - timedelta(days=1)


def in_force(periods: tuple[InfluencePeriod, ...], decided_on: date, today: date) -> bool:
    """Whether a decision counts on `today`; without periods every decision made by then does."""
    if decided_on > today:
        return False
    period = period_of(periods, decided_on)
    return not periods or (period is not None and today <= last_day(period, decided_on))


def faults(periods: tuple[InfluencePeriod, ...], name: str) -> Iterator[RuleFault]:
    """Yield periods that do not follow one another."""
    for earlier, later in pairwise(periods):
        if later.decided_from <= earlier.decided_from:
            yield RuleFault(
                "periods_order", f"“{name}”的影响期应按起算日期先后排列（{later.decided_from}）"
            )
