"""The SQL of exemptions, and of the branches whose party life is counted."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.life.domain.exemptions import Exemption, ExemptionUnknown
from services.registry.life.domain.periods import Span
from services.registry.life.domain.rhythm import BRANCHES, Kind
from services.registry.life.tables import LifeExemptionRow
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.tables import columns

_row = LifeExemptionRow
_columns = columns(LifeExemptionRow)
_place = OrganizationRow


def _exemption(row: sa.Row[*tuple[Any, ...]]) -> Exemption:
    return Exemption(**{**row._mapping, "kind": Kind(row.kind)})  # noqa: SLF001 -- its public name


async def add(session: AsyncSession, exemption: Exemption) -> None:
    """Insert an exemption."""
    await session.execute(sa.insert(_row).values(vars(exemption)))


async def update(session: AsyncSession, exemption: Exemption) -> None:
    """Write an exemption as it now is."""
    statement = sa.update(_row).where(col(_row.id) == exemption.id)
    await session.execute(statement.values(vars(exemption)))


async def find(session: AsyncSession, seen: Reach, exemption_id: UUID) -> Exemption:
    """Return an exemption within reach, locked for change; ExemptionUnknown otherwise."""
    statement = (
        sa.select(*_columns)
        .select_from(_row)
        .join(_place, col(_place.id) == col(_row.organization_id))
        .where(col(_row.id) == exemption_id, within(seen))
        .with_for_update(of=_row)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise ExemptionUnknown(
            "没有找到这项免开，请在列表中查找。", "No such exemption: look it up in the list."
        )
    return _exemption(row)


async def listed(
    session: AsyncSession, seen: Reach, under: str, after: UUID | None, limit: int
) -> list[Exemption]:
    """Return up to `limit + 1` exemptions below a path after an id, ended ones too."""
    statement = (
        sa.select(*_columns)
        .select_from(_row)
        .join(_place, col(_place.id) == col(_row.organization_id))
        .where(within(seen), col(_place.path).like(f"{under}%"))
    )
    if after is not None:
        statement = statement.where(col(_row.id) > after)
    rows = await session.execute(statement.order_by(col(_row.id)).limit(limit + 1))
    return [_exemption(row) for row in rows]


async def of_organizations(
    session: AsyncSession, organizations: Iterable[UUID]
) -> dict[UUID, list[Exemption]]:
    """Return all exemptions of these organizations."""
    statement = sa.select(*_columns).where(col(_row.organization_id).in_(set(organizations)))
    found: dict[UUID, list[Exemption]] = {}
    for row in await session.execute(statement):
        found.setdefault(row.organization_id, []).append(_exemption(row))
    return found


async def branches(
    session: AsyncSession, seen: Reach, under: str, question: Span, page: tuple[str | None, int]
) -> list[UUID]:
    """Return up to `limit + 1` branches below a path that existed on a day of the question."""
    after, limit = page
    ended = col(_place.dissolved_on)
    statement = sa.select(col(_place.id)).where(
        within(seen),
        col(_place.path).like(f"{under}%"),
        col(_place.kind).in_([kind.value for kind in BRANCHES]),
        col(_place.deleted).is_(False),
        col(_place.founded_on) <= question.last,
        ended.is_(None) | (ended > question.first),
    )
    if after is not None:
        statement = statement.where(col(_place.path) > after)
    return list(await session.scalars(statement.order_by(col(_place.path)).limit(limit + 1)))
