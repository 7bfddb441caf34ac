"""The SQL of people."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach, Sight
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.people.domain.terms import Person, PersonUnknown, require_not_erased
from services.registry.people.tables import PersonRow, TermRow
from services.registry.tables import columns

_people = columns(PersonRow)


def _person(row: sa.Row[*tuple[Any, ...]]) -> Person:
    return Person(**row._mapping)  # noqa: SLF001 -- its public name


async def add_people(session: AsyncSession, people: Sequence[Person]) -> None:
    """Insert people."""
    await session.execute(sa.insert(PersonRow), [vars(person) for person in people])


async def update_person(session: AsyncSession, person: Person) -> None:
    """Write a person as it now is."""
    statement = sa.update(PersonRow).where(col(PersonRow.id) == person.id)
    await session.execute(statement.values(vars(person)))


async def find_person(session: AsyncSession, seen: Reach, sight: Sight, person_id: UUID) -> Person:
    """Return a person within reach; PersonUnknown otherwise."""
    statement = sa.select(*_people).where(col(PersonRow.id) == person_id, _visible(seen, sight))
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise PersonUnknown(
            "没有找到这个人员，请在人员列表中查找。", "No such person: look them up in the list."
        )
    return _person(row)


def _visible(seen: Reach, sight: Sight) -> sa.ColumnElement[bool]:
    """People are seen by their county, and by the organizations in which they have a term."""
    if seen.everywhere:
        return sa.true()
    held = (
        sa.select(sa.literal(1))
        .select_from(TermRow)
        .join(OrganizationRow, col(OrganizationRow.id) == col(TermRow.organization_id))
        .where(col(TermRow.person_id) == col(PersonRow.id), within(seen))
    )
    return col(PersonRow.county_id).in_(sight.roots) | sa.exists(held)


async def list_people(
    session: AsyncSession,
    visible: tuple[Reach, Sight],
    text: str | None,
    after: UUID | None,
    limit: int,
) -> list[Person]:
    """Return up to `limit + 1` people after an id."""
    statement = sa.select(*_people).where(_visible(*visible))
    if text:
        key = text.lower()
        statement = statement.where(
            col(PersonRow.name).contains(text, autoescape=True)
            | col(PersonRow.pinyin).startswith(key, autoescape=True)
            | col(PersonRow.initials).startswith(key, autoescape=True)
        )
    if after is not None:
        statement = statement.where(col(PersonRow.id) > after)
    rows = await session.execute(statement.order_by(col(PersonRow.id)).limit(limit + 1))
    return [_person(row) for row in rows]


def _any_of(ids: Iterable[UUID]) -> sa.CollectionAggregate[bool]:
    # One array instead of thousands of parameters.
    return sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))


async def people_of(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return those of these people that exist, by id."""
    statement = sa.select(*_people).where(col(PersonRow.id) == _any_of(ids))
    return {row.id: _person(row) for row in await session.execute(statement)}


async def counties(
    session: AsyncSession, ids: Iterable[UUID], *, lock: bool = True
) -> dict[UUID, UUID]:
    """Return the county of each of these people that exist; locked, none is erased until the end.

    A preview only reads, and locks nothing.
    """
    statement = (
        sa.select(col(PersonRow.id), col(PersonRow.county_id))
        .where(col(PersonRow.id) == _any_of(ids), col(PersonRow.erased_on).is_(None))
        .order_by(col(PersonRow.id))
    )
    if lock:
        statement = statement.with_for_update(read=True)
    return {row.id: row.county_id for row in await session.execute(statement)}


async def require_of_county(session: AsyncSession, person_id: UUID, county_id: UUID) -> None:
    """Raise PersonUnknown unless the county has this person."""
    if (await counties(session, [person_id])).get(person_id) != county_id:
        raise PersonUnknown(
            "该县没有这个人员，请先登记人员。",
            "No such person in this county: register them first.",
        )


async def keep_person(session: AsyncSession, person_id: UUID) -> None:
    """Let nobody erase a person until the end; AlreadyErased where it was done before."""
    statement = sa.select(*_people).where(col(PersonRow.id) == person_id)
    require_not_erased(_person((await session.execute(statement.with_for_update(read=True))).one()))


async def seen_of(
    session: AsyncSession, visible: tuple[Reach, Sight], ids: Iterable[UUID], county_id: UUID
) -> set[UUID]:
    """Return which of these people of a county can be seen; none is erased until the end."""
    statement = (
        sa.select(col(PersonRow.id))
        .where(
            col(PersonRow.id) == _any_of(ids),
            col(PersonRow.county_id) == county_id,
            col(PersonRow.erased_on).is_(None),
            _visible(*visible),
        )
        .order_by(col(PersonRow.id))
        .with_for_update(read=True, of=PersonRow)
    )
    return set(await session.scalars(statement))
