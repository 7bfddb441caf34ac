"""催办: whoever still owes something is told once, some working days before its last day.

Clause: 五星创建 第二版 · 工作程序 (open: no step waits in silence for its deadline).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.scoring.cycles.domain.cycle import Cycle
from shared.caller import Role
from shared.contracts.scoring import DeadlineNear
from shared.errors import Text
from shared.workdays import Calendar


class Duty(StrEnum):
    """What somebody still owes a cycle."""

    APPLY = "apply"
    RECOMMEND = "recommend"
    REVIEW = "review"
    CLEAR = "clear"
    DETERMINE = "determine"
    CONFIRM = "confirm"
    PUBLISH = "publish"


DUTY_NAMES = {
    Duty.APPLY: Text("提交申报", "submit the application"),
    Duty.RECOMMEND: Text("完成评分并签认", "score and sign off"),
    Duty.REVIEW: Text("完成评审和抽查并办结", "complete the reviews and spot checks"),
    Duty.CLEAR: Text("答复联审（“无”也是答复）", "answer the clearance ('none' is an answer)"),
    Duty.DETERMINE: Text("召开会议并记录县委确定", "hold the meeting and record it"),
    Duty.CONFIRM: Text("由另一人确认已记录的县委确定", "confirm the recorded meeting"),
    Duty.PUBLISH: Text("发布公示", "publish the notice"),
}
_FOUND = Text(
    "逾期期限自动顺延，并形成监督意见送纪委监委；结果不会因逾期自动确定或自动公示。",
    "Afterwards the step is put off and the inspector gets a finding; nothing is decided by time.",
)
_REPLACED = Text(
    "逾期先自动延期一次，再逾期由县级评审组代评，仍未评的以最后一个有权环节的得分为准。",
    "Afterwards the time is extended once, then the county group scores instead.",
)
# What happens where nobody acts: told together with the duty.
AFTERWARDS = {
    Duty.APPLY: Text(
        "逾期没有提交的，以最近一次提交的内容为准；从未提交的，按“未申报”处理。",
        "Afterwards your last submission counts; without one you count as not having applied.",
    ),
    Duty.RECOMMEND: _REPLACED,
    Duty.REVIEW: _REPLACED,
    Duty.CLEAR: Text(
        "不答复即不能确定结果；逾期由组织部凭书面答复代为录入，并形成监督意见送纪委监委。",
        "Silence blocks the determination; later the written answer is entered for the office.",
    ),
    Duty.DETERMINE: _FOUND,
    Duty.CONFIRM: _FOUND,
    Duty.PUBLISH: _FOUND,
}


@dataclass(frozen=True)
class Debt:
    """One party's open duty until `due_on`.

    `party` names it within the cycle (an organization's id, a code); those told hold `role` at
    `organization_id`, for `department` where one is named.
    """

    duty: Duty
    party: str
    due_on: date
    role: Role
    organization_id: UUID
    department: str | None = None


def near(debts: Iterable[Debt], today: date, working_days: int, calendar: Calendar) -> list[Debt]:
    """Return the debts whose last day is so near that they are told now."""
    return [each for each in debts if is_near(each.due_on, today, working_days, calendar)]


def is_near(due_on: date, today: date, working_days: int, calendar: Calendar) -> bool:
    """Whether at most so many working days lie ahead, the last day included; not once it passed."""
    if today > due_on:
        return False
    span = (due_on - today).days
    left = sum(calendar.is_working(today + timedelta(days=n + 1)) for n in range(span))
    return left <= working_days


def notices(cycle: Cycle, debts: Sequence[Debt]) -> list[DeadlineNear]:
    """Return the events that tell these debts: one for all who owe the same on the same day."""
    groups: dict[tuple[Duty, date, Role, str | None], set[UUID]] = {}
    for each in debts:
        key = (each.duty, each.due_on, each.role, each.department)
        groups.setdefault(key, set()).add(each.organization_id)
    return [
        DeadlineNear(
            cycle_id=cycle.id,
            title=cycle.title,
            duty=duty.value,
            duty_name=DUTY_NAMES[duty].zh,
            duty_name_en=DUTY_NAMES[duty].en,
            afterwards=AFTERWARDS[duty].zh,
            afterwards_en=AFTERWARDS[duty].en,
            due_on=due_on,
            role=role.value,
            department=department,
            organization_ids=sorted(organizations),
        )
        for (duty, due_on, role, department), organizations in groups.items()
    ]


def recorded(debts: Sequence[Debt]) -> dict[str, object]:
    """Return what the audit trail keeps of a reminder: who was told of what, until when."""
    return {
        "told": [
            {"duty": each.duty.value, "party": each.party, "due_on": each.due_on.isoformat()}
            for each in debts
        ]
    }
