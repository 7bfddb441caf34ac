"""教育培训: courses, who attended them, and hours in a year against a target.

Clause: 书记 · 育: courses and attendance per 书记. A course counts in the year in which it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.caller import Role
from shared.errors import Conflict, Fault, Invalid, NotFound, Text

KEEPERS = (Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR)


MOST_HOURS = 500


LARGEST_BATCH = 1_000


class CourseKind(StrEnum):
    """培训形式."""

    CLASSROOM = "classroom"  # 集中轮训
    PARTY_SCHOOL = "party_school"  # 党校培训
    ON_SITE = "on_site"  # 现场教学
    ONLINE = "online"  # 网络培训
    OTHER = "other"


class CourseUnknown(NotFound):
    """No such course within the caller's part of the tree."""

    slug = "course-unknown"
    title = Text("没有这个培训班", "No such course")


class CourseAttended(Conflict):
    """Somebody is recorded with more hours than the course would have."""

    slug = "course-attended"
    title = Text("已有更多学时的参训记录", "More hours are recorded already")


class CourseNotBegun(Conflict):
    """Nobody can have attended a course that has not begun."""

    slug = "course-not-begun"
    title = Text("培训班还没有开始", "The course has not begun")


class AttendanceRejected(Invalid):
    """Some of the attendance cannot be recorded: each reason is named, and none is recorded."""

    slug = "attendance-rejected"
    title = Text("参训情况不能登记", "The attendance cannot be recorded")


@dataclass(frozen=True)
class Course:
    """A course of one organization for its people; hours are 学时."""

    id: UUID
    county_id: UUID
    organization_id: UUID
    title: str
    kind: CourseKind
    organiser: str
    starts_on: date
    ends_on: date
    hours: int
    version: int = 1


@dataclass(frozen=True)
class Attendance:
    """What one person attended of a course, and who recorded it."""

    course_id: UUID
    person_id: UUID
    hours: int
    completed: bool
    recorded_by: UUID | None
    recorded_at: datetime


def faults_of(
    course: Course, given: Sequence[Attendance], known: set[UUID], pointer: str = "/body/items/{}"
) -> list[Fault]:
    """Return everything that is wrong with attendance; `known` are people the caller may see."""
    found = []
    seen: set[UUID] = set()
    for place, each in enumerate(given):
        at = pointer.format(place)
        if each.person_id not in known:
            zh = "没有这个人员，或不在您的管辖范围内，请先登记人员"
            found.append(Fault(f"{at}/person_id", Text(zh, "no such person")))
        if each.person_id in seen:
            zh = "同一人填了两次，请删去一行"
            found.append(Fault(f"{at}/person_id", Text(zh, "the same person twice")))
        if each.hours > course.hours:
            zh = f"学时超过该班的 {course.hours} 学时，请改正"
            found.append(Fault(f"{at}/hours", Text(zh, f"more than {course.hours} hours")))
        if each.completed and each.hours == 0:
            zh = "没有学时的不能算结业，请填写学时"
            found.append(Fault(f"{at}/hours", Text(zh, "completed without an hour")))
        seen.add(each.person_id)
    return found


def rejected(faults: Sequence[Fault]) -> AttendanceRejected:
    """Return the problem that names every fault of a batch."""
    return AttendanceRejected(
        f"有 {len(faults)} 处不能登记，请按 errors 逐处改正后重新提交；本次没有保存任何记录。",
        f"There are {len(faults)} faults, listed in errors; nothing was saved.",
        faults=tuple(faults),
    )
