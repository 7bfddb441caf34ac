"""Announcements and their lines in the database."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.notifications.announcements.domain.announcement import (
    Announcement,
    Entry,
    Parts,
    Standing,
    State,
)
from services.notifications.announcements.tables import AnnouncementRow, EntryRow
from shared.contracts.scoring import StarName
from shared.directory import organizations, within
from shared.errors import NotFound

_PLAIN = tuple(
    each.name for each in fields(Announcement) if each.name not in {"not_listed", "parts", "state"}
)


async def add(session: AsyncSession, announcement: Announcement, entries: Iterable[Entry]) -> None:
    """Store a new draft with its lines."""
    session.add(AnnouncementRow(**_values(announcement)))
    await session.flush()
    for entry in entries:
        session.add(
            EntryRow(
                announcement_id=announcement.id,
                county_id=announcement.county_id,
                **_entry_values(entry),
            )
        )
    await session.flush()


async def find(session: AsyncSession, announcement_id: UUID) -> Announcement:
    """Return an announcement whoever asks; NotFound when there is none."""
    return _announcement(await _one(session, col(AnnouncementRow.id) == announcement_id))


async def find_public(session: AsyncSession, announcement_id: UUID) -> Announcement:
    """Return a published announcement; a draft does not exist for the public."""
    mine = (col(AnnouncementRow.id) == announcement_id) & _public()
    return _announcement(await _one(session, mine))


async def find_within(
    session: AsyncSession, announcement_id: UUID, roots: Iterable[UUID]
) -> Announcement:
    """Return an announcement of a county below one of the roots; NotFound otherwise."""
    mine = (col(AnnouncementRow.id) == announcement_id) & county_within(roots)
    return _announcement(await _one(session, mine))


async def lock(session: AsyncSession, announcement_id: UUID) -> Announcement:
    """Return an announcement that nobody else changes until this transaction ends."""
    found = select(AnnouncementRow).where(col(AnnouncementRow.id) == announcement_id)
    row = await session.scalar(found.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise _missing()
    return _announcement(row)


async def of_determination(session: AsyncSession, determination_id: UUID) -> Announcement | None:
    """Return and lock the announcement of a determination, if it was drafted."""
    found = select(AnnouncementRow).where(col(AnnouncementRow.determination_id) == determination_id)
    row = await session.scalar(found.with_for_update().execution_options(populate_existing=True))
    return None if row is None else _announcement(row)


async def save(session: AsyncSession, announcement: Announcement) -> Announcement:
    """Store a changed announcement under its next version, and return it so."""
    values = _values(announcement) | {"version": announcement.version + 1}
    mine = col(AnnouncementRow.id) == announcement.id
    await session.execute(sa.update(AnnouncementRow).where(mine).values(values))
    return _with_version(announcement, announcement.version + 1)


async def entries(session: AsyncSession, announcement_id: UUID) -> list[Entry]:
    """Return the lines of a notice; names come from the directory until they are frozen."""
    branch, town = organizations.alias("branch"), organizations.alias("town")
    row = EntryRow
    statement = (
        sa.select(
            row,
            branch.c.short_name.label("branch_name"),
            town.c.short_name.label("town_name"),
            _sort(branch, town).label("place"),
        )
        .join(branch, branch.c.id == col(row.organization_id), isouter=True)
        .join(town, town.c.id == col(row.township_id), isouter=True)
        .where(col(row.announcement_id) == announcement_id)
        .order_by(col(row.organization_id))
    )
    found = (await session.execute(statement)).all()
    return [_entry(each[0], each.branch_name, each.town_name, each.place) for each in found]


async def save_entries(
    session: AsyncSession, announcement_id: UUID, changed: Iterable[Entry]
) -> None:
    """Store changed lines of a notice."""
    row = EntryRow
    for entry in changed:
        mine = (col(row.announcement_id) == announcement_id) & (
            col(row.organization_id) == entry.organization_id
        )
        await session.execute(sa.update(row).where(mine).values(_entry_values(entry)))


async def last_parts(session: AsyncSession, county_id: UUID) -> Parts:
    """Return the parts of the county's newest notice, for the next draft to start from."""
    row = AnnouncementRow
    mine = select(row.parts).where(col(row.county_id) == county_id)
    found = await session.scalar(mine.order_by(col(row.id).desc()).limit(1))
    return Parts(**(found or {}))


