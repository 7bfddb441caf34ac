"""The SQL of deliveries: what is due, what became of it, and the account of it all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.notifications.channels.domain import Delivery, EventReport, Waiting, Wanted
from services.notifications.messages.domain.delivery import DeliveryState, Outcome, Progress
from services.notifications.messages.domain.sending import Channel, Channels
from services.notifications.messages.domain.texts import Words
from services.notifications.messages.store import leases
from services.notifications.messages.tables import DeliveryRow, FanOutRow, MessageRow
from shared.clock import Moment
from shared.directory import organizations, within

Roots = Iterable[UUID] | None
# Chunks of one channel that all workers together have under way at most, or a little more.
_CHUNKS_AT_ONCE = 2


async def take_back(session: AsyncSession, moment: Moment, channels: Channels) -> int:
    """Free deliveries whose worker was never heard of again."""
    rows = await leases.take_back(session, DeliveryRow, moment.real, channels.schedule)
    return len(rows)


async def claim(
    session: AsyncSession, moment: Moment, channel: Channel, channels: Channels
) -> list[Waiting]:
    """Lease the next chunk of a channel's due deliveries; none while enough is under way.

    A mail server that hangs must not take all of the workers' hands.
    """
    mine = col(DeliveryRow.channel) == channel.value
    if await leases.under_way(session, DeliveryRow, mine) >= _CHUNKS_AT_ONCE * channels.chunk:
        return []
    rows = await leases.claim(
        session, DeliveryRow, moment.real, channels.lease, channels.chunk, mine
    )
    wanted = [row.message_id for row in rows]
    found = await session.scalars(sa.select(MessageRow).where(col(MessageRow.id).in_(wanted)))
    texts = {row.id: Words(row.title, row.body, row.title_en, row.body_en) for row in found}
    return [
        Waiting(
            row.id, row.attempts, row.user_id, row.organization_id, row.role, texts[row.message_id]
        )
        for row in rows
    ]


async def settle(
    session: AsyncSession,
    moment: Moment,
    claimed: Sequence[Waiting],
    outcomes: Mapping[UUID, Outcome],
    channels: Channels,
) -> None:
    """Store what became of each claimed delivery."""
    attempts = {each.id: each.attempt for each in claimed}
    await leases.settle(session, DeliveryRow, attempts, outcomes, moment.real, channels.schedule)


async def lock(
    session: AsyncSession, delivery_id: UUID, roots: Roots
) -> tuple[Progress, UUID | None] | None:
    """Return a delivery's progress and county, locked; None outside the roots."""
    statement = sa.select(DeliveryRow).where(
        col(DeliveryRow.id) == delivery_id, _inside(col(DeliveryRow.county_id), roots)
    )
    row = await session.scalar(statement.with_for_update())
    return None if row is None else (leases.progress(row), row.county_id)


async def save(session: AsyncSession, delivery_id: UUID, progress: Progress) -> None:
    """Store the progress of a locked delivery."""
    row = await session.get_one(DeliveryRow, delivery_id)
    leases.put(row, progress)
    await session.flush()


async def find(session: AsyncSession, delivery_id: UUID) -> Delivery:
    """Return one delivery that is known to exist."""
    row = (await session.execute(_select().where(col(DeliveryRow.id) == delivery_id))).one()
    return _delivery(row)


async def search(
    session: AsyncSession, wanted: Wanted, roots: Roots, before: UUID | None, limit: int
) -> list[Delivery]:
    """Return deliveries, newest first."""
    statement = _select().where(*_conditions(wanted, roots))
    if before is not None:
        statement = statement.where(col(DeliveryRow.id) < before)
    rows = await session.execute(statement.order_by(col(DeliveryRow.id).desc()).limit(limit))
    return [_delivery(row) for row in rows]


async def count(session: AsyncSession, wanted: Wanted, roots: Roots) -> int:
    """Return how many deliveries there are."""
    statement = sa.select(sa.func.count()).select_from(DeliveryRow)
    return await session.scalar(statement.where(*_conditions(wanted, roots))) or 0


