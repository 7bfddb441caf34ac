"""A county scored end to end on real PostgreSQL, scored again by the replay, and certificates.

Scoring is the product's own `determinations.confirm`: read applications, scores, refusals and
answers, freeze the snapshot, evaluate, write results with their first versions, rank, emit the
event, audit, commit. Registry is asked in memory, without HTTP. Scoring again is its own
`replays.replay_on_request`, a certificate its own `certificates.explain`. Every round has a
county of its own; the first one only warms up.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from uuid import UUID

import sqlalchemy as sa
from alembic import command
from sqlmodel import col

from benchmarks.county import County, people, write
from benchmarks.figures import Figure
from deploy.local.servers import open_postgres
from services.scoring import factory
from services.scoring.incentives.usecases import certificates
from services.scoring.results.tables import ResultRow
from services.scoring.results.usecases import determinations, replays
from services.scoring.settings import Settings
from shared.clients.registry import FakeRegistry, Registry
from shared.context import Context
from shared.db import migrations
from shared.queue import MemoryQueue

SMALL, LARGE = 400, 5_000
# branches in a county → rounds, after one that warms up
ROUNDS = {SMALL: 5, LARGE: 1}
CERTIFICATES = 60
GOAL_AGAIN, GOAL_LINEAR, GOAL_CERTIFICATE = "≤100", "≤1.2", "≤20"


@asynccontextmanager
async def service(database_url: str, folder: Path) -> AsyncIterator[tuple[Context, FakeRegistry]]:
    settings = Settings(
        environment="test",
        database_url=database_url,
        redis_url="redis://unused.invalid",
        client_id="scoring",
        client_secret="unused",  # noqa: S106 -- protects nothing here
        evidence_directory=folder / "evidence",
    )
    registry = FakeRegistry()
    parts = await factory.build(settings, ports={Registry: registry}, queue=MemoryQueue())
    try:
        yield parts.context, registry
    finally:
        await parts.close()


async def confirmed(ctx: Context, registry: FakeRegistry, size: int) -> tuple[County, float]:
    """Make a county and have its meeting confirmed; return the milliseconds that took."""
    county = County(size)
    registry.__init__()  # type: ignore[misc]  # one county at a time, as HTTP would answer
    people(registry, county)
    await write(ctx, county)
    member = ctx.acting_as(county.member())
    began = time.perf_counter()
    await determinations.confirm(member, county.determination_id)
    return county, (time.perf_counter() - began) * 1000


async def explained(ctx: Context, county: County) -> float:
    """Return the milliseconds of one certificate, the median of many branches."""
    member = ctx.acting_as(county.member())
    times = []
    for result_id in await _results(ctx, county, CERTIFICATES):
        began = time.perf_counter()
        await certificates.explain(member, result_id)
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


async def _results(ctx: Context, county: County, most: int) -> list[UUID]:
    async with ctx.read() as work:
        mine = sa.select(col(ResultRow.id)).where(col(ResultRow.cycle_id) == county.cycle_id)
        return list(await work.session.scalars(mine.limit(most)))


async def replayed(ctx: Context, county: County) -> float:
    """Return the milliseconds in which a stored county is scored again and compared."""
    member = ctx.acting_as(county.member())
    began = time.perf_counter()
    found = await replays.replay_on_request(member, county.cycle_id)
    taken = (time.perf_counter() - began) * 1000
    if found.differences:
        message = "the replay differs: what was measured is not what is stored"
        raise RuntimeError(message)
    return taken


async def measure(database_url: str, folder: Path) -> list[Figure]:
    scored: dict[int, float] = {}
    again: dict[int, float] = {}
    async with service(database_url, folder) as (ctx, registry):
        await confirmed(ctx, registry, SMALL)
        for size, rounds in ROUNDS.items():
            found = [await confirmed(ctx, registry, size) for _ in range(rounds)]
            scored[size] = median(taken for _, taken in found)
            again[size] = median([await replayed(ctx, county) for county, _ in found])
            print(
                f"{size:>7,} branches: scored in {scored[size]:>9,.0f} ms, "
                f"again in {again[size]:>9,.0f} ms",
                flush=True,
            )
            if size == SMALL:
                certificate = await explained(ctx, found[-1][0])
                print(f"one certificate in {certificate:.1f} ms", flush=True)
    return [
        Figure(f"scoring {SMALL} branches for the first time", scored[SMALL], "ms"),
        Figure(f"scoring {SMALL} branches again, compared", again[SMALL], "ms", GOAL_AGAIN),
        _growth("scoring", scored),
        _growth("scoring again", again),
        Figure("one certificate", certificate, "ms", GOAL_CERTIFICATE),
    ]


def _growth(name: str, taken: dict[int, float]) -> Figure:
    each = taken[LARGE] / LARGE / (taken[SMALL] / SMALL)
    return Figure(f"{name}: one branch of {LARGE:,} / of {SMALL}", each, "×", GOAL_LINEAR)


def main() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="wuxing-bench-"))
    folder.chmod(0o755)
    try:
        with open_postgres(folder / "postgres", durable=True) as server:
            url = asyncio.run(server.create_database("scoring"))
            command.upgrade(migrations("scoring", url), "head")
            return asyncio.run(measure(url, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
