"""Events between services: written with the state, sent until acknowledged, applied once.

The producer's outbox row commits with its state. The relay (a job, woken by commits and by
cron) hands due rows to the consumer's queue and sets when to send again. The consumer
stores the event in its inbox, applies what is next in the aggregate's sequence, commits,
and only then acknowledges; a row without acknowledgement is sent again. Redis may lose
everything at any point: nothing is lost and nothing is applied twice.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import real_now
from shared.contracts.events import Envelope, Event
from shared.queue import Queue
from shared.tables import PLUMBING, new_id

if TYPE_CHECKING:
    from shared.context import Context, Work

RELAY = "relay_outbox"
RECEIVE = "receive_event"
ACKNOWLEDGE = "acknowledge_event"
BATCH = 100
# First resend after this; doubled per attempt up to the cap.
RESEND = timedelta(seconds=5)
RESEND_CAP = timedelta(seconds=60)

_log = structlog.get_logger(__name__)

Handler = Callable[["Work", Envelope], Awaitable[None]]

outbox = sa.Table(
    "outbox",
    PLUMBING,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("aggregate_id", sa.Uuid, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("county_id", sa.Uuid),
    sa.Column("data", JSONB, nullable=False),
    sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
    sa.UniqueConstraint("consumer", "aggregate_id", "sequence", name="uq_outbox_sequence"),
    sa.Index("ix_outbox_due", "due_at", postgresql_where=sa.text("acknowledged_at IS NULL")),
)

inbox = sa.Table(
    "inbox",
    PLUMBING,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("aggregate_id", sa.Uuid, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("envelope", JSONB, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("applied_at", sa.DateTime(timezone=True)),
    sa.UniqueConstraint("source", "aggregate_id", "sequence", name="uq_inbox_sequence"),
)


async def write(
    session: AsyncSession,
    events: Sequence[tuple[Event, UUID]],
    county_id: UUID | None,
    now: datetime,
) -> None:
    """Write one row for each event and consumer, numbered per aggregate and consumer.

    The numbers of one aggregate have no gaps. However many events come together, they cost
    three statements.
    """
    streams = sorted({(name, each[1]) for each in events for name in each[0].consumers})
    await _lock(session, "outbox", streams)
    last = await _last_sequences(session, streams)
    rows = []
    for event, aggregate_id in events:
        event_id = new_id()
        for consumer in event.consumers:
            last[consumer, aggregate_id] = last.get((consumer, aggregate_id), 0) + 1
            rows.append(
                {
                    "id": event_id,
                    "consumer": consumer,
                    "type": event.type,
                    "aggregate_id": aggregate_id,
                    "sequence": last[consumer, aggregate_id],
                    "county_id": county_id,
                    "data": event.model_dump(mode="json"),
                    "occurred_at": now,
                    "due_at": now,
                }
            )
    await session.execute(sa.insert(outbox), rows)


async def _last_sequences(
    session: AsyncSession, streams: Sequence[tuple[str, UUID]]
) -> dict[tuple[str, UUID], int]:
    statement = (
        sa.select(outbox.c.consumer, outbox.c.aggregate_id, sa.func.max(outbox.c.sequence))
        .where(
            outbox.c.consumer.in_({consumer for consumer, _ in streams}),
            outbox.c.aggregate_id.in_({aggregate_id for _, aggregate_id in streams}),
        )
        .group_by(outbox.c.consumer, outbox.c.aggregate_id)
    )
    rows = await session.execute(statement)
    return {(consumer, aggregate_id): last for consumer, aggregate_id, last in rows}


async def relay(session: AsyncSession, service: str, queue: Queue) -> int:
    """Hand due rows to their consumers' queues; returns how many. Commits the next due times."""
    now = real_now()
    due = (
        sa.select(outbox)
        .where(outbox.c.acknowledged_at.is_(None), outbox.c.due_at <= now)
        .order_by(outbox.c.occurred_at, outbox.c.sequence)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.execute(due)).all()
    for row in rows:
        await queue.enqueue(row.consumer, RECEIVE, _envelope(row, service).model_dump(mode="json"))
        wait = min(RESEND * 2 ** min(row.attempts, 10), RESEND_CAP)
        await session.execute(
            sa.update(outbox)
            .where(outbox.c.id == row.id, outbox.c.consumer == row.consumer)
            .values(attempts=row.attempts + 1, due_at=now + wait)
        )
    await session.commit()
    return len(rows)


