"""The unit of work, the audit trail and the two clocks."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared.audit import audit_log
from shared.auth import Revocations, revoke
from shared.clock import Clock, real_now
from shared.context import Context, Work
from shared.tables import new_id
from tests.shared.conftest import ContextFactory


async def _record(work: Work) -> None:
    await work.audit("thing.make", "thing", new_id(), county_id=None)


async def test_the_audit_trail_refuses_change(context: ContextFactory) -> None:
    ctx = await context("things")
    async with ctx.work() as work:
        await _record(work)
    for statement in (
        sa.update(audit_log).values(action="thing.hide"),
        sa.delete(audit_log),
        sa.text("TRUNCATE audit_log"),
    ):
        async with ctx.sessions() as session:
            with pytest.raises(DBAPIError, match="append-only"):
                await session.execute(statement)


async def test_a_read_cannot_write(context: ContextFactory) -> None:
    ctx = await context("things")
    async with ctx.read() as work:
        with pytest.raises(DBAPIError, match="read-only"):
            await _record(work)


async def test_business_time_moves_and_goes_on(context: ContextFactory) -> None:
    ctx = await context("things")
    spring = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    async with ctx.work() as work:
        await ctx.clock.move(work.session, spring)
    async with ctx.read() as work:
        assert abs(work.moment.business - spring) < timedelta(seconds=5)
        assert abs(work.moment.real - real_now()) < timedelta(seconds=5)
        assert work.moment.today.isoformat() == "2026-03-02"


async def test_production_refuses_a_moved_clock(context: ContextFactory) -> None:
    ctx = await context("things")
    async with ctx.work() as work:
        await ctx.clock.move(work.session, real_now() + timedelta(days=1))
    fixed = Clock(movable=False)
    async with ctx.sessions() as session:
        with pytest.raises(RuntimeError, match="refuses to start"):
            await fixed.check(session)
        with pytest.raises(RuntimeError, match="fixed here"):
            await fixed.move(session, real_now())


async def _refused(ctx: Context, *key: object) -> bool:
    return await Revocations(ctx.sessions).refuse(*key)  # type: ignore[arg-type]  # test input


async def test_a_revocation_voids_older_tokens_only(context: ContextFactory) -> None:
    ctx = await context("things")
    user, session_id, now = new_id(), new_id(), real_now()
    async with ctx.work() as work:
        await revoke(work.session, user, session_id, now)
    assert await _refused(ctx, user, session_id, now - timedelta(seconds=1))
    assert not await _refused(ctx, user, session_id, now + timedelta(milliseconds=1))
    assert not await _refused(ctx, user, new_id(), now - timedelta(seconds=1))
    async with ctx.work() as work:
        await revoke(work.session, user, None, now)
        await revoke(work.session, user, None, now - timedelta(minutes=1))  # the latest wins
    assert await _refused(ctx, user, new_id(), now - timedelta(seconds=1))
