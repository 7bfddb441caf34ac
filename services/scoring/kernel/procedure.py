"""Procedure parameters: who has how long, and what happens when someone does nothing.

The kernel does not act on them; cycles, reviews and results read them from the policy, so
that another county's regulation is another document and not another program.
"""

from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.vocabulary import (
    Clause,
    Count,
    Days,
    Frozen,
    Level,
    Percent,
    Rows,
    unsaid,
)

# What counts where a policy says nothing: the rules leave these three lengths open.
DETERMINATION_DAYS = 10
PUBLICATION_DAYS = 5
REMINDER_DAYS = 2
# A length that a policy may leave out; its canonical document then stays as it was.
_OptionalDays = Annotated[Days, Field(ge=1)] | None


class ApplicationStep(Frozen):
    """村级申报: length, how often it may be returned, and what a return adds at least."""

    working_days: Days
    return_limit: Count
    return_extension_working_days: Annotated[Days, Field(ge=2)]
    clause: Clause


class TownshipStep(Frozen):
    """乡镇推荐: decides up to one level, recommends above it."""

    working_days: Days
    decides_up_to_level: Level
    clause: Clause


class DepartmentStep(Frozen):
    """部门评审: lead departments review everything from this level on."""

    working_days: Days
    reviews_from_level: Level
    clause: Clause


class LateExtension(Frozen):
    """One extension for a late township or department; then the county group scores instead."""

    working_days: Days
    limit: Count
    clause: Clause


class SpotCheck(Frozen):
    """抽查 of what the township decided: a stratified share; the real share is shown."""

    share_percent: Percent
    strata: Rows[Literal["township", "level", "lowered"]]
    rounding: Literal["ceiling", "half_up", "floor"]
    includes_lowered: bool
    working_days: Days
    clause: Clause


class ClearanceStep(Frozen):
    """联审: each source office answers for each branch; silence blocks the determination."""

    working_days: Days
    silence: Literal["blocks"]
    clause: Clause


class DeterminationStep(Frozen):
    """县委确定: settles the list from a level on; a struck listing falls to `struck_level`.

    `working_days` is the committee's time after the clearances; silence never determines.
    """

    listing_from_level: Level
    struck_level: Level
    may_raise_scores: Literal[False]
    working_days: _OptionalDays = Field(default=None, exclude_if=unsaid)
    clause: Clause


class AnnouncementStep(Frozen):
    """公示: at least so many working days; whether the day of publication counts.

    `publish_within` working days after the determination the drafted notice must be out.
    """

    working_days: Annotated[Days, Field(ge=1)]
    first_day_counts: bool
    from_level: Level
    publish_within: _OptionalDays = Field(default=None, exclude_if=unsaid)
    clause: Clause


class Reconsideration(Frozen):
    """复核: how long after a stage's outcome a village may ask, and how often per stage."""

    working_days: Days
    per_stage: Count
    clause: Clause


class Hearing(Frozen):
    """动态管理: how long a branch may be heard before an award is changed."""

    working_days: Days
    clause: Clause


class Pause(Frozen):
    """纪委监委 may pause a step for at most so many working days."""

    max_working_days: Days
    clause: Clause


class Reminder(Frozen):
    """催办: whoever still owes something is told so many working days before its last day."""

    working_days: Annotated[Days, Field(ge=1)]
    clause: Clause


class ObjectionScope(Frozen):
    """What an upheld objection takes: the star concerned, or the whole award."""

    default: Literal["star", "whole_award"]
    fraud: Literal["star", "whole_award"]
    clause: Clause


class Procedure(Frozen):
    """All steps of one cycle with their parameters."""

    application: ApplicationStep
    township: TownshipStep
    department: DepartmentStep
    late: LateExtension
    spot_check: SpotCheck
    clearance: ClearanceStep
    determination: DeterminationStep
    announcement: AnnouncementStep
    reconsideration: Reconsideration
    hearing: Hearing
    pause: Pause
    objection: ObjectionScope
    reminder: Reminder | None = Field(default=None, exclude_if=unsaid)

    @property
    def determination_days(self) -> int:
        """Working days the committee has after the clearances."""
        return self.determination.working_days or DETERMINATION_DAYS

    @property
    def publication_days(self) -> int:
        """Working days from the determination to the publication of its notice."""
        return self.announcement.publish_within or PUBLICATION_DAYS

    @property
    def reminder_days(self) -> int:
        """How many working days before a last day whoever owes something is told."""
        return REMINDER_DAYS if self.reminder is None else self.reminder.working_days
