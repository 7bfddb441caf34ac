"""One township's or one department's part in a cycle: who is competent, and until when.

No dead ends. Whoever is late gets one extension with a reason; then the county group is
competent instead; where it too stays silent the part lapses and the last competent score
stands. 组织部 may take each step itself, the sweep takes it where nobody does.
Clause: 五星创建 第二版 · 延期与代评.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from services.scoring.cycles.domain import Pause, extended
from services.scoring.kernel.procedure import LateExtension
from shared.caller import Caller, Role
from shared.errors import Conflict, Forbidden, Invalid, Text
from shared.transitions import Machine, Transition
from shared.workdays import Calendar


class StageState(StrEnum):
    """Where a township's or department's part stands."""

    OPEN = "open"
    EXTENDED = "extended"
    SUBSTITUTED = "substituted"
    COMPLETED = "completed"
    LAPSED = "lapsed"


class StageKind(StrEnum):
    """Whose part it is: a township's recommendation or a department's review."""

    TOWNSHIP = "township"
    DEPARTMENT = "department"


class StageClosed(Conflict):
    """The part is completed or lapsed: its scores are fixed."""

    slug = "stage-closed"
    title = Text("该环节已经办结", "This stage is closed")


class NotCompetent(Forbidden):
    """Somebody else is competent for this part at present."""

    slug = "not-competent"
    title = Text("现在不由您办理", "Somebody else is competent now")


class StageOverdue(Conflict):
    """The time of the part has run out and it was not extended yet."""

    slug = "stage-overdue"
    title = Text("已过办理期限", "The time for this stage has run out")


class ExtensionLimitReached(Conflict):
    """The part had all the extensions that the policy allows."""

    slug = "extension-limit-reached"
    title = Text("延期次数已用完", "No further extension is possible")


class NotYetLate(Conflict):
    """The county group may step in only after the last day of the last extension."""

    slug = "not-yet-late"
    title = Text("尚不能代评", "The county group may not step in yet")


class MembersMissing(Invalid):
    """A sign-off names nobody, or one seat twice."""

    slug = "members-missing"
    title = Text("缺少评审组成员", "The members of the group are missing")


@dataclass(frozen=True)
class Member:
    """A seat in the group that signs: its title, and the person's id where one is known."""

    title: str
    person_id: UUID | None = None


@dataclass(frozen=True)
class Stage:
    """One party's part; `party` is the township's id or the department's code, as text.

    Without `due_on` it has until the cycle's own deadline; `due_on` is a later last day that
    was set on `set_on`. `receipt` is the hash of what `members` signed.
    """

    id: UUID
    cycle_id: UUID
    county_id: UUID
    kind: StageKind
    party: str
    state: StageState
    due_on: date | None = None
    set_on: date | None = None
    extensions: int = 0
    substituted: bool = False
    reason: str | None = None
    members: tuple[Member, ...] = ()
    closed_on: date | None = None
    receipt: str | None = None
    version: int = 1

    @property
    def closed(self) -> bool:
        """Whether its scores are fixed."""
        return self.state in (StageState.COMPLETED, StageState.LAPSED)

    @property
    def scored_by(self) -> Literal["township", "department", "county_group"]:
        """The body that is, or was at the end, competent for its scores."""
        return "county_group" if self.substituted else _BODIES[self.kind]


@dataclass(frozen=True)
class Timing:
    """What lateness is measured by; `deadline` is the cycle's own, put off by pauses already."""

    today: date
    deadline: date
    rule: LateExtension
    calendar: Calendar
    pauses: tuple[Pause, ...] = ()

    def last_day(self, stage: Stage) -> date:
        """Return the part's last day, inclusive, put off by the pauses since it was set."""
        if stage.due_on is None or stage.set_on is None:
            return self.deadline
        own = extended(stage.due_on, stage.set_on, self.pauses, self.calendar)
        return max(own, self.deadline)

    def late(self, stage: Stage) -> bool:
        """Whether the last day is over."""
        return self.last_day(stage) < self.today

    def extendable(self, stage: Stage) -> bool:
        """Whether the policy leaves the part an extension."""
        return self.rule.working_days > 0 and stage.extensions < self.rule.limit


_BODIES: dict[StageKind, Literal["township", "department"]] = {
    StageKind.TOWNSHIP: "township",
    StageKind.DEPARTMENT: "department",
}
STAGE_NAMES = {
    StageKind.TOWNSHIP: Text("乡镇推荐", "township recommendation"),
    StageKind.DEPARTMENT: Text("部门评审", "department review"),
}
STATE_NAMES = {
    StageState.OPEN: "办理中",
    StageState.EXTENDED: "延期办理中",
    StageState.SUBSTITUTED: "县级评审组代评中",
    StageState.COMPLETED: "已办结",
    StageState.LAPSED: "逾期终结",
}
_RUNNING = frozenset({StageState.OPEN, StageState.EXTENDED})
_SUBSTITUTED = frozenset({StageState.SUBSTITUTED})


