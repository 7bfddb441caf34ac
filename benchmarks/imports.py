"""A province's divisions imported, against a COPY of the finished rows into the same tables.

The import decodes, checks every row, compares with what is stored, spells the names and audits;
the COPY gets its rows ready-made, pinyin keys included. Both end with a commit on a real
PostgreSQL with fsync. Run from the checkout: `python -m benchmarks.imports`.
"""

import asyncio
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from alembic import command

from benchmarks.figures import Figure
from deploy.local.servers import GivenPostgres, open_postgres
from services.registry import factory
from services.registry.divisions import usecases
from services.registry.identity.store.keys import write_new_key
from services.registry.settings import Settings
from shared.caller import Caller, Grant, Role
from shared.clock import real_now
from shared.context import Context
from shared.db import migrations
from shared.queue import MemoryQueue
from shared.sealing import folder as sealing
from shared.tables import new_id

HENAN = Path("services/registry/divisions/data/divisions_henan_41.csv")
ROWS = 53_429
GOAL = "≤8"
ROUNDS = 3
ADMIN = Caller(new_id(), (Grant(Role.SYSTEM_ADMINISTRATOR),), person_id=new_id())
Rows = tuple[list[str], list[tuple[object, ...]]]
COPIED = ("divisions", "division_versions")


async def open_registry(url: str, keys: Path) -> factory.Wiring:
    sealing.write_new_key(keys, real_now())
    settings = Settings(
        environment="test",
        database_url=url,
        redis_url="redis://unused.invalid",
        keys_directory=keys,
        sealing_directory=keys,
    )
    return await factory.build(settings, MemoryQueue())


async def ours(ctx: Context, content: bytes) -> float:
    began = time.perf_counter()
    done = await usecases.import_divisions(ctx, content, date(2016, 7, 31), "benchmark")
    took = time.perf_counter() - began
    assert (done.rows, done.created) == (ROWS, ROWS)
    return took


async def stored(ctx: Context, table: str) -> Rows:
    async with ctx.sessions() as session:
        pooled = await (await session.connection()).get_raw_connection()
        raw = pooled.driver_connection
        assert raw is not None
        rows = await raw.fetch(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 -- our own names
        return list(rows[0].keys()), [tuple(row) for row in rows]


async def copied(
    ctx: Context, finished: dict[str, tuple[list[str], list[tuple[object, ...]]]]
) -> float:
    async with ctx.sessions() as session:
        pooled = await (await session.connection()).get_raw_connection()
        raw = pooled.driver_connection
        assert raw is not None
        began = time.perf_counter()
        async with raw.transaction():
            for table, (columns, rows) in finished.items():
                await raw.copy_records_to_table(table, records=rows, columns=columns)
        return time.perf_counter() - began


async def fresh(server: GivenPostgres, name: str) -> str:
    url = await server.create_database(name)
    await asyncio.to_thread(command.upgrade, migrations("registry", url), "head")
    return url


async def measure(server: GivenPostgres, folder: Path, content: bytes) -> list[Figure]:
    keys = folder / "keys"
    write_new_key(keys, real_now())
    ratios = []
    for number in range(ROUNDS):
        registry = await open_registry(await fresh(server, f"import{number}"), keys)
        imported = await ours(registry.context.acting_as(ADMIN), content)
        finished = {table: await stored(registry.context, table) for table in COPIED}
        await registry.close()
        other = await open_registry(await fresh(server, f"copy{number}"), keys)
        copy = await copied(other.context, finished)
        await other.close()
        ratios.append(imported / copy)
        print(f"COPY {copy:5.2f} s   import {imported:5.2f} s   ratio {imported / copy:.1f}")
    return [Figure(f"import of {ROWS:,} divisions / COPY of the rows", median(ratios), "×", GOAL)]


def main() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="wuxing-bench-"))
    folder.chmod(0o755)
    try:
        with open_postgres(folder / "postgres", durable=True) as server:
            return asyncio.run(measure(server, folder, HENAN.read_bytes()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