async def acknowledge(session: AsyncSession, event_id: UUID, consumer: str) -> None:
    """Mark a row as taken over by its consumer; repeating it changes nothing."""
    await session.execute(
        sa.update(outbox)
        .where(
            outbox.c.id == event_id,
            outbox.c.consumer == consumer,
            outbox.c.acknowledged_at.is_(None),
        )
        .values(acknowledged_at=real_now())
    )
    await session.commit()


async def receive(ctx: "Context", handlers: Mapping[str, Handler], envelope: Envelope) -> None:
    """Store the event, apply all that is next in its aggregate, then acknowledge it.

    An event ahead of its predecessors is kept and applied when they arrive.
    """
    async with ctx.work() as work:
        statement = insert(inbox).values(_inbox_row(envelope)).on_conflict_do_nothing()
        await work.session.execute(statement)
    await ctx.queue.enqueue(envelope.source, ACKNOWLEDGE, str(envelope.id), ctx.service)
    while await _apply_next(ctx, handlers, envelope.source, envelope.aggregate_id):
        pass


async def apply_waiting(ctx: "Context", handlers: Mapping[str, Handler]) -> int:
    """Apply stored events whose worker died in between; returns how many were applied."""
    async with ctx.read() as work:
        statement = sa.select(inbox.c.source, inbox.c.aggregate_id).distinct()
        found = await work.session.execute(statement.where(inbox.c.applied_at.is_(None)))
        waiting = [(row.source, row.aggregate_id) for row in found]
    applied = 0
    for source, aggregate_id in waiting:
        try:
            while await _apply_next(ctx, handlers, source, aggregate_id):
                applied += 1
        except Exception:  # noqa: BLE001 -- whatever a handler raises
            # One aggregate that cannot be applied must not hold up the others.
            _log.exception("event_not_applied", source=source, aggregate=str(aggregate_id))
    return applied


async def _apply_next(
    ctx: "Context", handlers: Mapping[str, Handler], source: str, aggregate_id: UUID
) -> bool:
    """Apply the next event of the aggregate in one transaction; False when there is none."""
    async with ctx.work() as work:
        session = work.session
        await _lock(session, "inbox", [(source, aggregate_id)])
        mine = (inbox.c.source == source) & (inbox.c.aggregate_id == aggregate_id)
        applied = mine & inbox.c.applied_at.is_not(None)
        last = await session.scalar(sa.select(sa.func.max(inbox.c.sequence)).where(applied))
        following = mine & (inbox.c.sequence == (last or 0) + 1)
        row = (await session.execute(sa.select(inbox).where(following))).one_or_none()
        if row is None:
            return False
        envelope = Envelope.model_validate(row.envelope)
        handler = handlers.get(envelope.type)
        if handler is not None:
            await handler(work, envelope)
        done = sa.update(inbox).where(following).values(applied_at=real_now())
        await session.execute(done)
    return True


async def _lock(session: AsyncSession, table: str, streams: Sequence[tuple[str, UUID]]) -> None:
    """Hold the sequences of these peers and aggregates until the transaction ends.

    Everybody takes several in the same order, so that nobody waits in a circle.
    """
    keys = [f"{table}:{peer}:{aggregate_id}" for peer, aggregate_id in streams]
    key = sa.func.unnest(sa.cast(keys, ARRAY(sa.Text))).column_valued("key")
    await session.execute(
        sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0)))
    )


def _inbox_row(envelope: Envelope) -> dict[str, Any]:
    return {
        "source": envelope.source,
        "id": envelope.id,
        "aggregate_id": envelope.aggregate_id,
        "sequence": envelope.sequence,
        "envelope": envelope.model_dump(mode="json"),
        "received_at": real_now(),
    }


def _envelope(row: Any, source: str) -> Envelope:  # noqa: ANN401 -- a Core row
    return Envelope(
        id=row.id,
        source=source,
        type=row.type,
        aggregate_id=row.aggregate_id,
        sequence=row.sequence,
        county_id=row.county_id,
        occurred_at=row.occurred_at,
        data=row.data,
    )
