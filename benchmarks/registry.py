"""Reads of subtrees and searches: one county alone, and one among 50,000 organizations.

The large register is the real 获嘉县 207 times over, so that every name searched for exists in
every county: the hardest case. The reader is the 组织部 of a county, as most readers are. What
is compared is the median time of the use cases on two databases of one server, asked in turns.
Run from the checkout: `python -m benchmarks.registry`.
"""

import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from statistics import median
from uuid import UUID

import sqlalchemy as sa
from alembic import command

from benchmarks.figures import Figure
from deploy.local.servers import open_postgres
from services.registry import factory
from services.registry.divisions.usecases import import_divisions
from services.registry.identity.store.keys import write_new_key
from services.registry.organizations.usecases import reading
from services.registry.organizations.usecases.registering import create_from_divisions
from services.registry.settings import Settings
from shared.caller import Caller, Grant, Role
from shared.clock import real_now
from shared.context import Context
from shared.db import migrations
from shared.queue import MemoryQueue
from shared.sealing import folder as sealing
from shared.tables import new_id

COUNTIES = {"one county": 1, "50,000": 207}
CALLS = 1_000
GOAL = "≤1.5"
FOUNDED = date(2016, 7, 31)
TEXTS = ("后寺", "马庄村", "chengguan", "szcd", "张", "委员会")
COUNTY = Path("services/registry/divisions/data/divisions_huojia_410724.csv")
ADMIN = Caller(new_id(), (Grant(Role.SYSTEM_ADMINISTRATOR),))


def codes(counties: int) -> list[str]:
    """The six digits of each county; a city has at most ninety of them."""
    return [f"41{10 + n // 90:02d}{10 + n % 90:02d}" for n in range(counties)]


def divisions(counties: int) -> bytes:
    """The county's file under as many codes, each with its villages."""
    head, province, _, *own = COUNTY.read_text("utf-8").splitlines()
    lines = [head, province]
    cities = sorted({code[:4] for code in codes(counties)})
    lines += [f"{city}00000000,第{city}市,city,410000000000" for city in cities]
    for code in codes(counties):
        county, *below = (line.replace("410724", code) for line in own)
        lines.append(county.replace("410700000000", f"{code[:4]}00000000"))
        lines += below
    return "\n".join(lines).encode()


async def fill(ctx: Context, counties: int) -> list[UUID]:
    """Register the counties and return their ids."""
    await import_divisions(ctx, divisions(counties), FOUNDED, "benchmark")
    ids = []
    for code in codes(counties):
        planned = await create_from_divisions(ctx, f"{code}000000", FOUNDED, generated=True)
        ids.append(planned.county.id)
    async with ctx.sessions() as session:
        # What autovacuum does by itself within a minute.
        await session.execute(sa.text("ANALYZE"))
        await session.commit()
    return ids


class Reader:
    """The office of one county, which asks for random parts of its own tree."""

    def __init__(self, ctx: Context, county: UUID) -> None:
        """Take the registry and the county."""
        grants = (Grant(Role.ORGANIZATION_DEPARTMENT, county),)
        self.ctx = ctx.acting_as(Caller(new_id(), grants))
        self.tops: list[UUID] = []

    async def look_round(self) -> None:
        wanted = reading.Wanted()
        found, _ = await reading.list_organizations(self.ctx, wanted, None, 500, total=False)
        self.tops = [each.id for each in found if each.tier != "village"]

    async def subtree(self, pick: random.Random) -> None:
        wanted = reading.Wanted(under=pick.choice(self.tops))
        await reading.list_organizations(self.ctx, wanted, None, 50, total=False)

    async def search(self, pick: random.Random) -> None:
        wanted = reading.Wanted(text=pick.choice(TEXTS))
        await reading.list_organizations(self.ctx, wanted, None, 50, total=False)

    async def count(self, pick: random.Random) -> None:
        await reading.count_below(self.ctx, pick.choice(self.tops), None)


async def seconds(ask: Callable[[random.Random], Awaitable[None]], pick: random.Random) -> float:
    began = time.perf_counter()
    await ask(pick)
    return time.perf_counter() - began


async def compare(small: Reader, large: Reader) -> list[Figure]:
    figures = []
    for name in ("subtree", "search", "count"):
        times: dict[Reader, list[float]] = {small: [], large: []}
        pick = {small: random.Random(1), large: random.Random(1)}
        for _ in range(CALLS):
            for one in (small, large):
                times[one].append(await seconds(getattr(one, name), pick[one]))
        at = [median(times[one]) for one in (small, large)]
        print(f"{name:8} {at[0] * 1e3:6.2f} ms alone   {at[1] * 1e3:6.2f} ms among 50,000")
        title = f"registry {name} among 50,000 / one county of 242"
        figures.append(Figure(title, at[1] / at[0], "×", GOAL))
    return figures


async def measure(urls: list[str], keys: Path) -> list[Figure]:
    write_new_key(keys, real_now())
    sealing.write_new_key(keys, real_now())
    wirings, readers = [], []
    for url, counties in zip(urls, COUNTIES.values(), strict=True):
        settings = Settings(
            environment="test",
            database_url=url,
            redis_url="redis://unused.invalid",
            keys_directory=keys,
            sealing_directory=keys,
        )
        wirings.append(await factory.build(settings, queue=MemoryQueue()))
        ctx = wirings[-1].context.acting_as(ADMIN)
        began = time.perf_counter()
        ids = await fill(ctx, counties)
        print(f"{counties:4} counties registered in {time.perf_counter() - began:5.1f} s")
        readers.append(Reader(ctx, ids[len(ids) // 2]))
        await readers[-1].look_round()
    figures = await compare(*readers)
    for wiring in wirings:
        await wiring.close()
    return figures


def main() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="wuxing-bench-"))
    folder.chmod(0o755)
    try:
        with open_postgres(folder / "postgres", durable=True) as server:
            urls = []
            for name in ("county", "province"):
                urls.append(asyncio.run(server.create_database(name)))
                command.upgrade(migrations("registry", urls[-1]), "head")
            return asyncio.run(measure(urls, folder / "keys"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
