"""Sealed statements: read by the inspectors' use cases alone."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.notifications.objections.domain.sealing import Sealer, Statement
from services.notifications.objections.tables import SealedStatementRow


async def add(session: AsyncSession, sealer: Sealer, owner: UUID, statement: Statement) -> None:
    """Seal and store what an objector said."""
    session.add(SealedStatementRow(owner_id=owner, sealed=sealer.seal(statement, owner)))
    await session.flush()


async def read(session: AsyncSession, sealer: Sealer, owner: UUID) -> Statement:
    """Open the statement of an objection or a clue."""
    row = SealedStatementRow
    sealed = await session.scalar(select(row.sealed).where(col(row.owner_id) == owner))
    assert sealed is not None  # noqa: S101 -- stored together with its owner
    return sealer.open(sealed, owner)
