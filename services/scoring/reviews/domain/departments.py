"""部门评审: each star's lead department reviews what was recommended, up or down.

Clause: 五星创建 第二版 · 部门评审.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from services.scoring.applications.domain import Application, UnknownStar
from services.scoring.cycles.domain import CycleState
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.stars import Star
from services.scoring.reviews.domain.marks import Marks, Standing, check_marks, unscored
from services.scoring.reviews.domain.outcomes import Outcome, reviewed_by_departments
from shared.caller import Caller, Role
from shared.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Text


class UnknownDepartment(NotFound):
    """No star of this cycle's policy is led by this department."""

    slug = "unknown-department"
    title = Text("没有这个牵头部门", "Unknown department")


class NotLeadDepartment(Forbidden):
    """Another department leads this star."""

    slug = "not-lead-department"
    title = Text("不是该星的牵头部门", "Not the lead department of this star")


class NotForReview(Conflict):
    """The departments do not review this star of this village."""

    slug = "not-for-review"
    title = Text("不在部门评审之列", "Not for review by the departments")


class NothingToLift(Conflict):
    """The township refused nothing here, or the star is refused in the same breath."""

    slug = "no-refusal-to-lift"
    title = Text("没有可以撤销的否决", "There is no refusal to lift")


class ReviewsRunning(Conflict):
    """Departments still have time of their own: their parts cannot be ended yet."""

    slug = "reviews-still-running"
    title = Text("还有部门在办理期限内", "Departments still have time")


class ReviewIncomplete(Invalid):
    """A review or spot check of a star must score every one of its items."""

    slug = "review-incomplete"
    title = Text("评审不完整", "The review is incomplete")


class ReviewKind(StrEnum):
    """What a department does with a star: reviews it, or spot-checks the township's decision."""

    DEPARTMENT = "department"
    SPOT_CHECK = "spot_check"


@dataclass(frozen=True)
class Applied:
    """One application in which something counts, and the stars applied for."""

    id: UUID
    organization_id: UUID
    township_id: UUID
    applied: tuple[str, ...]

    @classmethod
    def of(cls, application: Application) -> "Applied":
        """Return what an application applied for."""
        return cls(
            application.id,
            application.organization_id,
            application.township_id,
            application.applied,
        )


@dataclass(frozen=True)
class Task:
    """One star of one application that a department must review or spot-check."""

    kind: ReviewKind
    department: str
    application_id: UUID
    organization_id: UUID
    star: str

    @property
    def key(self) -> "TaskKey":
        """What a review must have to do this task."""
        return (self.application_id, self.star, self.kind)


TaskKey = tuple[UUID, str, ReviewKind]


@dataclass(frozen=True)
class StarReview:
    """A department's scores of one star; version 0 while nothing was saved.

    `scored_by` is the body that saved it: the department, or the county group in its place.
    `refusal` is the reason why an eligible star is refused, `lift` the reason why the
    township's refusal is lifted; both are empty where nothing of the kind is decided.
    """

    kind: ReviewKind
    application_id: UUID
    cycle_id: UUID
    county_id: UUID
    organization_id: UUID
    star: str
    department: str
    scored_by: Literal["department", "county_group"] = "department"
    marks: Marks = field(default_factory=dict)
    refusal: str = ""
    lift: str = ""
    version: int = 0

    @property
    def key(self) -> "TaskKey":
        """Which task it does."""
        return (self.application_id, self.star, self.kind)


def lead_departments(policy: Policy) -> list[str]:
    """Return the departments that lead a star, in the order of the policy's list."""
    leading = {star.department for star in policy.stars}
    return [each.code for each in policy.departments if each.code in leading]


def department_name(policy: Policy, code: str) -> str:
    """Return a lead department's name; UnknownDepartment when it leads no star."""
    if code not in lead_departments(policy):
        raise UnknownDepartment(
            "本周期的方案中没有这个牵头部门，请核对部门编码。",
            "No star of this cycle is led by such a department.",
        )
    return next(each.name for each in policy.departments if each.code == code)


