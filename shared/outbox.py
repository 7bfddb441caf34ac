"""Events between services: written with the state, sent until acknowledged, applied once.

The producer's outbox row commits with its state. The relay (a job, woken by commits and by
cron) hands due rows to the consumers' queues, many in one job, and sets when to send again.
The consumer stores the events in its inbox, commits, and only then acknowledges; a row without
acknowledgement is sent again. What is next in the sequence of an aggregate is applied, each
event in a transaction of its own. Redis may lose everything at any point: nothing is lost and
nothing is applied twice.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
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
RECEIVE = "receive_events"
ACKNOWLEDGE = "acknowledge_events"
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
    for consumer in sorted({row.consumer for row in rows}):
        theirs = [_envelope(row, service) for row in rows if row.consumer == consumer]
        await queue.enqueue(consumer, RECEIVE, [each.model_dump(mode="json") for each in theirs])
    if rows:
        await session.execute(_SENT, [_sent(row, now) for row in rows])
    await session.commit()
    return len(rows)


_SENT = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("sent"), outbox.c.consumer == sa.bindparam("to"))
    .values(attempts=outbox.c.attempts + 1, due_at=sa.bindparam("again_at"))
)


def _sent(row: Any, now: datetime) -> dict[str, Any]:  # noqa: ANN401 -- a Core row
    wait = min(RESEND * 2 ** min(row.attempts, 10), RESEND_CAP)
    return {"sent": row.id, "to": row.consumer, "again_at": now + wait}


async def acknowledge(session: AsyncSession, event_ids: Sequence[UUID], consumer: str) -> None:
    """Mark rows as taken over by their consumer; repeating it changes nothing."""
    await session.execute(
        sa.update(outbox)
        .where(
            outbox.c.id.in_(event_ids),
            outbox.c.consumer == consumer,
            outbox.c.acknowledged_at.is_(None),
        )
        .values(acknowledged_at=real_now())
    )
    await session.commit()


async def redact(
    session: AsyncSession, kind: str, aggregate_id: UUID, values: Mapping[str, str]
) -> None:
    """Put other values into the events of one kind about an aggregate, sent or received."""
    changed = sa.cast(dict(values), JSONB)
    mine = (outbox.c.type == kind) & (outbox.c.aggregate_id == aggregate_id)
    await session.execute(
        sa.update(outbox).where(mine).values(data=outbox.c.data.op("||")(changed))
    )
    received = (inbox.c.aggregate_id == aggregate_id) & (
        inbox.c.envelope["type"].as_string() == kind
    )
    data = inbox.c.envelope["data"].op("||")(changed)
    envelope = sa.func.jsonb_set(inbox.c.envelope, sa.cast(["data"], ARRAY(sa.Text)), data)
    await session.execute(sa.update(inbox).where(received).values(envelope=envelope))


async def receive(
    ctx: "Context", handlers: Mapping[str, Handler], envelopes: Sequence[Envelope]
) -> None:
    """Store one owner's events, acknowledge them, and apply all that is next in its aggregate.

    An event ahead of its predecessors is kept and applied when they arrive. An aggregate whose
    handler fails holds up no other; raises ExceptionGroup at the end, so that all is tried again.
    """
    async with ctx.work() as work:
        rows = [_inbox_row(each) for each in envelopes]
        await work.session.execute(insert(inbox).on_conflict_do_nothing(), rows)
    stored = [str(each.id) for each in envelopes]
    await ctx.queue.enqueue(envelopes[0].source, ACKNOWLEDGE, stored, ctx.service)
    streams = dict.fromkeys((each.source, each.aggregate_id) for each in envelopes)
    _, failures = await _apply(ctx, handlers, streams)
    if failures:
        raise ExceptionGroup("events not applied", failures)


async def apply_waiting(ctx: "Context", handlers: Mapping[str, Handler]) -> int:
    """Apply stored events whose worker died in between; returns how many were applied."""
    async with ctx.read() as work:
        statement = sa.select(inbox.c.source, inbox.c.aggregate_id).distinct()
        found = await work.session.execute(statement.where(inbox.c.applied_at.is_(None)))
        waiting = [(row.source, row.aggregate_id) for row in found]
    applied, _ = await _apply(ctx, handlers, waiting)
    return applied


async def _apply(
    ctx: "Context", handlers: Mapping[str, Handler], streams: Iterable[tuple[str, UUID]]
) -> tuple[int, list[Exception]]:
    """Apply what is next in each aggregate; how many were applied, and what handlers raised."""
    applied, failures = 0, []
    for source, aggregate_id in streams:
        more = True
        try:
            while more:
                count, more = await _apply_next(ctx, handlers, source, aggregate_id)
                applied += count
        except Exception as error:  # noqa: BLE001 -- whatever a handler raises
            # One aggregate that cannot be applied must not hold up the others.
            _log.exception("event_not_applied", source=source, aggregate=str(aggregate_id))
            failures.append(error)
    return applied, failures


async def _apply_next(
    ctx: "Context", handlers: Mapping[str, Handler], source: str, aggregate_id: UUID
) -> tuple[int, bool]:
    """Apply the next event of the aggregate in one transaction.

    Returns how many were applied, 0 or 1, and whether the one after it has arrived too.
    """
    async with ctx.work() as work:
        await _lock(work.session, "inbox", [(source, aggregate_id)])
        waiting = (await work.session.execute(_next_two(source, aggregate_id))).all()
        if not waiting or waiting[0].ahead > 1:
            return 0, False
        envelope = Envelope.model_validate(waiting[0].envelope)
        handler = handlers.get(envelope.type)
        if handler is not None:
            await handler(work, envelope)
        mine = (inbox.c.source == source) & (inbox.c.id == envelope.id)
        done = sa.update(inbox).where(mine).values(applied_at=real_now())
        await work.session.execute(done)
    return 1, waiting[-1].ahead == 2  # noqa: PLR2004 -- one further than the next


def _next_two(source: str, aggregate_id: UUID) -> sa.Select[Any]:
    """The first two events not yet applied, and how far ahead of the last applied they are."""
    mine = (inbox.c.source == source) & (inbox.c.aggregate_id == aggregate_id)
    earlier = inbox.alias("earlier")
    last = (
        sa.select(sa.func.coalesce(sa.func.max(earlier.c.sequence), 0))
        .where(
            earlier.c.source == source,
            earlier.c.aggregate_id == aggregate_id,
            earlier.c.applied_at.is_not(None),
        )
        .scalar_subquery()
    )
    return (
        sa.select(inbox.c.envelope, (inbox.c.sequence - last).label("ahead"))
        .where(mine, inbox.c.applied_at.is_(None))
        .order_by(inbox.c.sequence)
        .limit(2)
    )


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
