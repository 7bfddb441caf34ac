"""A county scored end to end on real PostgreSQL, scored again, replayed, and certificates.

Scoring is the product's own `determinations.confirm`: read applications, scores, refusals and
answers, freeze the snapshot, evaluate, write results with their first versions, rank, emit the
event, audit, commit. Registry is asked in memory, without HTTP. Scoring again is what an upheld
objection does, `announcements.on_objection_upheld`: read the frozen inputs, lay the finding over
them, evaluate the whole county, write the new version, both kinds of lists, event and audit,
commit; a process reads a county's frozen inputs for the first objection only. A replay is
`replays.replay_on_request`, which also compares everything stored, and today's applications and
reviews, with the frozen inputs. A certificate is `certificates.explain`. Every round has a county
of its own; the first one only warms up.
"""

import asyncio
import gc
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

from benchmarks.county import NOW, TODAY, County, people, write
from benchmarks.figures import Figure
from deploy.local.servers import open_postgres
from services.scoring import factory
from services.scoring.incentives.usecases import certificates
from services.scoring.results.tables import ResultRow
from services.scoring.results.usecases import announcements, determinations, replays
from services.scoring.settings import Settings
from shared.clients.registry import FakeRegistry, Registry
from shared.context import Context
from shared.contracts.events import Envelope
from shared.contracts.notifications import FallScope, ObjectionUpheld
from shared.db import migrations
from shared.queue import MemoryQueue
from shared.tables import new_id

SMALL, LARGE = 400, 5_000
# branches in a county → rounds, after one that warms up
ROUNDS = {SMALL: 5, LARGE: 1}
CERTIFICATES = 60
OBJECTIONS = 6
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
    gc.collect()
    gc.freeze()  # as the services' supervisor does
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


async def upheld(ctx: Context, county: County) -> tuple[float, float]:
    """Return the milliseconds in which the county is scored again: first, and median after it.

    One objection after the other takes a whole award.
    """
    times: list[float] = []
    for organization_id in await _branches(ctx, county, col(ResultRow.level) > 0, OBJECTIONS):
        event = ObjectionUpheld(
            announcement_id=new_id(),
            cycle_id=county.cycle_id,
            determination_id=county.determination_id,
            objection_id=new_id(),
            scope=FallScope.WHOLE_AWARD,
            star=None,
            organization_ids=[organization_id],
            released=[],
            decided_on=TODAY,
        )
        envelope = Envelope(
            id=new_id(),
            source="notifications",
            type=event.type,
            aggregate_id=county.cycle_id,
            sequence=len(times) + 1,
            county_id=county.committee.id,
            occurred_at=NOW,
            data=event.model_dump(mode="json"),
        )
        began = time.perf_counter()
        async with ctx.work() as work:
            await announcements.on_objection_upheld(work, envelope)
        times.append((time.perf_counter() - began) * 1000)
    fallen = (col(ResultRow.version) == 2) & (col(ResultRow.level) == 0)
    if len(await _branches(ctx, county, fallen, len(times) + 1)) != len(times):
        message = "not every upheld objection took an award: what was measured did not score again"
        raise RuntimeError(message)
    return times[0], median(times[1:])


async def _branches(
    ctx: Context, county: County, which: sa.ColumnElement[bool], most: int
) -> list[UUID]:
    async with ctx.read() as work:
        mine = sa.select(col(ResultRow.organization_id)).where(
            col(ResultRow.cycle_id) == county.cycle_id, which
        )
        return list(await work.session.scalars(mine.limit(most)))


async def replayed(ctx: Context, county: County) -> float:
    """Return the milliseconds in which everything of a county is computed anew and compared."""
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
    compared: dict[int, float] = {}
    async with service(database_url, folder) as (ctx, registry):
        await confirmed(ctx, registry, SMALL)
        for size, rounds in ROUNDS.items():
            found = [await confirmed(ctx, registry, size) for _ in range(rounds)]
            counties = [county for county, _ in found]
            scored[size] = median(taken for _, taken in found)
            compared[size] = median([await replayed(ctx, county) for county in counties])
            objections = [await upheld(ctx, county) for county in counties]
            first, again[size] = (median(taken) for taken in zip(*objections, strict=True))
            print(
                f"{size:>7,} branches: scored in {scored[size]:,.0f} ms; again for an objection "
                f"in {first:,.0f} ms, for further ones in {again[size]:,.0f} ms; "
                f"replayed in {compared[size]:,.0f} ms",
                flush=True,
            )
            if size == SMALL:
                first_again = first
                certificate = await explained(ctx, counties[-1])
                print(f"one certificate in {certificate:.1f} ms", flush=True)
            await replayed(ctx, counties[-1])  # the corrected versions are those of a replay
    return [
        Figure(f"scoring {SMALL} branches for the first time", scored[SMALL], "ms"),
        Figure(f"scoring {SMALL} again, a process's first objection", first_again, "ms"),
        Figure(f"scoring {SMALL} again, further objections", again[SMALL], "ms", GOAL_AGAIN),
        Figure(f"replaying {SMALL}, everything compared", compared[SMALL], "ms"),
        _growth("scoring", scored),
        _growth("scoring again", again),
        _growth("replaying", compared),
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