def reviews_closed(state: CycleState) -> bool:
    """Whether the cycle has left the departments' step, so that their scores may be read."""
    return state not in _BEFORE_CLOSE


_BEFORE_CLOSE = frozenset(
    {CycleState.DRAFT, CycleState.APPLYING, CycleState.RECOMMENDING, CycleState.REVIEWING}
)


def star_of(policy: Policy, code: str) -> Star:
    """Return the star of this code; UnknownStar otherwise."""
    try:
        return policy.star(code)
    except KeyError:
        raise UnknownStar(
            "本周期的方案中没有这颗星，请核对星的编码。", "The policy has no such star."
        ) from None


def require_lead(policy: Policy, caller: Caller, code: str) -> None:
    """Raise when the caller works for departments, but not for this one."""
    if caller.has(Role.DEPARTMENT) and code not in caller.departments(Role.DEPARTMENT):
        name = department_name(policy, code)
        raise NotLeadDepartment(
            f"该星由{name}牵头评审，请由{name}的账号办理。",
            f"This star is reviewed by {code}.",
            department=code,
        )


def tasks(
    policy: Policy, application: Applied, outcome: Outcome | None, *, drawn: bool
) -> list[Task]:
    """Return what departments must score of an application: each applied star by its lead.

    `outcome` is what the township's stage brought it, None before that.
    """
    if outcome is None:
        return []
    kinds = [ReviewKind.SPOT_CHECK] if drawn else []
    if reviewed_by_departments(policy.procedure, outcome.level):
        kinds.append(ReviewKind.DEPARTMENT)
    lead = {star.code: star.department for star in policy.stars}
    return [
        Task(kind, lead[star], application.id, application.organization_id, star)
        for kind in kinds
        for star in lead
        if star in application.applied
    ]


def require_task(policy: Policy, star: str, kind: ReviewKind, due: Iterable[Task]) -> None:
    """Raise NotForReview when none of the application's tasks is this star of this kind."""
    if any(task.star == star and task.kind is kind for task in due):
        return
    what = "部门评审" if kind is ReviewKind.DEPARTMENT else "抽查"
    raise NotForReview(
        f"该村的“{star_of(policy, star).name}”不在{what}之列，请从待办清单中选择要评的村和星。",
        "This star of this village is not on the list; take one from the worklist.",
    )


def check_review(plan: Plan, star: str, given: Marks, standing: Standing) -> None:
    """Raise unless every item of the star is scored, within its maximum, lowered with reason."""
    check_marks(plan, [star], given, standing)
    gaps = unscored(plan, [star], given)
    if gaps:
        raise ReviewIncomplete(
            "请给这颗星的每个评分项打分后再提交，缺少的项见 errors，本次没有保存。",
            "Score every item of the star; nothing was saved.",
            faults=tuple(
                Fault(f"/items/{code}", Text("此项还没有评分", "Not scored")) for code in gaps
            ),
        )


def require_liftable(policy: Policy, given: StarReview, refused: Container[str]) -> None:
    """Raise when a refusal is lifted that the township did not make, or that is made anew."""
    if given.lift and (given.refusal or given.star not in refused):
        name = star_of(policy, given.star).name
        raise NothingToLift(
            f"乡镇没有否决“{name}”，或者您同时又否决了它；请删去撤销理由（lift）后重新提交。",
            "The township refused nothing here, or you refuse the star as well: drop `lift`.",
        )


def undone(due: Iterable[Task], done: Iterable[StarReview]) -> list[Task]:
    """Return the tasks without a saved review."""
    keys = {review.key for review in done}
    return [task for task in due if task.key not in keys]


def require_all_late(policy: Policy, in_time: Mapping[str, date]) -> None:
    """Raise ReviewsRunning for departments that are still competent, with their last days."""
    if not in_time:
        return
    names = "、".join(f"{department_name(policy, code)}（{day}）" for code, day in in_time.items())
    raise ReviewsRunning(
        f"{names}尚由本部门办理，请先督促或延期；期满转由县级评审组代评后，仍未评的才能终结。",
        "Some departments are still competent themselves: extend or wait first.",
        departments=dict(in_time),
    )
