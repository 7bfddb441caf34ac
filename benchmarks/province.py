"""All of 河南省 by spreadsheet: 53,429 divisions, then its 53,000 organizations, in little memory.

Each file takes the whole way: trial run, confirmation, the worker's transaction. The program that
does it is a process of its own, so that its peak memory is that of the imports. Then a county's
office reads its tree among all of them, against the same county alone. Run from the checkout:
`python -m benchmarks.province`.
"""

import asyncio
import csv
import io
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import xlsxwriter

from benchmarks.figures import Figure
from benchmarks.imports import ADMIN, HENAN, ROWS, fresh, open_registry
from benchmarks.registry import COUNTY, Reader, compare
from deploy.local.servers import open_postgres
from services.registry.divisions import domain as divisions
from services.registry.divisions.usecases import import_divisions
from services.registry.identity.store.keys import write_new_key
from services.registry.imports.domain.columns import columns_of
from services.registry.imports.domain.imports import Import, State
from services.registry.imports.domain.kinds import Kind
from services.registry.imports.domain.summary import Options
from services.registry.imports.usecases import running, sending
from services.registry.organizations.domain import naming
from services.registry.organizations.usecases.reading import Wanted, list_organizations
from services.registry.organizations.usecases.registering import create_from_divisions
from shared.clock import real_now
from shared.context import Context
from shared.tables import new_id

FOUNDED = date(2016, 7, 31)
HUOJIA = "410724000000"
SOME = 10_000
LEVELS = ("county", "town", "village")
Rows = list[Sequence[str]]


def organizations() -> Rows:
    """One committee or branch a division, called by the division's code as a county would."""
    lines = divisions.read_lines(HENAN.read_bytes())
    created, _ = divisions.compare(lines, {}, FOUNDED, "", new_id)
    below: dict[object, list[divisions.Division]] = {}
    for each in created:
        below.setdefault(each.parent_id, []).append(each)
    codes = {each.id: each.code for each in created}
    rows: Rows = []
    for county in (each for each in created if each.level == "county"):
        towns = below.get(county.id, [])
        villages = [each for town in towns for each in below.get(town.id, [])]
        planned = naming.plan_tree([county, *towns, *villages], {}, None, new_id, generated=True)
        own = {each.id: codes[each.division_id] for each in planned.added if each.division_id}
        rows += [
            (
                own[each.id],
                own[each.parent_id] if each.parent_id else "",
                each.name,
                each.short_name,
                each.kind.value,
                each.sector.value,
                each.tier.value,
                each.founded_on.isoformat(),
                own[each.id],
                "",
                str(each.sort),
            )
            for each in planned.added
        ]
    return rows


def titles() -> list[str]:
    return [column.title for column in columns_of(Kind.ORGANIZATIONS)]


