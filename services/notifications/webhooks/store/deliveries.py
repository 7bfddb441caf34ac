"""The SQL of webhook events, their deliveries and attempts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.notifications.messages.domain.delivery import DeliveryState
from services.notifications.messages.store import leases
from services.notifications.webhooks.domain.facts import PublicEvent
from services.notifications.webhooks.domain.subscription import (
    Attempt,
    Reply,
    Sendable,
    Webhook,
    WebhookDelivery,
    Webhooks,
    WebhookState,
)
from services.notifications.webhooks.tables import (
    WebhookAttemptRow,
    WebhookDeliveryRow,
    WebhookEventRow,
    WebhookRow,
)
from shared.caller import Caller
from shared.tables import new_id

# Subscriptions that one run of the job serves.
_SUBSCRIBERS = 100
_LIVE = (DeliveryState.QUEUED.value, DeliveryState.FAILED.value)


async def add_event(session: AsyncSession, event: PublicEvent) -> None:
    """Store a public fact once; its id stays the same for every subscriber and repetition."""
    await session.execute(insert(WebhookEventRow).values(vars(event)).on_conflict_do_nothing())


async def queue(
    session: AsyncSession, event_id: UUID, webhook_ids: Sequence[UUID], now: datetime
) -> Sequence[UUID]:
    """Queue an event for subscribers, once each; returns the new deliveries."""
    rows = [
        {
            "id": new_id(),
            "webhook_id": webhook_id,
            "event_id": event_id,
            "state": DeliveryState.QUEUED.value,
            "attempts": 0,
            "due_at": now,
        }
        for webhook_id in webhook_ids
    ]
    if not rows:
        return ()
    statement = insert(WebhookDeliveryRow).values(rows).on_conflict_do_nothing()
    return (await session.scalars(statement.returning(col(WebhookDeliveryRow.id)))).all()


async def take_back(session: AsyncSession, now: datetime, port: Webhooks) -> int:
    """Free deliveries whose worker was never heard of again."""
    return len(await leases.take_back(session, WebhookDeliveryRow, now, port.schedule))


async def waiting(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the active subscriptions that something is due for, the longest waiting first.

    One that is being served already is left to that worker: a slow subscriber takes one
    worker's hands at most.
    """
    delivery, webhook = WebhookDeliveryRow, WebhookRow
    other = aliased(delivery)
    served = sa.exists().where(
        col(other.webhook_id) == col(webhook.id),
        col(other.state) == DeliveryState.SENDING.value,
    )
    statement = (
        sa.select(col(delivery.webhook_id))
        .join(webhook, col(webhook.id) == col(delivery.webhook_id))
        .where(
            col(delivery.state).in_(_LIVE),
            col(delivery.due_at) <= now,
            col(webhook.state) == WebhookState.ACTIVE.value,
            ~served,
        )
        .group_by(col(delivery.webhook_id))
        .order_by(sa.func.min(col(delivery.due_at)))
        .limit(_SUBSCRIBERS)
    )
    return list(await session.scalars(statement))


async def claim(
    session: AsyncSession, webhook_id: UUID, now: datetime, port: Webhooks
) -> list[Sendable]:
    """Lease the next chunk of one subscriber's due deliveries."""
    mine = col(WebhookDeliveryRow.webhook_id) == webhook_id
    rows = await leases.claim(session, WebhookDeliveryRow, now, port.lease, port.chunk, mine)
    wanted = {row.event_id for row in rows}
    found = await session.scalars(
        sa.select(WebhookEventRow).where(col(WebhookEventRow.id).in_(wanted))
    )
    bodies = {row.id: row.body for row in found}
    return [
        Sendable(row.id, row.attempts, f"evt_{row.event_id}", bodies[row.event_id]) for row in rows
    ]


async def settle(
    session: AsyncSession,
    claimed: Sequence[Sendable],
    replies: Mapping[UUID, Reply],
    now: datetime,
    port: Webhooks,
) -> None:
    """Store what became of each claimed delivery, and log every attempt that was made."""
    numbers = {each.id: each.attempt for each in claimed}
    outcomes = {delivery_id: reply.outcome for delivery_id, reply in replies.items()}
    await leases.settle(session, WebhookDeliveryRow, numbers, outcomes, now, port.schedule)
    rows = [
        {
            "id": new_id(),
            "delivery_id": delivery_id,
            "number": numbers[delivery_id],
            "at": now,
            "status": reply.status,
            "error": reply.error,
            "duration_ms": reply.duration_ms,
            "response": reply.text,
        }
        for delivery_id, reply in replies.items()
    ]
    if rows:
        await session.execute(sa.insert(WebhookAttemptRow), rows)


