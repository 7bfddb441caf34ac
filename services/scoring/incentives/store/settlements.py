"""What follows from results in effect: the newest settlement of each branch counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.scoring.incentives.domain.recheck import StoredSettlement
from services.scoring.incentives.domain.settlement import (
    Appraisal,
    EntitlementLine,
    Settlement,
    Sum,
)
from services.scoring.incentives.tables import EntitlementRow, SettlementRow
from services.scoring.kernel.entitlement import Entitlement
from services.scoring.results.domain.results import Result
from shared.directory import within
from shared.tables import new_id


@dataclass(frozen=True)
class Standing:
    """The settlement that counts for a branch: its number, and what it was made of."""

    number: int
    result_id: UUID
    result_version: int
    hash: str


async def standing(session: AsyncSession, cycle_id: UUID) -> dict[UUID, Standing]:
    """Return the settlement that counts, by branch."""
    statement = sa.select(SettlementRow).where(
        col(SettlementRow.cycle_id) == cycle_id, col(SettlementRow.current)
    )
    rows = await session.scalars(statement.execution_options(populate_existing=True))
    return {
        row.organization_id: Standing(row.number, row.result_id, row.result_version, row.hash)
        for row in rows
    }


async def add(
    session: AsyncSession,
    settled: Sequence[tuple[Result, Settlement, int]],
    at: datetime,
) -> None:
    """Insert settlements with their numbers; the earlier ones stay and count no more."""
    if not settled:
        return
    await session.execute(
        sa.update(SettlementRow)
        .where(
            col(SettlementRow.cycle_id) == settled[0][0].cycle_id,
            col(SettlementRow.organization_id).in_(
                [each.organization_id for each, _, _ in settled]
            ),
            col(SettlementRow.current),
        )
        .values(current=False)
    )
    heads = [
        {
            "id": new_id(),
            "cycle_id": result.cycle_id,
            "county_id": result.county_id,
            "organization_id": result.organization_id,
            "number": number,
            "result_id": made.result_id,
            "result_version": made.result_version,
            "effective_on": made.effective_on,
            "pay_from": made.pay_from,
            "hash": made.hash,
            "current": True,
            "computed_at": at,
        }
        for result, made, number in settled
    ]
    await session.execute(sa.insert(SettlementRow), heads)
    lines = [
        _line_row(result, head["id"], position, line)
        for head, (result, made, _) in zip(heads, settled, strict=True)
        for position, line in enumerate(made.lines)
    ]
    if lines:
        await session.execute(sa.insert(EntitlementRow), lines)


async def page(
    session: AsyncSession,
    cycle_id: UUID,
    roots: Iterable[UUID],
    filters: Mapping[str, Any],
    after: UUID | None,
    limit: int,
) -> list[EntitlementLine]:
    """Return lines that count, in the order of branches and of the policy."""
    statement = _counting(cycle_id, roots)
    for name, value in filters.items():
        if value is not None:
            statement = statement.where(col(getattr(EntitlementRow, name)) == value)
    key = sa.tuple_(col(EntitlementRow.organization_id), col(EntitlementRow.position))
    if after is not None:
        last = aliased(EntitlementRow)
        place = sa.select(col(last.organization_id), col(last.position)).where(
            col(last.id) == after
        )
        statement = statement.where(key > place.scalar_subquery())
    ordered = statement.order_by(col(EntitlementRow.organization_id), col(EntitlementRow.position))
    rows = await session.execute(ordered.limit(limit))
    return [_line(row.EntitlementRow, row.pay_from) for row in rows]


async def of_version(session: AsyncSession, result_id: UUID, version: int) -> list[Entitlement]:
    """Return the lines that count for one version of a result; none before it is in effect."""
    statement = (
        sa.select(EntitlementRow)
        .join(SettlementRow, col(SettlementRow.id) == col(EntitlementRow.settlement_id))
        .where(
            col(SettlementRow.result_id) == result_id,
            col(SettlementRow.result_version) == version,
            col(SettlementRow.current),
        )
        .order_by(col(EntitlementRow.position))
    )
    return [_entitlement(row) for row in await session.scalars(statement)]


async def stored(session: AsyncSession, cycle_id: UUID) -> dict[UUID, StoredSettlement]:
    """Return every settlement that counts with its lines, by branch."""
    heads = await session.scalars(
        sa.select(SettlementRow).where(
            col(SettlementRow.cycle_id) == cycle_id, col(SettlementRow.current)
        )
    )
    statement = sa.select(EntitlementRow).where(col(EntitlementRow.cycle_id) == cycle_id)
    lines: dict[UUID, list[Entitlement]] = {}
    for row in await session.scalars(statement.order_by(col(EntitlementRow.position))):
        lines.setdefault(row.settlement_id, []).append(_entitlement(row))
    return {
        head.organization_id: StoredSettlement(
            head.id, head.organization_id, head.hash, tuple(lines.get(head.id, ()))
        )
        for head in heads
    }


async def sums(session: AsyncSession, cycle_id: UUID, roots: Iterable[UUID]) -> list[Sum]:
    """Return the money that counts, by payer, linkage and township."""
    keys = (
        col(EntitlementRow.payer),
        col(EntitlementRow.linkage),
        col(EntitlementRow.township_id),
        col(EntitlementRow.township_name),
    )
    total = sa.func.sum(col(EntitlementRow.amount) * col(EntitlementRow.periods))
    unfunded = sa.func.sum(col(EntitlementRow.unfunded))
    counting = _counting(cycle_id, roots).where(
        col(EntitlementRow.unit) == "fen", col(EntitlementRow.payer).is_not(None)
    )
    statement = counting.with_only_columns(
        *keys, total.label("total"), unfunded.label("unfunded")
    ).group_by(*keys)
    rows = await session.execute(statement.order_by(*keys))
    return [
        Sum(
            row.payer,
            row.linkage,
            row.township_id,
            row.township_name,
            int(row.total),
            int(row.unfunded),
        )
        for row in rows
    ]


async def appraisals(
    session: AsyncSession, cycle_id: UUID, roots: Iterable[UUID], linkages: Sequence[str]
) -> list[Appraisal]:
    """Return what the lines of these linkages bring each township."""
    statement = _counting(cycle_id, roots).where(col(EntitlementRow.linkage).in_(linkages))
    ordered = statement.order_by(col(EntitlementRow.township_id), col(EntitlementRow.level))
    found: dict[UUID, Appraisal] = {}
    for row in (await session.execute(ordered)).scalars():
        old = found.get(row.township_id) or Appraisal(row.township_id, row.township_name, 0, {})
        levels = {**old.levels, row.level: old.levels.get(row.level, 0) + 1}
        found[row.township_id] = Appraisal(
            row.township_id, row.township_name, old.points + row.amount, levels
        )
    return list(found.values())


def _counting(cycle_id: UUID, roots: Iterable[UUID]) -> sa.Select[EntitlementRow, date]:
    return (
        sa.select(EntitlementRow, col(SettlementRow.pay_from))
        .join(SettlementRow, col(SettlementRow.id) == col(EntitlementRow.settlement_id))
        .where(
            col(EntitlementRow.cycle_id) == cycle_id,
            col(SettlementRow.current),
            within(roots, col(EntitlementRow.path)),
        )
    )


_OWN = (
    "linkage",
    "clause",
    "recipient",
    "recipient_id",
    "payer",
    "period",
    "unit",
    "amount",
    "periods",
    "unfunded",
    "status",
)


def _line_row(
    result: Result,
    settlement_id: object,
    position: int,
    line: Entitlement,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "settlement_id": settlement_id,
        "position": position,
        "cycle_id": result.cycle_id,
        "county_id": result.county_id,
        "township_id": result.township_id,
        "organization_id": result.organization_id,
        "path": result.path,
        "name": result.name,
        "township_name": result.township_name,
        "level": result.level,
        **{name: getattr(line, name) for name in _OWN},
        "operands": line.model_dump(mode="json")["operands"],
    }


def _line(row: EntitlementRow, pay_from: date) -> EntitlementLine:
    return EntitlementLine(
        id=row.id,
        position=row.position,
        organization_id=row.organization_id,
        name=row.name,
        township_id=row.township_id,
        township_name=row.township_name,
        level=row.level,
        pay_from=pay_from,
        entitlement=_entitlement(row),
    )


def _entitlement(row: EntitlementRow) -> Entitlement:
    own = {name: getattr(row, name) for name in _OWN}
    return Entitlement.model_validate(
        {**own, "organization_id": str(row.organization_id), "operands": row.operands}
    )