def as_csv(rows: Rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([titles(), *rows])
    return out.getvalue().encode("gb18030")


def as_xlsx(rows: Rows) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("组织")
        for number, row in enumerate([titles(), *rows]):
            sheet.write_row(number, 0, row)
    return target.getvalue()


@dataclass(frozen=True)
class Took:
    rows: int
    trial: float
    written: float


async def taken(ctx: Context, kind: Kind, content: bytes, options: Options) -> Took:
    """Send a file, confirm it and carry it out; seconds of the trial run and of the writing."""
    began = time.perf_counter()
    sent = await sending.send(ctx, kind, content, "", options)
    tried = time.perf_counter()
    await sending.confirm(ctx, sent.id)
    await running.carry_out_all(ctx)
    ended = time.perf_counter()
    done: Import = await sending.read(ctx, sent.id)
    assert done.state is State.DONE, done.faults
    assert done.created == done.rows == done.done
    return Took(done.rows, tried - began, ended - tried)


async def _province(url: str, keys: Path, files: Sequence[Path]) -> list[Took]:
    registry = await open_registry(url, keys)
    ctx = registry.context.acting_as(ADMIN)
    kinds = (Kind.DIVISIONS, Kind.ORGANIZATIONS)
    options = Options(FOUNDED, "benchmark", "division")
    found = [
        await taken(ctx, kind, path.read_bytes(), options)
        for kind, path in zip(kinds, files, strict=True)
    ]
    await registry.close()
    return found


def province(url: str, keys: Path, files: Sequence[Path]) -> tuple[list[Took], int]:
    """Import both files; returns what each took, and this process's peak memory in MB."""
    found = asyncio.run(_province(url, keys, files))
    return found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def alone(url: str, keys: Path) -> None:
    """Register 获嘉 alone."""
    registry = await open_registry(url, keys)
    ctx = registry.context.acting_as(ADMIN)
    await import_divisions(ctx, COUNTY.read_bytes(), FOUNDED, "benchmark")
    await create_from_divisions(ctx, HUOJIA, FOUNDED, generated=True)
    await registry.close()


async def sheet_of_some(url: str, keys: Path, content: bytes) -> Took:
    """Import a sheet of ten thousand rows into a register that knows the divisions."""
    registry = await open_registry(url, keys)
    ctx = registry.context.acting_as(ADMIN)
    await import_divisions(ctx, HENAN.read_bytes(), FOUNDED, "benchmark")
    took = await taken(ctx, Kind.ORGANIZATIONS, content, Options(FOUNDED))
    await registry.close()
    return took


async def read_both(urls: Sequence[str], keys: Path) -> list[Figure]:
    """Compare 获嘉's office alone with the same office among the whole province."""
    registries = [await open_registry(url, keys) for url in urls]
    readers = []
    for registry in registries:
        ctx = registry.context.acting_as(ADMIN)
        wanted = Wanted(text="获嘉县委")
        found, _ = await list_organizations(ctx, wanted, None, 10, total=False)
        readers.append(Reader(ctx, next(each.id for each in found if each.tier == "county")))
        await readers[-1].look_round()
    figures = await compare(*readers)
    for registry in registries:
        await registry.close()
    return [replace(each, name=each.name.replace("among", "in 河南,")) for each in figures]


def speeds(found: Sequence[Took], peak: int, resting: int) -> Iterator[Figure]:
    for name, took in zip(("divisions", "organizations"), found, strict=True):
        print(f"{took.rows:,} {name}: trial {took.trial:.1f} s, written {took.written:.1f} s")
        total = took.trial + took.written
        yield Figure(f"河南: {took.rows:,} {name} tried and written", total, "s")
    print(f"peak memory {peak} MB, of which {resting} MB before the first row")
    yield Figure("河南: peak memory of both imports", peak, "MB")


def resting_memory() -> int:
    """This process's memory with everything imported and nothing done, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="wuxing-bench-"))
    folder.chmod(0o755)
    keys, rows = folder / "keys", organizations()
    table = folder / "organizations.csv"
    table.write_bytes(as_csv(rows))
    counted = sum(row[6] == "village" for row in rows)
    print(f"{ROWS:,} divisions, {len(rows):,} organizations, {counted:,} village branches")
    write_new_key(keys, real_now())
    spawn = multiprocessing.get_context("spawn")
    try:
        with open_postgres(folder / "postgres", durable=True) as server, spawn.Pool(1) as process:
            urls = [asyncio.run(fresh(server, name)) for name in ("province", "county", "some")]
            resting = process.apply(resting_memory)
            found, peak = process.apply(province, (urls[0], keys, (HENAN, table)))
            figures = list(speeds(found, peak, resting))
            some = asyncio.run(sheet_of_some(urls[2], keys, as_xlsx(rows[:SOME])))
            print(f"{SOME:,}-row xlsx: trial {some.trial:.1f} s, written {some.written:.1f} s")
            figures.append(Figure(f"a {SOME:,}-row xlsx tried out", some.trial, "s", "≤3"))
            figures.append(Figure(f"a {SOME:,}-row xlsx written", some.written, "s"))
            asyncio.run(alone(urls[1], keys))
            return figures + asyncio.run(read_both([urls[1], urls[0]], keys))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
