"""What is known of each evidence file."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.evidence.domain import Evidence, FileKind
from services.scoring.evidence.tables import EvidenceRow
from shared.errors import NotFound


async def add(session: AsyncSession, evidence: Evidence) -> None:
    """Insert a file."""
    session.add(EvidenceRow(**asdict(evidence)))
    await session.flush()


async def find(session: AsyncSession, evidence_id: UUID) -> Evidence:
    """Return a file; NotFound otherwise. Whoever asks must check the scope."""
    row = await session.get(EvidenceRow, evidence_id)
    if row is None:
        raise NotFound("没有找到这个附件，请核对编号。", "No such file.")
    return _evidence(row)


async def of_application(session: AsyncSession, application_id: UUID) -> list[Evidence]:
    """Return an application's files, oldest first, detached ones included."""
    statement = sa.select(EvidenceRow).where(col(EvidenceRow.application_id) == application_id)
    return [
        _evidence(row) for row in await session.scalars(statement.order_by(col(EvidenceRow.id)))
    ]


async def detach(session: AsyncSession, evidence_id: UUID, moment: datetime) -> None:
    """Mark a file as taken off the sheet; a submission still covers it."""
    await session.execute(
        sa.update(EvidenceRow).where(col(EvidenceRow.id) == evidence_id).values(detached_at=moment)
    )


async def delete(session: AsyncSession, evidence_id: UUID) -> None:
    """Forget a file that no submission covers; its bytes go with the next sweep."""
    await session.execute(sa.delete(EvidenceRow).where(col(EvidenceRow.id) == evidence_id))


async def referenced(session: AsyncSession, digests: Iterable[str]) -> set[str]:
    """Return those of the addresses that some file still has."""
    statement = sa.select(col(EvidenceRow.sha256)).where(col(EvidenceRow.sha256).in_(list(digests)))
    return set(await session.scalars(statement.distinct()))


def _evidence(row: EvidenceRow) -> Evidence:
    return Evidence(**row.model_dump() | {"kind": FileKind(row.kind)})