def _machine(kind: StageKind) -> Machine[StageState]:
    body = frozenset({Role(_BODIES[kind])})
    county = frozenset({Role.ORGANIZATION_DEPARTMENT})
    either = county | {Role.SYSTEM}
    states = StageState
    return Machine(
        STAGE_NAMES[kind],
        STATE_NAMES,
        (
            Transition("complete", body, _RUNNING, states.COMPLETED, "everything is scored"),
            Transition("complete", county, _SUBSTITUTED, states.COMPLETED, "everything is scored"),
            Transition("extend", either, _RUNNING, states.EXTENDED, "within the limit", "new day"),
            Transition("substitute", either, _RUNNING, states.SUBSTITUTED, "late, not extendable"),
            Transition("lapse", either, _SUBSTITUTED, states.LAPSED, "a reason, or late again"),
        ),
    )


MACHINES = {kind: _machine(kind) for kind in StageKind}


def require_competent(stage: Stage, caller: Caller, timing: Timing) -> None:
    """Raise unless the caller's body may score here today; its scope is checked elsewhere."""
    if stage.closed:
        raise StageClosed(
            f"{STAGE_NAMES[stage.kind].zh}{STATE_NAMES[stage.state]}，得分不能再改；"
            "如有异议，请按复核程序提出。",
            "This stage is closed and its scores are fixed.",
            state=stage.state.value,
        )
    by_county_group = stage.state is StageState.SUBSTITUTED
    if not caller.has(Role.ORGANIZATION_DEPARTMENT if by_county_group else Role(stage.kind.value)):
        raise _not_competent(stage)
    if not by_county_group and timing.late(stage):
        due = timing.last_day(stage)
        raise StageOverdue(
            f"办理期限已于{due.isoformat()}届满，请向组织部说明原因、办理延期后再评分。",
            f"The time ran out on {due.isoformat()}: ask the organization department to extend it.",
            due_on=due,
        )


def _not_competent(stage: Stage) -> NotCompetent:
    if stage.state is StageState.SUBSTITUTED:
        return NotCompetent(
            "该环节逾期未办结，已由县级评审组代评，原单位不能再评分，请与组织部联系。",
            "The county group scores instead of the late body.",
        )
    return NotCompetent(
        f"{STAGE_NAMES[stage.kind].zh}现由原单位办理，延期后仍未办结的才由县级评审组代评。",
        "The body itself is competent until its extension has run out.",
    )


def complete(
    stage: Stage, caller: Caller, timing: Timing, members: tuple[Member, ...], receipt: str
) -> Stage:
    """Close the part with everything scored; MembersMissing when a seat is missing or doubled."""
    require_competent(stage, caller, timing)
    state = MACHINES[stage.kind].fire("complete", stage.state, caller)
    titles = [member.title for member in members]
    if not titles or len(set(titles)) < len(titles):
        raise MembersMissing(
            "签认须写明评审组成员，至少一人，职务不得重复，请补充后再签认。",
            "Name at least one member of the group, each seat once.",
        )
    return replace(
        stage, state=state, members=members, receipt=receipt, closed_on=timing.today, reason=None
    )


def extend(stage: Stage, caller: Caller, timing: Timing, reason: str) -> Stage:
    """Give another period from the later of today and the last day."""
    state = MACHINES[stage.kind].fire("extend", stage.state, caller)
    if not timing.extendable(stage):
        raise ExtensionLimitReached(
            f"每个环节最多延期{timing.rule.limit}次，次数已用完；逾期后由县级评审组代评。",
            f"At most {timing.rule.limit} extension(s); then the county group scores instead.",
            limit=timing.rule.limit,
        )
    start = max(timing.today, timing.last_day(stage))
    return replace(
        stage,
        state=state,
        due_on=timing.calendar.add(start, timing.rule.working_days),
        set_on=timing.today,
        extensions=stage.extensions + 1,
        reason=reason,
    )


def substitute(stage: Stage, caller: Caller, timing: Timing, reason: str) -> Stage:
    """Make the county group competent; it has as long as an extension lasts."""
    state = MACHINES[stage.kind].fire("substitute", stage.state, caller)
    if not timing.late(stage) or timing.extendable(stage):
        raise NotYetLate(
            f"该环节{timing.last_day(stage).isoformat()}才到期，或者还可以延期，"
            "请先督促或延期，期满仍未办结的再代评。",
            "Extend first: the county group steps in only when the last extension has run out.",
            due_on=timing.last_day(stage),
            extendable=timing.extendable(stage),
        )
    return replace(
        stage,
        state=state,
        due_on=timing.calendar.add(timing.today, max(1, timing.rule.working_days)),
        set_on=timing.today,
        substituted=True,
        reason=reason,
    )


def lapse(stage: Stage, caller: Caller, timing: Timing, reason: str) -> Stage:
    """Close the part as it is: what nobody scored keeps the last competent score."""
    state = MACHINES[stage.kind].fire("lapse", stage.state, caller)
    return replace(stage, state=state, closed_on=timing.today, reason=reason)


OverdueVerb = Literal["extend", "substitute", "lapse"]


def overdue_verb(stage: Stage, timing: Timing) -> OverdueVerb | None:
    """Return the step that time itself takes when nobody acted, or None while there is time."""
    if stage.closed or not timing.late(stage):
        return None
    if stage.state is StageState.SUBSTITUTED:
        return "lapse"
    return "extend" if timing.extendable(stage) else "substitute"
