"""The dated events of organizations: written with what they do, read as history."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.organizations.domain.events import Action, Event, Outcome, Part
from services.registry.organizations.store import current, feed, periods
from services.registry.organizations.tables import (
    OrganizationEventPartRow,
    OrganizationEventRow,
    OrganizationRow,
)
from shared.db import copy_rows

_event, _part = OrganizationEventRow, OrganizationEventPartRow


async def carry_out(
    session: AsyncSession, outcome: Outcome, by: UUID | None, today: date, now: datetime
) -> None:
    """Write an event with everything it does; nothing before its day is touched."""
    event = outcome.event
    made = [each.id for each in outcome.made]
    # A county committee is its own county: it exists before its founding is recorded.
    await current.insert(session, outcome.made, now)
    await add(session, event, by, now)
    await periods.end(session, outcome.ended, event.effective_on, event.id)
    await periods.begin(session, outcome.begun)
    for each, successor_id in (outcome.dissolved or {}).items():
        await current.set_end(session, each, event.effective_on, successor_id, now)
    begun = [each.organization_id for each in outcome.begun]
    await feed.show(session, today, now, [each for each in begun if each not in made])


async def add(session: AsyncSession, event: Event, by: UUID | None, now: datetime) -> None:
    """Insert an event and the parts organizations have in it."""
    row = {
        "id": event.id,
        "county_id": event.county_id,
        "action": event.action.value,
        "effective_on": event.effective_on,
        "reason": event.reason,
        "recorded_at": now,
        "recorded_by": by,
    }
    await session.execute(sa.insert(_event).values(row))
    parts = ((event.id, each, part.value) for each, part in event.parts.items())
    names = ("event_id", "organization_id", "part")
    await copy_rows(session, "organization_event_parts", names, parts)


async def find(session: AsyncSession, event_id: UUID) -> Event | None:
    """Return one event."""
    found = await _read(session, col(_event.id) == event_id, 1)
    return found[0] if found else None


async def history(
    session: AsyncSession, organization_id: UUID, before: UUID | None, limit: int
) -> list[Event]:
    """Return up to `limit + 1` events in which an organization has a part, last recorded first."""
    mine = sa.select(col(_part.event_id)).where(col(_part.organization_id) == organization_id)
    condition: sa.ColumnElement[bool] = col(_event.id).in_(mine)
    if before is not None:
        condition &= col(_event.id) < before
    return await _read(session, condition, limit + 1)


async def _read(
    session: AsyncSession, condition: sa.ColumnElement[bool], limit: int
) -> list[Event]:
    statement = sa.select(_event).where(condition).order_by(col(_event.id).desc()).limit(limit)
    rows = list(await session.scalars(statement))
    parts = await _parts(session, [row.id for row in rows])
    return [
        Event(
            id=row.id,
            county_id=row.county_id,
            action=Action(row.action),
            effective_on=row.effective_on,
            reason=row.reason,
            parts=parts[row.id],
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    ]


async def _parts(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, dict[UUID, Part]]:
    wanted = list(ids)
    found: dict[UUID, dict[UUID, Part]] = {each: {} for each in wanted}
    statement = sa.select(col(_part.event_id), col(_part.organization_id), col(_part.part)).where(
        col(_part.event_id).in_(wanted)
    )
    rows = await session.execute(statement.order_by(col(_part.organization_id)))
    for event_id, organization_id, part in rows:
        found[event_id][organization_id] = Part(part)
    return found


async def used_since(session: AsyncSession, event: Event) -> bool:
    """Whether another event that holds has to do with what this one changed or made."""
    made = event.of(Part.MADE)
    others = (
        sa.select(sa.literal(1))
        .select_from(_part)
        .join(_event, col(_event.id) == col(_part.event_id))
        .where(
            col(_event.id) != event.id,
            col(_event.withdrawn_at).is_(None),
            col(_event.action) != Action.CORRECT.value,
            col(_part.organization_id).in_(list(event.parts)),
            (col(_event.effective_on) > event.effective_on) | col(_part.organization_id).in_(made),
        )
    )
    return bool(await session.scalar(sa.select(sa.exists(others))))


async def withdraw(session: AsyncSession, event: Event, today: date, now: datetime) -> None:
    """Take back an event that has not taken effect: what it ended goes on, what it made goes."""
    opened = await periods.undo(session, event)
    statement = sa.update(_event).where(col(_event.id) == event.id)
    await session.execute(statement.values(withdrawn_at=now))
    row = OrganizationRow
    end = await current.feed_end(session)
    for place, each in enumerate(event.parts, 1):
        gone = event.parts[each] is Part.MADE
        if each not in opened and not gone:
            continue
        again = {"dissolved_on": None, "successor_id": None} if not gone else {"deleted": True}
        moved = {"version": col(row.version) + 1, "change_sequence": end + place, "changed_at": now}
        await session.execute(sa.update(row).where(col(row.id) == each).values(again | moved))
    await feed.show(session, today, now, opened)
