"""The SQL of second factors and recovery codes."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.identity.domain.factors import Factor
from services.registry.identity.tables import FactorRow, RecoveryCodeRow
from services.registry.tables import columns

_columns = columns(FactorRow)


async def find(session: AsyncSession, user_id: UUID, *, lock: bool = False) -> Factor | None:
    """Return an account's second factor, locked for change if asked; None without one."""
    statement = sa.select(*_columns).where(col(FactorRow.user_id) == user_id)
    row = (await session.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return Factor(**row._mapping) if row is not None else None  # noqa: SLF001 -- its public name


async def put(session: AsyncSession, factor: Factor) -> None:
    """Write an account's second factor in place of an earlier one."""
    statement = insert(FactorRow).values(vars(factor))
    await session.execute(
        statement.on_conflict_do_update(index_elements=["user_id"], set_=vars(factor))
    )


async def remove(session: AsyncSession, user_id: UUID) -> bool:
    """Delete an account's second factor and its recovery codes; False when there was none."""
    await session.execute(sa.delete(RecoveryCodeRow).where(col(RecoveryCodeRow.user_id) == user_id))
    done: Any = await session.execute(sa.delete(FactorRow).where(col(FactorRow.user_id) == user_id))
    return bool(done.rowcount)


async def replace_codes(session: AsyncSession, user_id: UUID, hashes: Iterable[str]) -> None:
    """Write the recovery codes that hold from now on."""
    await session.execute(sa.delete(RecoveryCodeRow).where(col(RecoveryCodeRow.user_id) == user_id))
    rows = [{"user_id": user_id, "code_hash": each} for each in hashes]
    await session.execute(sa.insert(RecoveryCodeRow), rows)


async def use_code(session: AsyncSession, user_id: UUID, code_hash: str) -> bool:
    """Use up one recovery code; False when it is none, or none any more."""
    done: Any = await session.execute(
        sa.delete(RecoveryCodeRow).where(
            col(RecoveryCodeRow.user_id) == user_id, col(RecoveryCodeRow.code_hash) == code_hash
        )
    )
    return bool(done.rowcount)


async def codes_left(session: AsyncSession, user_id: UUID) -> int:
    """Return how many recovery codes are left."""
    statement = sa.select(sa.func.count()).where(col(RecoveryCodeRow.user_id) == user_id)
    return await session.scalar(statement) or 0


async def accept_step(session: AsyncSession, user_id: UUID, step: int) -> None:
    """Remember the newest step whose code was accepted."""
    statement = sa.update(FactorRow).where(col(FactorRow.user_id) == user_id)
    await session.execute(statement.values(last_step=step))