async def replay(
    session: AsyncSession, webhook: Webhook, since: datetime, caller: Caller, now: datetime
) -> int:
    """Queue all of a subscription's events since then anew, those it missed too."""
    event, delivery = WebhookEventRow, WebhookDeliveryRow
    wanted = sa.select(col(event.id)).where(
        col(event.county_id) == webhook.county_id,
        col(event.type).in_(webhook.event_types),
        col(event.occurred_at) >= since,
    )
    ids = (await session.scalars(wanted)).all()
    settled = [each.value for each in DeliveryState if each is not DeliveryState.SENDING]
    known = (
        sa.select(delivery)
        .where(
            col(delivery.webhook_id) == webhook.id,
            col(delivery.event_id).in_(ids),
            col(delivery.state).in_(settled),
        )
        .with_for_update()
    )
    rows = (await session.scalars(known)).all()
    for row in rows:
        if row.state != DeliveryState.QUEUED:
            leases.put(row, leases.progress(row).retried("replay", caller, now))
    await session.flush()
    missed = 0
    for event_id in ids:
        missed += len(await queue(session, event_id, [webhook.id], now))
    return len(rows) + missed


async def lock(session: AsyncSession, webhook_id: UUID, delivery_id: UUID) -> bool:
    """Lock one delivery of a subscription; whether there is such a one."""
    statement = sa.select(col(WebhookDeliveryRow.id)).where(
        col(WebhookDeliveryRow.id) == delivery_id,
        col(WebhookDeliveryRow.webhook_id) == webhook_id,
    )
    return await session.scalar(statement.with_for_update()) is not None


async def retry(session: AsyncSession, delivery_id: UUID, caller: Caller, now: datetime) -> None:
    """Queue one locked delivery anew."""
    row = await session.get_one(WebhookDeliveryRow, delivery_id)
    leases.put(row, leases.progress(row).retried("retry", caller, now))
    await session.flush()


async def search(
    session: AsyncSession,
    webhook_id: UUID,
    state: DeliveryState | None,
    before: UUID | None,
    limit: int,
) -> list[WebhookDelivery]:
    """Return a subscription's deliveries, newest first."""
    delivery = WebhookDeliveryRow
    statement = _select().where(col(delivery.webhook_id) == webhook_id)
    if state is not None:
        statement = statement.where(col(delivery.state) == state.value)
    if before is not None:
        statement = statement.where(col(delivery.id) < before)
    rows = await session.execute(statement.order_by(col(delivery.id).desc()).limit(limit))
    return [_delivery(*row) for row in rows]


async def find(
    session: AsyncSession, webhook_id: UUID, delivery_id: UUID
) -> WebhookDelivery | None:
    """Return one delivery of a subscription."""
    delivery = WebhookDeliveryRow
    mine = (col(delivery.id) == delivery_id) & (col(delivery.webhook_id) == webhook_id)
    row = (await session.execute(_select().where(mine))).one_or_none()
    return None if row is None else _delivery(*row)


async def attempts(session: AsyncSession, delivery_id: UUID) -> list[Attempt]:
    """Return the log of a delivery, in order."""
    statement = sa.select(WebhookAttemptRow).where(
        col(WebhookAttemptRow.delivery_id) == delivery_id
    )
    rows = await session.scalars(statement.order_by(col(WebhookAttemptRow.id)))
    return [
        Attempt(row.number, row.at, Reply(row.status, row.error, row.duration_ms, row.response))
        for row in rows
    ]


def _select() -> sa.Select[WebhookDeliveryRow, WebhookEventRow]:
    return sa.select(WebhookDeliveryRow, WebhookEventRow).join(
        WebhookEventRow, col(WebhookEventRow.id) == col(WebhookDeliveryRow.event_id)
    )


def _delivery(row: WebhookDeliveryRow, event: WebhookEventRow) -> WebhookDelivery:
    return WebhookDelivery(
        id=row.id,
        webhook_id=row.webhook_id,
        event_id=row.event_id,
        event_type=event.type,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        error=row.error,
        occurred_at=event.occurred_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
    )
