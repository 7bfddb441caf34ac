"""Sealed statements: read by the inspectors' use cases alone."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.notifications.objections.domain.sealing import STATEMENT, Statement
from services.notifications.objections.tables import SealedStatementRow
from shared.sealing.envelope import Seal


async def add(session: AsyncSession, seal: Seal, owner: UUID, statement: Statement) -> None:
    """Seal and store what an objector said."""
    sealed = seal.close(statement.packed(), STATEMENT, owner)
    session.add(SealedStatementRow(owner_id=owner, sealed=sealed))
    await session.flush()


async def read(session: AsyncSession, seal: Seal, owner: UUID) -> Statement:
    """Open the statement of an objection or a clue."""
    row = SealedStatementRow
    sealed = await session.scalar(select(row.sealed).where(col(row.owner_id) == owner))
    assert sealed is not None  # noqa: S101 -- stored together with its owner
    return Statement.unpacked(seal.open(sealed, STATEMENT, owner))
