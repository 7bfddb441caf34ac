"""Frozen inputs, branch by branch, and the corrections laid over them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.results.domain.corrections import Correction
from services.scoring.results.domain.results import ResultsNotReady
from services.scoring.results.domain.snapshot import Snapshot
from services.scoring.results.tables import CorrectionRow, SnapshotEntryRow, SnapshotRow
from shared.contracts.notifications import FallScope


async def add(
    session: AsyncSession,
    snapshot: Snapshot,
    organizations: tuple[OrganizationInput, ...],
    taken_at: datetime,
) -> None:
    """Insert a snapshot; its documents stand in the order of the organizations."""
    session.add(
        SnapshotRow(
            id=snapshot.id,
            cycle_id=snapshot.cycle_id,
            county_id=snapshot.county_id,
            determination_id=snapshot.determination_id,
            policy_hash=snapshot.policy_hash,
            hash=snapshot.hash,
            size=len(snapshot.documents),
            taken_at=taken_at,
        )
    )
    await session.flush()
    rows = [
        {
            "snapshot_id": snapshot.id,
            "organization_id": UUID(one.organization_id),
            "county_id": snapshot.county_id,
            "document": document,
        }
        for one, document in zip(organizations, snapshot.documents, strict=True)
    ]
    await session.execute(sa.insert(SnapshotEntryRow), rows)


async def of_cycle(session: AsyncSession, cycle_id: UUID) -> list[Snapshot]:
    """Return all snapshots of a cycle with their documents, oldest first."""
    statement = sa.select(SnapshotRow).where(col(SnapshotRow.cycle_id) == cycle_id)
    rows = await session.scalars(statement.order_by(col(SnapshotRow.id)))
    return [await _snapshot(session, row) for row in rows]


async def newest(
    session: AsyncSession, cycle_id: UUID, determination_id: UUID | None = None
) -> Snapshot:
    """Return the newest snapshot of a cycle, or a determination's; ResultsNotReady if none."""
    statement = sa.select(SnapshotRow).where(col(SnapshotRow.cycle_id) == cycle_id)
    if determination_id is not None:
        statement = statement.where(col(SnapshotRow.determination_id) == determination_id)
    row = await session.scalar(statement.order_by(col(SnapshotRow.id).desc()).limit(1))
    if row is None:
        raise not_ready()
    return await _snapshot(session, row)


async def find(session: AsyncSession, snapshot_id: UUID) -> Snapshot:
    """Return one snapshot with its documents; ResultsNotReady if there is none."""
    row = await session.get(SnapshotRow, snapshot_id)
    if row is None:
        raise not_ready()
    return await _snapshot(session, row)


async def require_taken(session: AsyncSession, cycle_id: UUID) -> None:
    """Raise ResultsNotReady before the first determination of a cycle was confirmed."""
    statement = sa.select(sa.literal(1)).where(col(SnapshotRow.cycle_id) == cycle_id)
    if await session.scalar(statement.limit(1)) is None:
        raise not_ready()


async def entry(
    session: AsyncSession, snapshot_id: UUID, organization_id: UUID
) -> OrganizationInput:
    """Return one branch's frozen input."""
    statement = sa.select(col(SnapshotEntryRow.document)).where(
        col(SnapshotEntryRow.snapshot_id) == snapshot_id,
        col(SnapshotEntryRow.organization_id) == organization_id,
    )
    document = (await session.execute(statement)).scalar_one()
    return OrganizationInput.model_validate_json(document)


async def add_correction(
    session: AsyncSession, correction: Correction, recorded_at: datetime
) -> None:
    """Insert a correction."""
    session.add(
        CorrectionRow(
            **vars(correction)
            | {"organization_ids": [str(each) for each in correction.organization_ids]},
            recorded_at=recorded_at,
        )
    )
    await session.flush()


async def corrections(session: AsyncSession, cycle_id: UUID) -> list[Correction]:
    """Return the corrections of a cycle, snapshot by snapshot in their sequence."""
    statement = sa.select(CorrectionRow).where(col(CorrectionRow.cycle_id) == cycle_id)
    rows = await session.scalars(
        statement.order_by(col(CorrectionRow.snapshot_id), col(CorrectionRow.sequence))
    )
    return [_correction(row) for row in rows]


async def is_corrected(session: AsyncSession, objection_id: UUID) -> bool:
    """Whether this objection's finding was applied before."""
    statement = sa.select(sa.literal(1)).where(col(CorrectionRow.objection_id) == objection_id)
    return await session.scalar(statement) is not None


def not_ready() -> ResultsNotReady:
    """The problem of asking for results before the first determination was confirmed."""
    return ResultsNotReady(
        "本周期的结果还没有确定，县委确定由第二人确认后才能查看。",
        "There are no results before a second person has confirmed the determination.",
    )


async def _snapshot(session: AsyncSession, row: SnapshotRow) -> Snapshot:
    statement = sa.select(col(SnapshotEntryRow.document)).where(
        col(SnapshotEntryRow.snapshot_id) == row.id
    )
    documents = await session.scalars(statement.order_by(col(SnapshotEntryRow.organization_id)))
    return Snapshot(
        id=row.id,
        cycle_id=row.cycle_id,
        county_id=row.county_id,
        determination_id=row.determination_id,
        policy_hash=row.policy_hash,
        hash=row.hash,
        documents=tuple(documents),
    )


def _correction(row: CorrectionRow) -> Correction:
    return Correction(
        id=row.id,
        cycle_id=row.cycle_id,
        county_id=row.county_id,
        snapshot_id=row.snapshot_id,
        sequence=row.sequence,
        determination_id=row.determination_id,
        objection_id=row.objection_id,
        scope=FallScope(row.scope),
        star=row.star,
        organization_ids=tuple(UUID(each) for each in row.organization_ids),
        decided_on=row.decided_on,
    )
