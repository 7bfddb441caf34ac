"""Two clocks: real time for tokens and signatures, business time for deadlines and notices.

Business time is real time plus an offset that only a demonstration or test database may
hold; production refuses to start with a moved clock. Business dates are Asia/Shanghai.
"""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.tables import PLUMBING

SHANGHAI = ZoneInfo("Asia/Shanghai")
# How long another process may go on by the old offset.
OFFSET_SECONDS = 0.05

# One row, id 1; absent in production.
business_clock = sa.Table(
    "business_clock",
    PLUMBING,
    sa.Column("id", sa.SmallInteger, sa.CheckConstraint("id = 1", name="single"), primary_key=True),
    sa.Column("offset_seconds", sa.BigInteger, nullable=False),
)


def real_now() -> datetime:
    """Return the real time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Moment:
    """One reading of both clocks, taken when a unit of work opens."""

    real: datetime
    business: datetime

    @property
    def today(self) -> date:
        """The business date in Asia/Shanghai."""
        return self.business.astimezone(SHANGHAI).date()


@dataclass
class Clock:
    """Reads both clocks; `movable` only where the settings allow a demonstration clock.

    The offset is read anew every moment: another process may have moved it.
    """

    movable: bool = False
    _offset: timedelta = timedelta()
    _read_at: float = -1.0

    async def read(self, session: AsyncSession) -> Moment:
        """Read both clocks; the offset lives in this service's database."""
        now = real_now()
        if self.movable and time.monotonic() - self._read_at > OFFSET_SECONDS:
            offset = await session.scalar(sa.select(business_clock.c.offset_seconds))
            self._offset, self._read_at = timedelta(seconds=offset or 0), time.monotonic()
        return Moment(now, now + self._offset)

    async def move(self, session: AsyncSession, to: datetime) -> Moment:
        """Set business time to `to` (aware), from where it goes on at real speed."""
        if not self.movable:
            message = "the business clock is fixed here"
            raise RuntimeError(message)
        offset = round((to - real_now()).total_seconds())
        await session.execute(sa.delete(business_clock))
        await session.execute(sa.insert(business_clock).values(id=1, offset_seconds=offset))
        self._read_at = -1.0
        return await self.read(session)

    async def check(self, session: AsyncSession) -> None:
        """Refuse a database with a moved clock where it may not be moved."""
        if self.movable:
            return
        if await session.scalar(sa.select(sa.func.count()).select_from(business_clock)):
            message = "this database holds a moved business clock; production refuses to start"
            raise RuntimeError(message)
