"""Rotation: what was sealed under an older key is wrapped by the newest, row by row.

Old rows open all the while, since the old key is still in the folder. Each batch commits by
itself and the rows themselves say what is left, so that a run killed half-way simply goes on.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from shared.sealing.envelope import Place, Seal, SealingKeyMissingError

if TYPE_CHECKING:
    from shared.context import Context

BATCH = 500


@dataclass(frozen=True)
class SealedColumn:
    """A sealed column of a table, the one column that names its rows, and its blind index."""

    place: Place
    table: sa.Table
    row: str
    index: str | None = None

    @classmethod
    def at(
        cls, place: Place, rows: type[SQLModel], row: str = "id", index: str | None = None
    ) -> "SealedColumn":
        """Return the column that a place names in the table of these rows."""
        return cls(place, rows.metadata.tables[place.table], row, index)

    @property
    def column(self) -> sa.Column[Any]:
        """The column with the sealed values."""
        return self.table.columns[self.place.column]

    @property
    def kid(self) -> sa.ColumnElement[str]:
        """The kid that stands in each sealed value."""
        length = sa.func.get_byte(self.column, 1)
        return sa.func.convert_from(sa.func.substring(self.column, 3, length), "UTF8")


@dataclass(frozen=True)
class SealedColumns:
    """All that a service keeps sealed; its factory names it."""

    columns: tuple[SealedColumn, ...]


async def in_use(session: AsyncSession, columns: Sequence[SealedColumn]) -> Counter[str]:
    """Return how many values are sealed under each key."""
    found: Counter[str] = Counter()
    for each in columns:
        statement = sa.select(each.kid, sa.func.count()).where(each.column.is_not(None))
        # By its place: with parameters the expression would not be known as the same.
        rows = await session.execute(statement.group_by(sa.text("1")))
        for kid, count in rows:
            found[kid] += count
    return found


async def check_openable(
    session: AsyncSession, seal: Seal, columns: Sequence[SealedColumn]
) -> None:
    """Raise SealingKeyMissingError when a stored value could not be opened."""
    missing = sorted(set(await in_use(session, columns)) - set(seal.keys()))
    if missing:
        names = ", ".join(f"{kid}.key" for kid in missing)
        raise SealingKeyMissingError(f"values are sealed under keys that are missing: {names}")


async def rewrap_sealed(ctx: "Context") -> int:
    """Wrap all that an older key still wraps by the newest one; returns how many values."""
    done = 0
    for each in ctx.port(SealedColumns).columns:
        while count := await _rewrap_some(ctx, each):
            done += count
    if done:
        await _record(ctx, done)
    return done


async def idle(ctx: "Context") -> list[str]:
    """Return the keys under which nothing is sealed any more, but for the newest."""
    seal = ctx.port(Seal)
    async with ctx.read() as work:
        used = await in_use(work.session, ctx.port(SealedColumns).columns)
    return sorted(set(seal.keys()) - set(used) - {seal.newest})


async def _rewrap_some(ctx: "Context", sealed: SealedColumn) -> int:
    seal = ctx.port(Seal)
    row, kept = sealed.table.columns[sealed.row], sealed.column
    async with ctx.work() as work:
        statement = sa.select(sealed.table).where(kept.is_not(None), sealed.kid != seal.newest)
        rows = await work.session.execute(statement.limit(BATCH).with_for_update())
        found = rows.all()
        for each in found:
            changed = sa.update(sealed.table).where(row == each._mapping[row])  # noqa: SLF001 -- public
            await work.session.execute(changed.values(_values(seal, sealed, each)))
    return len(found)


def _values(seal: Seal, sealed: SealedColumn, row: sa.Row[Any]) -> dict[str, bytes]:
    stored = row._mapping  # noqa: SLF001 -- its public name
    key, value = str(stored[sealed.row]), bytes(stored[sealed.place.column])
    values = {sealed.place.column: seal.rewrap(value, sealed.place, key)}
    if sealed.index is not None:
        text = seal.open(value, sealed.place, key)
        values[sealed.index] = seal.index(text, sealed.place)
    return values


async def _record(ctx: "Context", done: int) -> None:
    kid = ctx.port(Seal).newest
    async with ctx.work() as work:
        await work.audit(
            "sealing.rewrap",
            "sealing_key",
            uuid5(NAMESPACE_OID, kid),
            county_id=None,
            after={"kid": kid, "values": done},
        )
