"""Procedure parameters: who has how long, and what happens when someone does nothing.

The kernel does not act on them; cycles, reviews and results read them from the policy, so
that another county's regulation is another document and not another program.
"""

from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.vocabulary import Clause, Count, Days, Frozen, Level, Percent, Rows


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
    """县委确定: settles the list from a level on; a struck listing falls to `struck_level`."""

    listing_from_level: Level
    struck_level: Level
    may_raise_scores: Literal[False]
    clause: Clause


class AnnouncementStep(Frozen):
    """公示: at least so many working days; whether the day of publication counts."""

    working_days: Annotated[Days, Field(ge=1)]
    first_day_counts: bool
    from_level: Level
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
