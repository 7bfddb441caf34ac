"""The SQL of sessions and refresh tokens."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.identity.domain.sessions import EndReason, RefreshToken, Session
from services.registry.identity.tables import RefreshTokenRow, SessionRow
from services.registry.tables import columns
from shared.auth import revocations

_columns = columns(SessionRow)


async def begin(session: AsyncSession, begun: Session, first: RefreshToken) -> None:
    """Insert a session and the first link of its chain."""
    await session.execute(sa.insert(SessionRow).values(vars(begun)))
    await add_link(session, first)


async def add_link(session: AsyncSession, token: RefreshToken) -> None:
    """Insert the next link of a chain."""
    await session.execute(sa.insert(RefreshTokenRow).values(vars(token)))


async def lock_chain(session: AsyncSession, token_hash: str) -> tuple[RefreshToken, Session] | None:
    """Return a refresh token and its session, locked so that twins are judged in turn."""
    link = sa.select(col(RefreshTokenRow.session_id)).where(
        col(RefreshTokenRow.token_hash) == token_hash
    )
    statement = sa.select(*_columns).where(col(SessionRow.id) == link.scalar_subquery())
    found = (await session.execute(statement.with_for_update())).one_or_none()
    if found is None:
        return None
    token = await session.execute(
        sa.select(*columns(RefreshTokenRow)).where(col(RefreshTokenRow.token_hash) == token_hash)
    )
    return RefreshToken(**token.one()._mapping), _session(found)  # noqa: SLF001 -- its public name


async def use_link(session: AsyncSession, token: RefreshToken, now: datetime) -> None:
    """Mark a link as used, and its session as alive."""
    await session.execute(
        sa.update(RefreshTokenRow)
        .where(col(RefreshTokenRow.token_hash) == token.token_hash)
        .values(used_at=now)
    )
    await session.execute(
        sa.update(SessionRow).where(col(SessionRow.id) == token.session_id).values(used_at=now)
    )


async def of_user(session: AsyncSession, user_id: UUID, now: datetime) -> list[Session]:
    """Return an account's living sessions, newest first."""
    statement = sa.select(*_columns).where(
        col(SessionRow.user_id) == user_id,
        col(SessionRow.ended_at).is_(None),
        col(SessionRow.expires_at) > now,
    )
    rows = await session.execute(statement.order_by(col(SessionRow.id).desc()))
    return [_session(row) for row in rows]


async def end(
    session: AsyncSession,
    user_id: UUID,
    session_id: UUID | None,
    reason: EndReason,
    now: datetime,
) -> int:
    """End one session of an account, or all of them; returns how many were alive."""
    statement = sa.update(SessionRow).where(
        col(SessionRow.user_id) == user_id, col(SessionRow.ended_at).is_(None)
    )
    if session_id is not None:
        statement = statement.where(col(SessionRow.id) == session_id)
    done: Any = await session.execute(statement.values(ended_at=now, end_reason=reason.value))
    return int(done.rowcount)


async def forget(session: AsyncSession, now: datetime, keep: timedelta) -> None:
    """Delete refresh tokens that ended long ago, and revocations that no token can outlive."""
    old = col(RefreshTokenRow.expires_at) < now - keep
    await session.execute(sa.delete(RefreshTokenRow).where(old))
    day = now - timedelta(days=1)
    await session.execute(sa.delete(revocations).where(revocations.c.not_before < day))


def _session(row: sa.Row[*tuple[Any, ...]]) -> Session:
    return Session(**row._mapping)  # noqa: SLF001 -- its public name


async def factor_given(session: AsyncSession, session_id: UUID | None) -> bool:
    """Whether a session has given its account's second factor."""
    statement = sa.select(col(SessionRow.second_factor)).where(col(SessionRow.id) == session_id)
    return bool(await session.scalar(statement))


async def give_factor(session: AsyncSession, session_id: UUID | None) -> None:
    """Remember that a session has given the second factor."""
    statement = sa.update(SessionRow).where(col(SessionRow.id) == session_id)
    await session.execute(statement.values(second_factor=True))
