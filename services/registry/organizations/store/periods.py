"""The dated versions of organizations: load what a change touches, write what it does."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.organizations.domain.events import Action, Event
from services.registry.organizations.domain.timeline import Forest, Period
from services.registry.organizations.store.rows import (
    DATED,
    STORED,
    dated_values,
    organization,
    period,
)
from services.registry.organizations.tables import (
    OrganizationEventPartRow,
    OrganizationEventRow,
    OrganizationRow,
    OrganizationVersionRow,
)
from services.registry.tables import columns
from shared.db import copy_rows

_version = OrganizationVersionRow
_dated = columns(OrganizationVersionRow)
# After every sign that a path is made of.
_AFTER_ALL = "~"


def valid(as_of: date) -> sa.ColumnElement[bool]:
    """Return the predicate: the version is what held on that day."""
    until = col(_version.valid_until)
    return (col(_version.valid_from) <= as_of) & (until.is_(None) | (until > as_of))


def under(path: str) -> sa.ColumnElement[bool]:
    """Return the predicate: the version stands at or below a path.

    A range, since a pattern that is a parameter cannot use an index in every plan.
    """
    return (col(_version.path) >= path) & (col(_version.path) < path + _AFTER_ALL)


async def begin(session: AsyncSession, begun: Sequence[Period]) -> None:
    """Insert versions."""
    if begun:
        rows = (tuple(dated_values(each).values()) for each in begun)
        await copy_rows(session, "organization_versions", (*DATED, "search_keys"), rows)


async def end(session: AsyncSession, ids: Collection[UUID], on: date, event_id: UUID) -> None:
    """Let the open versions of these organizations end on a day."""
    if ids:
        statement = sa.update(_version).where(_among(ids), col(_version.valid_until).is_(None))
        await session.execute(statement.values(valid_until=on, ended_by=event_id))


def _among(ids: Collection[UUID]) -> sa.ColumnElement[bool]:
    # One array instead of thousands of parameters.
    return col(_version.organization_id) == sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))


async def of_one(session: AsyncSession, organization_id: UUID) -> list[Period]:
    """Return all periods of an organization, oldest first."""
    return (await _periods(session, [organization_id])).get(organization_id, [])


async def correct(session: AsyncSession, before: date, corrected: Period) -> None:
    """Write over the version of an organization that began on a day: a declared correction."""
    mine = col(_version.organization_id) == corrected.organization_id
    statement = sa.update(_version).where(mine, col(_version.valid_from) == before)
    await session.execute(statement.values(dated_values(corrected)))


async def forest(
    session: AsyncSession, whole: Iterable[UUID], named: Iterable[UUID], on: date
) -> Forest:
    """Load organizations with all that stands below them from a day on, and others by name."""
    roots = list(whole)
    ids = {*roots, *named} | await _below(session, roots, on)
    rows = sa.select(*(columns(OrganizationRow)[name] for name in STORED)).where(
        col(OrganizationRow.id) == sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))
    )
    found = {row.id: organization(row) for row in await session.execute(rows)}
    return Forest(found, await _periods(session, ids), await _last_events(session, ids))


async def _below(session: AsyncSession, roots: Collection[UUID], on: date) -> set[UUID]:
    own = await _periods(session, roots)
    paths = [periods[-1].path for periods in own.values()]
    if not paths:
        return set()
    until = col(_version.valid_until)
    statement = sa.select(col(_version.organization_id)).where(
        sa.or_(*(under(path) for path in paths)), until.is_(None) | (until > on)
    )
    return set(await session.scalars(statement))


async def _periods(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[Period]]:
    statement = sa.select(*(_dated[name] for name in DATED)).where(_among(ids))
    found: dict[UUID, list[Period]] = {}
    for row in await session.execute(statement.order_by(col(_version.valid_from))):
        found.setdefault(row.organization_id, []).append(period(row))
    return found


async def _last_events(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, date]:
    event, part = OrganizationEventRow, OrganizationEventPartRow
    statement = (
        sa.select(col(part.organization_id), sa.func.max(col(event.effective_on)))
        .join(event, col(event.id) == col(part.event_id))
        .where(
            col(part.organization_id) == sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid))),
            col(event.withdrawn_at).is_(None),
            col(event.action) != Action.CORRECT.value,
        )
        .group_by(col(part.organization_id))
    )
    rows: Any = await session.execute(statement)
    return {organization_id: last for organization_id, last in rows}  # noqa: C416 -- rows, not pairs


async def rested_on(session: AsyncSession, event: Event) -> bool:
    """Whether something later stands below what an event began, or began below it."""
    begun = sa.select(col(_version.organization_id)).where(col(_version.begun_by) == event.id)
    later = sa.select(sa.literal(1)).where(
        col(_version.parent_id).in_(begun),
        col(_version.begun_by).is_distinct_from(event.id),
        col(_version.valid_from) >= event.effective_on,
    )
    return bool(await session.scalar(sa.select(sa.exists(later))))


async def undo(session: AsyncSession, event: Event) -> list[UUID]:
    """Delete the versions that an event began, open again those it ended; return whose."""
    begun = sa.delete(_version).where(col(_version.begun_by) == event.id)
    ended = sa.update(_version).where(col(_version.ended_by) == event.id)
    await session.execute(begun)
    opened = ended.values(valid_until=None, ended_by=None).returning(col(_version.organization_id))
    return list(await session.scalars(opened))
