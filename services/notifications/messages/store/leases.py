"""Leases in SQL: claim due rows, take back expired ones, settle attempts; any leased table."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.notifications.messages.domain.delivery import (
    DeliveryState,
    Outcome,
    Progress,
    Schedule,
)
from services.notifications.messages.tables import Leased

R = TypeVar("R", bound=Leased)
# Expired leases taken back at a time.
_SWEEP = 500


def progress(row: Leased) -> Progress:
    """Return how far the row has come."""
    return Progress(
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        leased_until=row.leased_until,
        sent_at=row.sent_at,
        error=row.error,
    )


def put(row: Leased, now: Progress) -> None:
    """Store how far the row has come."""
    row.state, row.attempts, row.due_at = now.state.value, now.attempts, now.due_at
    row.leased_until, row.sent_at, row.error = now.leased_until, now.sent_at, now.error


async def claim(
    session: AsyncSession,
    kind: type[R],
    now: datetime,
    lease: timedelta,
    limit: int,
    *where: sa.ColumnElement[bool],
) -> Sequence[R]:
    """Lease the oldest due rows; rows that another worker is claiming are passed over."""
    waiting = col(kind.state).in_([DeliveryState.QUEUED.value, DeliveryState.FAILED.value])
    statement = (
        sa.select(kind)
        .where(waiting, col(kind.due_at) <= now, *where)
        .order_by(col(kind.due_at), col(kind.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.scalars(statement)).all()
    for row in rows:
        put(row, progress(row).claimed(now, lease))
    await session.flush()
    return rows


async def under_way(session: AsyncSession, kind: type[R], *where: sa.ColumnElement[bool]) -> int:
    """Return how many rows are being sent now, by all workers together."""
    sending = col(kind.state) == DeliveryState.SENDING.value
    statement = sa.select(sa.func.count()).select_from(kind).where(sending, *where)
    return await session.scalar(statement) or 0


async def take_back(
    session: AsyncSession, kind: type[R], now: datetime, schedule: Schedule
) -> Sequence[R]:
    """Free the rows whose lease ran out: their worker died, and others go on."""
    statement = (
        sa.select(kind)
        .where(col(kind.state) == DeliveryState.SENDING.value, col(kind.leased_until) <= now)
        .limit(_SWEEP)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.scalars(statement)).all()
    for row in rows:
        put(row, progress(row).expired(now, schedule))
    await session.flush()
    return rows


async def settle(
    session: AsyncSession,
    kind: type[R],
    attempts: Mapping[UUID, int],
    outcomes: Mapping[UUID, Outcome],
    now: datetime,
    schedule: Schedule,
) -> Sequence[R]:
    """End the claimed attempts (by number); those without an outcome never began.

    Returns the rows that were settled. A row whose lease was taken back meanwhile has moved
    on and is left alone: what was sent for it is sent again under the same id.
    """
    statement = (
        sa.select(kind)
        .where(col(kind.id).in_(list(attempts)), col(kind.state) == DeliveryState.SENDING.value)
        .order_by(col(kind.id))
        .with_for_update()
    )
    found = (await session.scalars(statement)).all()
    rows = [row for row in found if attempts[row.id] == row.attempts]
    for row in rows:
        outcome = outcomes.get(row.id)
        before = progress(row)
        put(row, before.settled(outcome, now, schedule) if outcome else before.put_back(now))
    await session.flush()
    return rows
