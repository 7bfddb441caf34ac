"""Events: written with the state, applied once and in order, whatever is lost on the way."""

import asyncio
import random
from typing import ClassVar
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared import outbox, worker
from shared.context import Context, Work
from shared.contracts.events import Envelope, Event
from shared.queue import MemoryQueue, QueueDown
from shared.tables import new_id
from tests.shared.conftest import ContextFactory


class Counted(Event):
    """A test event that carries a number."""

    type: ClassVar[str] = "counted"
    consumers: ClassVar[tuple[str, ...]] = ("reader",)
    number: int


async def _emit(ctx: Context, aggregate: UUID, *numbers: int) -> None:
    async with ctx.work() as work:
        for number in numbers:
            await work.emit(Counted(number=number), aggregate, None)


async def _unacknowledged(ctx: Context) -> int:
    async with ctx.read() as work:
        waiting = sa.select(sa.func.count()).where(outbox.outbox.c.acknowledged_at.is_(None))
        return int(await work.session.scalar(waiting) or 0)


async def _make_due(ctx: Context) -> None:
    async with ctx.work() as work:
        await work.session.execute(
            sa.update(outbox.outbox).values(due_at=sa.func.now() - sa.text("interval '1 minute'"))
        )


def _envelopes(queue: MemoryQueue) -> list[Envelope]:
    return [Envelope.model_validate(each) for _, args in queue.take("reader") for each in args[0]]


async def _deliver(
    reader: Context, writer: Context, seen: list[int], envelopes: list[Envelope]
) -> None:
    async def handler(work: Work, envelope: Envelope) -> None:
        assert work.session.in_transaction()
        seen.append(Counted.model_validate(envelope.data).number)

    for envelope in envelopes:
        await outbox.receive(reader, {"counted": handler}, [envelope])
    assert isinstance(reader.queue, MemoryQueue)
    for job, args in reader.queue.take("writer"):
        if job == outbox.ACKNOWLEDGE:
            await worker.acknowledge_events(writer, *args)


async def test_an_event_is_applied_once_and_acknowledged(context: ContextFactory) -> None:
    writer, reader = await context("writer"), await context("reader")
    seen: list[int] = []
    await _emit(writer, new_id(), 1)
    await worker.relay_outbox(writer)
    assert isinstance(writer.queue, MemoryQueue)
    envelopes = _envelopes(writer.queue)
    await _deliver(reader, writer, seen, envelopes * 3)
    assert seen == [1]
    assert await _unacknowledged(writer) == 0


async def test_order_within_an_aggregate_survives_any_order_of_arrival(
    context: ContextFactory,
) -> None:
    writer, reader = await context("writer"), await context("reader")
    seen: list[int] = []
    await _emit(writer, new_id(), *range(12))
    await worker.relay_outbox(writer)
    assert isinstance(writer.queue, MemoryQueue)
    envelopes = _envelopes(writer.queue)
    random.Random(7).shuffle(envelopes)
    await _deliver(reader, writer, seen, envelopes)
    assert seen == list(range(12))
    assert await _unacknowledged(writer) == 0


async def test_what_redis_forgot_is_sent_again(context: ContextFactory) -> None:
    writer, reader = await context("writer"), await context("reader")
    seen: list[int] = []
    await _emit(writer, new_id(), 1, 2)
    await worker.relay_outbox(writer)
    assert isinstance(writer.queue, MemoryQueue)
    _envelopes(writer.queue)  # lost
    await worker.relay_outbox(writer)
    assert _envelopes(writer.queue) == []  # not due yet
    await _make_due(writer)
    await worker.relay_outbox(writer)
    await _deliver(reader, writer, seen, _envelopes(writer.queue))
    assert seen == [1, 2]


async def test_a_rolled_back_work_sends_nothing(context: ContextFactory) -> None:
    writer = await context("writer")

    async def fail() -> None:
        async with writer.work() as work:
            await work.emit(Counted(number=1), new_id(), None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await _unacknowledged(writer) == 0


async def test_a_queue_that_is_down_leaves_the_row_due(context: ContextFactory) -> None:
    writer = await context("writer")
    await _emit(writer, new_id(), 1)

    class Down(MemoryQueue):
        async def enqueue(self, service: str, job: str, *args: object) -> None:
            raise QueueDown(f"{service} {job} {args}")

    downed = Context(writer.service, writer.sessions, writer.clock, Down(), {})
    await worker.relay_outbox(downed)
    await worker.relay_outbox(writer)
    assert isinstance(writer.queue, MemoryQueue)
    assert len(_envelopes(writer.queue)) == 1


async def test_a_failing_handler_is_tried_again_and_holds_up_only_its_aggregate(
    context: ContextFactory,
) -> None:
    writer, reader = await context("writer"), await context("reader")
    bad, good = new_id(), new_id()
    await _emit(writer, bad, 1)
    await _emit(writer, good, 2)
    await worker.relay_outbox(writer)
    assert isinstance(writer.queue, MemoryQueue)
    seen: list[int] = []
    broken = True

    async def handler(work: Work, envelope: Envelope) -> None:
        if broken and envelope.aggregate_id == bad:
            raise RuntimeError(work.service)
        seen.append(Counted.model_validate(envelope.data).number)

    with pytest.raises(ExceptionGroup) as failed:
        await outbox.receive(reader, {"counted": handler}, _envelopes(writer.queue))
    assert [type(error) for error in failed.value.exceptions] == [RuntimeError]
    assert seen == [2]
    assert await outbox.apply_waiting(reader, {"counted": handler}) == 0
    broken = False
    assert await outbox.apply_waiting(reader, {"counted": handler}) == 1
    assert seen == [2, 1]


async def test_sequences_have_no_gaps_under_concurrent_writers(context: ContextFactory) -> None:
    writer, aggregate = await context("writer"), new_id()
    await asyncio.gather(*(_emit(writer, aggregate, number) for number in range(16)))
    async with writer.read() as work:
        found = await work.session.scalars(
            sa.select(outbox.outbox.c.sequence).order_by(outbox.outbox.c.sequence)
        )
        assert list(found) == list(range(1, 17))
