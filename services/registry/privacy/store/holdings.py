"""The SQL of exports: what other stores give only in part, and the audit trail of one person."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.facts.tables import FactRow
from services.registry.identity.domain.invitations import Invitation
from services.registry.identity.domain.sessions import Session
from services.registry.identity.tables import InvitationRow, SessionRow
from services.registry.life.tables import LifeEntryRow
from services.registry.people.domain.elections import Body, ElectionState
from services.registry.people.store import reserve
from services.registry.people.tables import (
    AttendanceRow,
    CourseRow,
    ElectionRow,
    ElectionSeatRow,
)
from services.registry.privacy.domain.career import Career, Elected, Trained
from services.registry.privacy.domain.holdings import MOST_ENTRIES, Trail
from services.registry.tables import columns
from shared.audit import audit_log
from shared.contracts.registry import Post


async def sessions(session: AsyncSession, user_id: UUID) -> list[Session]:
    """Return all sessions of an account, ended ones too, newest first."""
    statement = sa.select(*columns(SessionRow)).where(col(SessionRow.user_id) == user_id)
    rows = await session.execute(statement.order_by(col(SessionRow.id).desc()))
    return [Session(**row._mapping) for row in rows]  # noqa: SLF001 -- its public name


async def invitations(session: AsyncSession, user_id: UUID) -> list[Invitation]:
    """Return all invitations to an account, oldest first."""
    statement = sa.select(*columns(InvitationRow)).where(col(InvitationRow.user_id) == user_id)
    rows = await session.execute(statement.order_by(col(InvitationRow.id)))
    return [Invitation(**row._mapping) for row in rows]  # noqa: SLF001 -- its public name


async def career(session: AsyncSession, person_id: UUID) -> Career:
    """Return the courses, elections and entries in reserve of a person."""
    return Career(
        await _trained(session, person_id),
        await _elected(session, person_id),
        await reserve.of_anywhere(session, person_id),
    )


async def _trained(session: AsyncSession, person_id: UUID) -> list[Trained]:
    course = (CourseRow.title, CourseRow.starts_on, CourseRow.ends_on)
    mark = (AttendanceRow.course_id, AttendanceRow.hours, AttendanceRow.completed)
    statement = (
        sa.select(*(col(each) for each in (*course, *mark)))
        .join_from(AttendanceRow, CourseRow, col(CourseRow.id) == col(AttendanceRow.course_id))
        .where(col(AttendanceRow.person_id) == person_id)
        .order_by(col(CourseRow.starts_on), col(CourseRow.id))
    )
    return [Trained(**row) for row in (await session.execute(statement)).mappings()]


async def _elected(session: AsyncSession, person_id: UUID) -> list[Elected]:
    election = (
        ElectionRow.organization_id,
        ElectionRow.body,
        ElectionRow.state,
        ElectionRow.held_on,
    )
    seat = (ElectionSeatRow.election_id, ElectionSeatRow.post, ElectionSeatRow.term_id)
    statement = (
        sa.select(*(col(each) for each in (*election, *seat)))
        .join_from(
            ElectionSeatRow, ElectionRow, col(ElectionRow.id) == col(ElectionSeatRow.election_id)
        )
        .where(col(ElectionSeatRow.person_id) == person_id)
        .order_by(col(ElectionRow.planned_on), col(ElectionRow.id), col(ElectionSeatRow.post))
    )
    return [
        Elected(
            **{
                **row,
                "body": Body(row["body"]),
                "post": Post(row["post"]),
                "state": ElectionState(row["state"]),
            }
        )
        for row in (await session.execute(statement)).mappings()
    ]


async def entered(session: AsyncSession, users: Sequence[UUID]) -> dict[str, int]:
    """Return how many facts and meetings these accounts have entered."""
    counted = {"facts": col(FactRow.filled_by), "life_entries": col(LifeEntryRow.entered_by)}
    found = {}
    for name, by in counted.items():
        statement = sa.select(sa.func.count()).where(by.in_(users))
        found[name] = await session.scalar(statement) or 0
    return found


async def acted(session: AsyncSession, person_id: UUID, users: Sequence[UUID]) -> Trail:
    """Return what the person did by whichever account."""
    log = audit_log.c
    return await _trail(session, (log.actor_person_id == person_id) | log.actor_id.in_(users))


async def about(session: AsyncSession, person_id: UUID, users: Sequence[UUID]) -> Trail:
    """Return what was done to the person's record and accounts, by whomever."""
    return await _trail(session, audit_log.c.entity_id.in_([person_id, *users]))


async def _trail(session: AsyncSession, mine: sa.ColumnElement[bool]) -> Trail:
    total = await session.scalar(sa.select(sa.func.count()).select_from(audit_log).where(mine))
    newest = sa.select(audit_log).where(mine).order_by(audit_log.c.id.desc()).limit(MOST_ENTRIES)
    rows = (await session.execute(newest)).mappings()
    return Trail([dict(row) for row in rows], total or 0)
