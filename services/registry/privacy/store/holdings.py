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
from services.registry.privacy.domain.holdings import MOST_ENTRIES, Trail
from services.registry.tables import columns
from shared.audit import audit_log


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
