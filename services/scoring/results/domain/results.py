"""A result's life: determined → announced → held → effective, fallen or void.

Clause: 五星创建 第二版 · 结果公示, 异议处理.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.scoring.results.domain.determinations import Actor
from shared.caller import SYSTEM, Role
from shared.errors import Conflict, NotFound, Text
from shared.transitions import Machine, Transition


class ResultState(StrEnum):
    """Where one branch's result stands."""

    DETERMINED = "determined"
    ANNOUNCED = "announced"
    HELD = "held"
    EFFECTIVE = "effective"
    FALLEN = "fallen"
    VOID = "void"
    SUCCEEDED = "succeeded"


_SYSTEM = frozenset({Role.SYSTEM})
_OPEN = frozenset({ResultState.DETERMINED, ResultState.ANNOUNCED, ResultState.HELD})
# Nothing more happens to a settled result by the announcement of its determination.
SETTLED = frozenset(
    {ResultState.EFFECTIVE, ResultState.FALLEN, ResultState.VOID, ResultState.SUCCEEDED}
)

RESULT = Machine(
    Text("结果", "result"),
    {
        ResultState.DETERMINED: "已确定",
        ResultState.ANNOUNCED: "公示中",
        ResultState.HELD: "有异议，暂缓生效",
        ResultState.EFFECTIVE: "已生效",
        ResultState.FALLEN: "异议成立，称号撤销",
        ResultState.VOID: "作废，待重新确定",
        ResultState.SUCCEEDED: "已由递补后的结果接替",
    },
    (
        Transition(
            "announce",
            _SYSTEM,
            frozenset({ResultState.DETERMINED}),
            ResultState.ANNOUNCED,
            guard="named on the published notice",
        ),
        Transition(
            "hold",
            _SYSTEM,
            frozenset({ResultState.DETERMINED, ResultState.ANNOUNCED}),
            ResultState.HELD,
            guard="an objection is open when the period ends",
            effect="waits for its finding alone",
        ),
        Transition(
            "release",
            _SYSTEM,
            frozenset({ResultState.HELD}),
            ResultState.DETERMINED,
            guard="no open case any more, but 未申报 is not confirmed by a person yet",
        ),
        Transition(
            "take_effect",
            _SYSTEM,
            _OPEN,
            ResultState.EFFECTIVE,
            guard="the period ended, no open case; a branch that never applied was confirmed",
            effect="linkages follow",
        ),
        Transition(
            "fall",
            _SYSTEM,
            _OPEN | {ResultState.EFFECTIVE},
            ResultState.FALLEN,
            guard="upheld objections took every star",
            effect="takes effect without a star; linkages follow",
        ),
        Transition(
            "void",
            _SYSTEM,
            _OPEN,
            ResultState.VOID,
            guard="an upheld objection against an omission or the procedure",
            effect="a supplementary determination settles the branch again",
        ),
        Transition(
            "give_way",
            _SYSTEM,
            frozenset({ResultState.EFFECTIVE}),
            ResultState.SUCCEEDED,
            guard="the result of a refill took effect",
            effect="its months of pay go on under the new one",
        ),
    ),
)


class ResultsNotReady(NotFound):
    """The cycle has no confirmed determination yet."""

    slug = "results-not-ready"
    title = Text("结果尚未确定", "No results yet")


class NotAwaitingConfirmation(Conflict):
    """The branch did apply, or it was confirmed before."""

    slug = "not-awaiting-confirmation"
    title = Text("不需要确认未申报", "Nothing to confirm")


@dataclass(frozen=True)
class MissReason:
    """One reason why a star is not held: clause, what it names, how many hundredths short."""

    code: str
    clause: str
    subject: str
    short: int
    reference: str | None


@dataclass(frozen=True)
class Miss:
    """A star that was applied for and missed."""

    star: str
    reasons: tuple[MissReason, ...]


@dataclass(frozen=True)
class Placing:
    """Where one branch stands in the lists; ranks count from 1, 0 is 未参评.

    `total` and `base` are hundredths summed over the stars applied for.
    """

    organization_id: UUID
    assessed: bool
    level: int
    stars: tuple[str, ...]
    total: int
    base: int
    county_rank: int
    township_rank: int


@dataclass(frozen=True)
class Verdict(Placing):
    """What the kernel says of one branch, and the canonical bytes that a replay must meet."""

    submitted: bool
    misses: tuple[Miss, ...]
    content: bytes
    hash: str