async def events(
    session: AsyncSession, roots: Roots, before: UUID | None, limit: int
) -> list[EventReport]:
    """Return how each event was told, newest first."""
    columns = [
        col(FanOutRow.id),
        col(FanOutRow.kind),
        col(FanOutRow.county_id),
        col(FanOutRow.occurred_at),
        col(FanOutRow.finished_at),
        col(FanOutRow.position).label("told"),
        col(FanOutRow.total).label("to_tell"),
        col(FanOutRow.error),
    ]
    statement = sa.select(*columns).where(_inside(col(FanOutRow.county_id), roots))
    if before is not None:
        statement = statement.where(col(FanOutRow.id) < before)
    found = await session.execute(statement.order_by(col(FanOutRow.id).desc()).limit(limit))
    rows = found.mappings().all()
    counts = await _counts(session, [row["id"] for row in rows])
    return [EventReport(**row, counts=counts.get(row["id"], {})) for row in rows]


async def totals(session: AsyncSession, roots: Roots) -> dict[Channel, dict[DeliveryState, int]]:
    """Return how many deliveries there are by channel and state."""
    statement = sa.select(
        col(DeliveryRow.channel), col(DeliveryRow.state), sa.func.count().label("n")
    ).where(_inside(col(DeliveryRow.county_id), roots))
    rows = await session.execute(
        statement.group_by(col(DeliveryRow.channel), col(DeliveryRow.state))
    )
    found: dict[Channel, dict[DeliveryState, int]] = {}
    for row in rows:
        found.setdefault(Channel(row.channel), {})[DeliveryState(row.state)] = row.n
    return found


async def _counts(
    session: AsyncSession, fan_out_ids: Sequence[UUID]
) -> dict[UUID, dict[Channel, dict[DeliveryState, int]]]:
    key = (col(DeliveryRow.fan_out_id), col(DeliveryRow.channel), col(DeliveryRow.state))
    statement = sa.select(*key, sa.func.count().label("n")).where(key[0].in_(fan_out_ids))
    found: dict[UUID, dict[Channel, dict[DeliveryState, int]]] = {}
    for row in await session.execute(statement.group_by(*key)):
        channels = found.setdefault(row.fan_out_id, {})
        channels.setdefault(Channel(row.channel), {})[DeliveryState(row.state)] = row.n
    return found


def _inside(county_id: sa.SQLColumnExpression[Any], roots: Roots) -> sa.ColumnElement[bool]:
    """The county lies in one of the subtrees; who sees everywhere sees all rows."""
    if roots is None:
        return sa.true()
    county = organizations.alias()
    return sa.exists(
        sa.select(sa.literal(1)).where(county.c.id == county_id, within(roots, county.c.path))
    )


def _conditions(wanted: Wanted, roots: Roots) -> list[sa.ColumnElement[bool]]:
    given = [
        (col(DeliveryRow.fan_out_id), wanted.fan_out_id),
        (col(DeliveryRow.channel), wanted.channel),
        (col(DeliveryRow.state), wanted.state),
    ]
    chosen = [column == value for column, value in given if value is not None]
    return [_inside(col(DeliveryRow.county_id), roots), *chosen]


def _select() -> sa.Select[DeliveryRow, str, str | None]:
    return (
        sa.select(DeliveryRow, col(MessageRow.title), organizations.c.name)
        .join(MessageRow, col(MessageRow.id) == col(DeliveryRow.message_id))
        .outerjoin(organizations, organizations.c.id == col(DeliveryRow.organization_id))
    )


def _delivery(found: sa.Row[DeliveryRow, str, str | None]) -> Delivery:
    row, title, name = found
    return Delivery(
        id=row.id,
        fan_out_id=row.fan_out_id,
        message_id=row.message_id,
        organization_id=row.organization_id,
        organization_name=name,
        user_id=row.user_id,
        channel=Channel(row.channel),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        title=title,
        error=row.error,
        due_at=row.due_at,
        sent_at=row.sent_at,
    )
