"""The SQL of divisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.registry.divisions.domain import Division, Level
from services.registry.divisions.domain.recoding import Recoding
from services.registry.divisions.tables import DivisionRow, DivisionVersionRow
from shared.db import copy_rows
from shared.pinyin import spelled
from shared.tables import new_id

_version = DivisionVersionRow
_VERSION_COLUMNS = (
    "id",
    "division_id",
    "code",
    "name",
    "pinyin",
    "initials",
    "parent_id",
    "valid_from",
    "valid_until",
    "source",
)


@dataclass(frozen=True)
class Filter:
    """Which divisions a list shows; all given conditions hold together."""

    as_of: date
    parent_id: UUID | None = None
    level: Level | None = None
    code_prefix: str | None = None
    name: str | None = None


def _select() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        col(DivisionRow.id),
        col(DivisionRow.level),
        col(_version.code),
        col(_version.name),
        col(_version.parent_id),
        col(_version.valid_from),
        col(_version.valid_until),
        col(_version.source),
    ).join(_version, col(_version.division_id) == col(DivisionRow.id))


def _division(row: sa.Row[*tuple[Any, ...]]) -> Division:
    return Division(**{**row._mapping, "level": Level(row.level)})  # noqa: SLF001 -- its public name


async def lock_all(session: AsyncSession) -> None:
    """Let one import run at a time."""
    await session.execute(sa.text("LOCK TABLE division_versions IN SHARE ROW EXCLUSIVE MODE"))


async def current(session: AsyncSession, codes: Iterable[str]) -> dict[str, Division]:
    """Return the divisions with these codes that have not ended, by their code."""
    wanted = sa.any_(sa.cast(list(codes), ARRAY(sa.Text)))
    statement = _select().where(col(_version.code) == wanted, col(_version.valid_until).is_(None))
    rows = await session.execute(statement)
    return {row.code: _division(row) for row in rows}


async def current_of_area(session: AsyncSession, prefixes: Iterable[str]) -> list[Division]:
    """Return the divisions that have not ended and whose codes begin with one of these digits."""
    within = sa.or_(*(col(_version.code).startswith(each, autoescape=True) for each in prefixes))
    rows = await session.execute(_select().where(col(_version.valid_until).is_(None), within))
    return [_division(row) for row in rows]


async def recodings(
    session: AsyncSession, since: date, until: date, after: UUID | None, limit: int
) -> list[Recoding]:
    """Return up to `limit + 1` divisions that were called or coded otherwise on two days."""
    old, new = aliased(_version), aliased(_version)
    own_id, code, name = col(DivisionRow.id), col(new.code), col(new.name)
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            own_id.label("division_id"),
            col(DivisionRow.level),
            col(old.code).label("old_code"),
            col(old.name).label("old_name"),
            code.label("new_code"),
            name.label("new_name"),
        )
        .outerjoin(old, (col(old.division_id) == own_id) & _valid(since, old))
        .outerjoin(new, (col(new.division_id) == own_id) & _valid(until, new))
        .where(sa.tuple_(col(old.code), col(old.name)).is_distinct_from(sa.tuple_(code, name)))
    )
    if after is not None:
        statement = statement.where(own_id > after)
    rows = await session.execute(statement.order_by(own_id).limit(limit + 1))
    return [Recoding(**{**row._mapping, "level": Level(row.level)}) for row in rows]  # noqa: SLF001 -- its public name


async def by_code(session: AsyncSession, code: str) -> Division | None:
    """Return the division that has this code now."""
    statement = _select().where(col(_version.code) == code, col(_version.valid_until).is_(None))
    row = (await session.execute(statement)).one_or_none()
    return _division(row) if row is not None else None


async def codes_on(session: AsyncSession, ids: Iterable[UUID], as_of: date) -> dict[UUID, str]:
    """Return the codes that these divisions had on a date."""
    wanted = sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))
    statement = sa.select(col(_version.division_id), col(_version.code)).where(
        col(_version.division_id) == wanted, _valid(as_of)
    )
    return {row.division_id: row.code for row in await session.execute(statement)}


async def names_on(session: AsyncSession, ids: Iterable[UUID], as_of: date) -> dict[UUID, str]:
    """Return what these divisions were called on a date."""
    wanted = sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))
    statement = sa.select(col(_version.division_id), col(_version.name)).where(
        col(_version.division_id) == wanted, _valid(as_of)
    )
    return {row.division_id: row.name for row in await session.execute(statement)}


async def children(session: AsyncSession, parents: Iterable[UUID]) -> list[Division]:
    """Return the divisions directly below these now, in the order of their codes."""
    statement = _select().where(
        col(_version.parent_id).in_(list(parents)), col(_version.valid_until).is_(None)
    )
    rows = await session.execute(statement.order_by(col(_version.code)))
    return [_division(row) for row in rows]


async def subtree(session: AsyncSession, root_id: UUID, as_of: date) -> list[UUID]:
    """Return the ids of a division and of all that lay below it on a date."""
    top: sa.Select[Any] = sa.select(col(_version.division_id).label("id")).where(
        col(_version.division_id) == root_id, _valid(as_of)
    )
    found = top.cte("found", recursive=True)
    lower = sa.select(col(_version.division_id)).where(
        col(_version.parent_id) == found.c.id, _valid(as_of)
    )
    found = found.union_all(lower)
    return list(await session.scalars(sa.select(found.c.id)))


async def add(session: AsyncSession, divisions: Sequence[Division]) -> None:
    """Insert new divisions with their first version."""
    rows = ((each.id, each.level.value) for each in divisions)
    await copy_rows(session, "divisions", ("id", "level"), rows)
    await add_versions(session, divisions)


async def add_versions(session: AsyncSession, divisions: Sequence[Division]) -> None:
    """Insert the attributes that these divisions have from their `valid_from` on."""
    rows = (
        (
            new_id(),
            each.id,
            each.code,
            each.name,
            *spelled(each.name),
            each.parent_id,
            each.valid_from,
            each.valid_until,
            each.source,
        )
        for each in divisions
    )
    await copy_rows(session, "division_versions", _VERSION_COLUMNS, rows)


async def end_versions(session: AsyncSession, ids: Iterable[UUID], on: date) -> None:
    """Let the current attributes of these divisions end before `on`; drop those begun on it.

    A version that begins on the same day is what the new one corrects.
    """
    mine = col(_version.division_id).in_(list(ids)) & col(_version.valid_until).is_(None)
    await session.execute(sa.delete(_version).where(mine, col(_version.valid_from) >= on))
    await session.execute(sa.update(_version).where(mine).values(valid_until=on))


async def find(session: AsyncSession, division_id: UUID, as_of: date) -> Division | None:
    """Return one division as it was on a date."""
    statement = _select().where(col(DivisionRow.id) == division_id, _valid(as_of))
    row = (await session.execute(statement)).one_or_none()
    return _division(row) if row is not None else None


async def listed(
    session: AsyncSession, wanted: Filter, after: str | None, limit: int
) -> list[Division]:
    """Return up to `limit + 1` divisions after a code, in the order of codes."""
    statement = _select().where(*_conditions(wanted))
    if after is not None:
        statement = statement.where(col(_version.code) > after)
    rows = await session.execute(statement.order_by(col(_version.code)).limit(limit + 1))
    return [_division(row) for row in rows]


async def count(session: AsyncSession, wanted: Filter) -> int:
    """Return how many divisions the filter shows."""
    inner = _select().where(*_conditions(wanted)).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(inner)) or 0


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions = [_valid(wanted.as_of)]
    if wanted.parent_id is not None:
        conditions.append(col(_version.parent_id) == wanted.parent_id)
    if wanted.level is not None:
        conditions.append(col(DivisionRow.level) == wanted.level.value)
    if wanted.code_prefix is not None:
        conditions.append(col(_version.code).startswith(wanted.code_prefix, autoescape=True))
    if wanted.name is not None:
        key = wanted.name.lower()
        conditions.append(
            col(_version.name).contains(wanted.name, autoescape=True)
            | col(_version.pinyin).startswith(key, autoescape=True)
            | col(_version.initials).startswith(key, autoescape=True)
        )
    return conditions


def _valid(as_of: date, version: type[DivisionVersionRow] = _version) -> sa.ColumnElement[bool]:
    until = col(version.valid_until)
    return (col(version.valid_from) <= as_of) & (until.is_(None) | (until > as_of))
