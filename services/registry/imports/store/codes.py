"""The SQL of the codes by which other systems and senders know organizations."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.imports.tables import OrganizationCodeRow
from shared.db import copy_rows

_row = OrganizationCodeRow


async def known(
    session: AsyncSession, system: str, codes: Collection[str]
) -> dict[str, frozenset[UUID]]:
    """Return whom these codes mean in a numbering; in several counties perhaps several."""
    statement = sa.select(col(_row.code), col(_row.organization_id)).where(
        col(_row.system) == system,
        col(_row.code) == sa.any_(sa.cast(list(codes), ARRAY(sa.Text))),
    )
    found: dict[str, set[UUID]] = {}
    for code, organization_id in await session.execute(statement):
        found.setdefault(code, set()).add(organization_id)
    return {code: frozenset(ids) for code, ids in found.items()}


async def of(session: AsyncSession, system: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what these organizations are called in a numbering, where they are."""
    statement = sa.select(col(_row.organization_id), col(_row.code)).where(
        col(_row.system) == system,
        col(_row.organization_id) == sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid))),
    )
    return {row.organization_id: row.code for row in await session.execute(statement)}


async def add(
    session: AsyncSession, system: str, counties: Mapping[UUID, UUID], codes: Mapping[UUID, str]
) -> None:
    """Remember what organizations are called; `counties` are theirs."""
    rows = [(system, each, counties[each], code) for each, code in codes.items()]
    names = ("system", "organization_id", "county_id", "code")
    await copy_rows(session, "organization_codes", names, rows)