@dataclass(frozen=True)
class Result:
    """One branch's result under one determination, as its newest version has it.

    `corrected` counts the corrections of this version's snapshot that it includes. The result
    of a refill `succeeds` another, which stays in force until it takes effect itself, and goes
    on with the months that began when the branch was first `in_force_since`.
    """

    id: UUID
    determination_id: UUID
    cycle_id: UUID
    county_id: UUID
    township_id: UUID
    organization_id: UUID
    name: str
    township_name: str
    path: str
    state: ResultState
    version: int
    snapshot_id: UUID
    corrected: int
    assessed: bool
    submitted: bool
    level: int
    stars: tuple[str, ...]
    total: int
    base: int
    county_rank: int
    township_rank: int
    misses: tuple[Miss, ...]
    hash: str
    not_applied_confirmed_by: Actor | None
    not_applied_confirmed_at: datetime | None
    closed_on: date | None
    effective_on: date | None
    succeeds: UUID | None = None
    succeeded_on: date | None = None
    in_force_since: date | None = None

    @property
    def awaits_confirmation(self) -> bool:
        """Whether a person must still confirm that the branch never applied."""
        silent = self.assessed and not self.submitted
        return silent and self.not_applied_confirmed_by is None

    @property
    def listed(self) -> bool:
        """Whether a notice may name it: with one star or more, never without."""
        return self.assessed and bool(self.stars)


@dataclass(frozen=True)
class Tally:
    """How many branches: by level (无星 is 0), by star, by state; 未参评 counts apart."""

    snapshot_hash: str
    levels: Mapping[int, int]
    stars: Mapping[str, int]
    states: Mapping[str, int]
    not_applied: int
    not_assessed: int


def at_close(result: Result, closed_on: date, *, held: bool) -> Result:
    """Return a result as the period's end leaves it; what is settled or held stays so.

    A branch that never applied waits for a person to confirm that, and stays as it is.
    """
    if result.state in SETTLED:
        return result
    closed = replace(result, closed_on=closed_on)
    if held:
        return closed if result.state is ResultState.HELD else moved(closed, "hold")
    return closed if result.awaits_confirmation else settled(closed, closed_on)


def at_release(result: Result, on: date) -> Result:
    """Return a held result whose last open case has ended; any other stays as it is."""
    if result.state is not ResultState.HELD:
        return result
    return moved(result, "release") if result.awaits_confirmation else settled(result, on)


def settled(result: Result, on: date) -> Result:
    """Return the result in effect from this day: what lost every star has fallen."""
    verb = "fall" if result.corrected and not result.stars else "take_effect"
    return replace(moved(result, verb), effective_on=on)


def succession(former: Result, successor: Result) -> tuple[Result, Result]:
    """Return both as they stand on the day on which the successor takes effect."""
    gone = replace(moved(former, "give_way"), succeeded_on=successor.effective_on)
    since = former.in_force_since or former.effective_on
    return gone, replace(successor, in_force_since=since)


def moved(result: Result, verb: str) -> Result:
    """Return the result after one transition that follows by itself."""
    return replace(result, state=RESULT.fire(verb, result.state, SYSTEM))


def confirmed_not_applied(result: Result, by: Actor, at: datetime, on: date) -> Result:
    """Return the result of a branch of which a person confirmed that it never applied.

    It takes effect at once when its period is over and no case is open.
    """
    if not result.awaits_confirmation:
        raise NotAwaitingConfirmation(
            f"“{result.name}”已经提交过申报、未参评，或者已经确认过，不需要再确认。",
            f"{result.name} applied, is not assessed, or was confirmed before.",
        )
    confirmed = replace(result, not_applied_confirmed_by=by, not_applied_confirmed_at=at)
    waits = confirmed.state in SETTLED | {ResultState.HELD} or confirmed.closed_on is None
    return confirmed if waits else settled(confirmed, on)


def with_verdict(result: Result, verdict: Verdict, snapshot_id: UUID, corrected: int) -> Result:
    """Return the next version of a result; one that was in effect falls with its last star."""
    after = replace(
        result,
        version=result.version + 1,
        snapshot_id=snapshot_id,
        corrected=corrected,
        **verdict_fields(verdict),
    )
    fell = result.state is ResultState.EFFECTIVE and not verdict.stars
    return moved(after, "fall") if fell else after


def is_open(result: Result) -> bool:
    """Whether the cycle must wait: for a finding, a period, or another determination.

    A branch that never applied does not keep the cycle open; its pay waits for a person.
    """
    if result.state is ResultState.VOID:
        return True
    return result.state not in SETTLED and not (result.awaits_confirmation and result.closed_on)


def verdict_fields(verdict: Verdict) -> dict[str, Any]:
    """Return what a result takes over from its verdict."""
    return {name: value for name, value in vars(verdict).items() if name != "content"}


def verdict_columns(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as the JSON-able columns in which results are searched and sorted."""
    return verdict_fields(verdict) | {
        "stars": list(verdict.stars),
        "missed": [miss.star for miss in verdict.misses],
        "misses": [
            {"star": miss.star, "reasons": [vars(each) for each in miss.reasons]}
            for miss in verdict.misses
        ],
    }
