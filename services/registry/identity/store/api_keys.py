"""The SQL of API keys."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.identity.domain.api_keys import ApiKey, ApiKeyUnknown
from services.registry.identity.tables import ApiKeyRow
from services.registry.tables import columns

_row = ApiKeyRow
_columns = columns(ApiKeyRow)


def _key(row: sa.Row[*tuple[Any, ...]]) -> ApiKey:
    return ApiKey(**{**row._mapping, "scopes": tuple(row.scopes)})  # noqa: SLF001 -- its public name


async def add(session: AsyncSession, key: ApiKey) -> None:
    """Insert a key."""
    await session.execute(sa.insert(_row).values(vars(key) | {"scopes": list(key.scopes)}))


async def by_prefix(session: AsyncSession, prefix: str) -> ApiKey | None:
    """Return the key with this public prefix."""
    statement = sa.select(*_columns).where(col(_row.prefix) == prefix)
    row = (await session.execute(statement)).one_or_none()
    return _key(row) if row is not None else None


async def use(session: AsyncSession, key: ApiKey, day: date) -> None:
    """Remember the day of a use; writes once a day."""
    if key.last_used_on != day:
        statement = sa.update(_row).where(col(_row.id) == key.id)
        await session.execute(statement.values(last_used_on=day))


async def of_user(session: AsyncSession, user_id: UUID) -> list[ApiKey]:
    """Return an account's keys, oldest first, ended ones too."""
    statement = sa.select(*_columns).where(col(_row.user_id) == user_id)
    return [_key(row) for row in await session.execute(statement.order_by(col(_row.id)))]


async def lock(session: AsyncSession, user_id: UUID, key_id: UUID) -> ApiKey:
    """Return one key of an account, locked for change; ApiKeyUnknown if there is none."""
    statement = sa.select(*_columns).where(col(_row.id) == key_id, col(_row.user_id) == user_id)
    row = (await session.execute(statement.with_for_update())).one_or_none()
    if row is None:
        raise ApiKeyUnknown(
            "没有找到这个接口密钥，请在该账号的密钥列表中查找。",
            "No such API key: look it up in the account's list.",
        )
    return _key(row)


async def revoke(session: AsyncSession, key_id: UUID, now: datetime) -> None:
    """Mark a key as revoked."""
    statement = sa.update(_row).where(col(_row.id) == key_id)
    await session.execute(statement.values(revoked_at=now))
