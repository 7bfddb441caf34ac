"""Courses and who attended them: enter, correct, record, list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.people.domain.training import (
    KEEPERS,
    Attendance,
    Course,
    CourseAttended,
    CourseKind,
    CourseNotBegun,
    faults_of,
    rejected,
)
from services.registry.people.store import people
from services.registry.people.store import training as store
from services.registry.people.usecases.checking import check_days, check_exists
from shared.context import Context, Work
from shared.errors import require_version
from shared.tables import new_id


@dataclass(frozen=True)
class Change:
    """What a course is; the organization for whose people it is held does not change."""

    title: str
    kind: CourseKind
    organiser: str
    starts_on: date
    ends_on: date
    hours: int


async def enter(ctx: Context, organization_id: UUID, draft: Change) -> Course:
    """Enter a course of an organization."""
    ctx.caller.require(*KEEPERS)
    check_days(draft.starts_on, draft.ends_on)
    async with ctx.work() as work:
        sight = sight_of(ctx.caller, *KEEPERS)
        place = await organizations.require_within(work.session, sight, organization_id)
        check_exists(place, draft.starts_on, "starts_on")
        made = Course(new_id(), place.county_id or place.id, place.id, **vars(draft))
        await store.add(work.session, made)
        await _record(work, "course.enter", made)
    return made


async def _record(work: Work, action: str, course: Course) -> None:
    said = {
        "title": course.title,
        "kind": course.kind.value,
        "starts_on": course.starts_on.isoformat(),
        "ends_on": course.ends_on.isoformat(),
        "hours": course.hours,
    }
    await work.audit(action, "course", course.id, county_id=course.county_id, after=said)


async def _to_change(work: Work, course_id: UUID) -> Course:
    work.caller.require(*KEEPERS)
    reach = await organizations.reach(work.session, sight_of(work.caller, *KEEPERS))
    return await store.find(work.session, reach, course_id)


async def correct(ctx: Context, course_id: UUID, version: int, draft: Change) -> Course:
    """Correct a course; nobody may be left with more hours than it has."""
    check_days(draft.starts_on, draft.ends_on)
    async with ctx.work() as work:
        before = await _to_change(work, course_id)
        require_version(version, before.version)
        most = await store.most_hours(work.session, course_id)
        if most > draft.hours:
            raise CourseAttended(
                f"已有人登记参训 {most} 学时，请先更正参训记录，再改少学时。",
                f"Somebody is recorded with {most} hours: correct that first.",
            )
        after = replace(before, version=version + 1, **vars(draft))
        await store.update(work.session, after)
        await _record(work, "course.correct", after)
    return after


@dataclass(frozen=True)
class Mark:
    """What somebody attended; no hour means absent."""

    person_id: UUID
    hours: int
    completed: bool


async def record(ctx: Context, course_id: UUID, marks: Sequence[Mark]) -> list[Attendance]:
    """Record attendance, in the order given; all or none; what was recorded before is replaced."""
    async with ctx.work() as work:
        course = await _to_change(work, course_id)
        if work.moment.today < course.starts_on:
            raise CourseNotBegun(
                f"培训班 {course.starts_on} 才开始，请在开始之后登记参训情况。",
                f"The course begins on {course.starts_on}: record attendance afterwards.",
            )
        given = [
            Attendance(
                course_id=course.id,
                recorded_by=ctx.caller.user_id,
                recorded_at=work.moment.real,
                **vars(mark),
            )
            for mark in marks
        ]
        sight = sight_of(ctx.caller, *KEEPERS)
        visible = (await organizations.reach(work.session, sight), sight)
        ids = {each.person_id for each in given}
        known = await people.seen_of(work.session, visible, ids, course.county_id)
        faults = faults_of(course, given, known)
        if faults:
            raise rejected(faults)
        await store.record(work.session, given)
        after = {str(each.person_id): [each.hours, each.completed] for each in given}
        await work.audit(
            "course.attend",
            "course",
            course.id,
            county_id=course.county_id,
            after={"attendance": after},
        )
    return given


@dataclass(frozen=True)
class Wanted:
    """Which courses a reader asks for; a course counts in the year in which it ends."""

    under: UUID | None = None
    kind: CourseKind | None = None
    year: int | None = None


async def list_courses(
    ctx: Context, wanted: Wanted, after: UUID | None, limit: int
) -> list[Course]:
    """Return up to `limit + 1` courses within the caller's part of the tree."""
    async with ctx.read() as work:
        sight = sight_of(ctx.caller)
        root = None
        if wanted.under is not None:
            root = await organizations.require_within(work.session, sight, wanted.under)
        reach = await organizations.reach(work.session, sight)
        shown = store.Filter(reach, root.path if root else None, wanted.kind, wanted.year)
        return await store.listed(work.session, shown, after, limit)


async def read(ctx: Context, course_id: UUID) -> Course:
    """Return one course within the caller's part of the tree."""
    async with ctx.read() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller))
        return await store.find(work.session, reach, course_id, lock=False)


async def list_attendance(
    ctx: Context, course_id: UUID, after: UUID | None, limit: int
) -> list[Attendance]:
    """Return up to `limit + 1` people's attendance of a course."""
    async with ctx.read() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller))
        course = await store.find(work.session, reach, course_id, lock=False)
        return await store.attended(work.session, course.id, after, limit)