async def has_announced(session: AsyncSession, cycle_id: UUID) -> bool:
    """Whether the cycle has an announcement already, so that the next one supplements it."""
    mine = select(AnnouncementRow.id).where(col(AnnouncementRow.cycle_id) == cycle_id)
    return await session.scalar(mine.limit(1)) is not None


async def running(session: AsyncSession) -> list[Announcement]:
    """Return every announcement whose period runs, the oldest first."""
    row = AnnouncementRow
    statement = select(row).where(col(row.state) == State.PUBLISHED.value).order_by(col(row.id))
    return [_announcement(each) for each in await session.scalars(statement)]


async def listing(
    session: AsyncSession, roots: Iterable[UUID], after: UUID | None, limit: int
) -> list[Announcement]:
    """Return the announcements of counties below the roots, drafts too, the newest first."""
    return await _listing(session, county_within(roots), after, limit)


async def public_listing(
    session: AsyncSession, after: UUID | None, limit: int
) -> list[Announcement]:
    """Return what the public may read, the newest first."""
    return await _listing(session, _public(), after, limit)


def county_within(roots: Iterable[UUID]) -> sa.ColumnElement[bool]:
    """Return the predicate: the announcement's county lies below one of the roots."""
    county = organizations.alias("county")
    return sa.exists(
        sa.select(sa.literal(1)).where(
            county.c.id == col(AnnouncementRow.county_id), within(roots, county.c.path)
        )
    )


async def _listing(
    session: AsyncSession, mine: sa.ColumnElement[bool], after: UUID | None, limit: int
) -> list[Announcement]:
    row = AnnouncementRow
    statement = select(row).where(mine).order_by(col(row.id).desc()).limit(limit)
    if after is not None:
        statement = statement.where(col(row.id) < after)
    return [_announcement(each) for each in await session.scalars(statement)]


async def _one(session: AsyncSession, mine: sa.ColumnElement[bool]) -> AnnouncementRow:
    row = await session.scalar(select(AnnouncementRow).where(mine))
    if row is None:
        raise _missing()
    return row


def _public() -> sa.ColumnElement[bool]:
    return col(AnnouncementRow.state).in_([State.PUBLISHED.value, State.CLOSED.value])


def _sort(branch: sa.FromClause, town: sa.FromClause) -> sa.ColumnElement[str]:
    """Order by township, then by branch, as the directory sorts them."""
    pieces = (
        sa.func.lpad(sa.cast(town.c.sort, sa.Text), 9, "0") + town.c.path,
        sa.func.lpad(sa.cast(branch.c.sort, sa.Text), 9, "0") + branch.c.path,
    )
    return pieces[0] + pieces[1]


def _missing() -> NotFound:
    return NotFound("没有找到这份公示，请核对编号。", "No such announcement.")


def _with_version(announcement: Announcement, version: int) -> Announcement:
    return Announcement(**(vars(announcement) | {"version": version}))


def _values(announcement: Announcement) -> dict[str, Any]:
    return {name: getattr(announcement, name) for name in _PLAIN} | {
        "not_listed": sorted(map(str, announcement.not_listed)),
        "parts": asdict(announcement.parts),
        "state": announcement.state.value,
    }


def _announcement(row: AnnouncementRow) -> Announcement:
    return Announcement(
        **{name: getattr(row, name) for name in _PLAIN},
        not_listed=frozenset(map(UUID, row.not_listed)),
        parts=Parts(**row.parts),
        state=State(row.state),
    )


def _entry_values(entry: Entry) -> dict[str, Any]:
    return vars(entry) | {
        "stars": _stars(entry.stars),
        "stars_now": None if entry.stars_now is None else _stars(entry.stars_now),
        "standing": entry.standing.value,
    }


def _entry(row: EntryRow, name: str | None, township: str | None, place: str | None) -> Entry:
    now = row.stars_now
    return Entry(
        row.organization_id,
        row.township_id,
        row.name or name,
        row.township or township,
        row.sort or place or "",
        row.level,
        tuple(StarName.model_validate(each) for each in row.stars),
        Standing(row.standing),
        row.level_now,
        None if now is None else tuple(StarName.model_validate(each) for each in now),
        row.changed_on,
    )


def _stars(stars: Iterable[StarName]) -> list[dict[str, str]]:
    return [star.model_dump() for star in stars]
