"""The SQL of erasures: the requests, and what is put where a name stood."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.identity.tables import (
    ApiKeyRow,
    ExternalIdentityRow,
    FactorRow,
    GrantRow,
    RecoveryCodeRow,
    RefreshTokenRow,
    SessionRow,
    UserRow,
)
from services.registry.imports.tables import ImportRow
from services.registry.life.tables import LifeEntryRow, LifeExemptionRow
from services.registry.organizations.domain.scope import Sight
from services.registry.organizations.tables import OrganizationEventRow
from services.registry.people.domain.terms import Person
from services.registry.people.tables import (
    CourseRow,
    ElectionRow,
    PairRow,
    PersonRow,
    ReserveRow,
)
from services.registry.privacy.domain.erasures import (
    ERASED_NAME,
    Erasure,
    ErasureState,
    ErasureUnknown,
    Mention,
)
from services.registry.privacy.tables import ErasureRow
from services.registry.tables import Table, columns
from shared.audit import audit_log
from shared.pinyin import spelled

# What people wrote in their own words; it is not changed, but a person is told of it.
_WRITTEN: dict[Mention, tuple[Any, Any]] = {
    Mention.GRANT_REASON: (col(GrantRow.reason), col(GrantRow.county_id)),
    Mention.EVENT_REASON: (col(OrganizationEventRow.reason), col(OrganizationEventRow.county_id)),
    Mention.ELECTION_REASON: (col(ElectionRow.reason), col(ElectionRow.county_id)),
    Mention.RESERVE_SOURCE: (col(ReserveRow.source), col(ReserveRow.county_id)),
    Mention.RESERVE_REASON: (col(ReserveRow.reason), col(ReserveRow.county_id)),
    Mention.COURSE_TITLE: (col(CourseRow.title), col(CourseRow.county_id)),
    Mention.COURSE_ORGANISER: (col(CourseRow.organiser), col(CourseRow.county_id)),
    Mention.PAIR_PURPOSE: (col(PairRow.purpose), col(PairRow.county_id)),
    Mention.PAIR_REASON: (col(PairRow.reason), col(PairRow.county_id)),
    Mention.PAIR_END_REASON: (col(PairRow.end_reason), col(PairRow.county_id)),
    Mention.MINUTES: (col(LifeEntryRow.minutes), col(LifeEntryRow.county_id)),
    Mention.EXEMPTION_REASON: (col(LifeExemptionRow.reason), col(LifeExemptionRow.county_id)),
    Mention.AUDIT_REASON: (audit_log.c.reason, audit_log.c.county_id),
}
# Of these the person's own entries lose what was written; others' may tell the name.
_OF_RESERVE = frozenset({Mention.RESERVE_SOURCE, Mention.RESERVE_REASON})
_row = ErasureRow
_columns = columns(ErasureRow)


def _erasure(row: sa.Row[tuple[object, ...]]) -> Erasure:
    return Erasure(**{**row._mapping, "state": ErasureState(row.state)})  # noqa: SLF001 -- its public name


async def add(session: AsyncSession, erasure: Erasure) -> None:
    """Insert a request."""
    await session.execute(sa.insert(_row).values(vars(erasure)))


async def update(session: AsyncSession, erasure: Erasure) -> None:
    """Write a request as it now is."""
    statement = sa.update(_row).where(col(_row.id) == erasure.id)
    await session.execute(statement.values(vars(erasure)))


async def lock_person(session: AsyncSession, person_id: UUID) -> None:
    """Let one transaction at a time see to a person's erasure, and nothing new begin for them."""
    statement = sa.select(col(PersonRow.id)).where(col(PersonRow.id) == person_id)
    await session.execute(statement.with_for_update(key_share=True))


async def waits(session: AsyncSession, person_id: UUID) -> bool:
    """Whether an erasure of this person waits for a decision."""
    statement = sa.select(col(_row.id)).where(
        col(_row.person_id) == person_id, col(_row.state) == ErasureState.REQUESTED.value
    )
    return bool(await session.scalar(sa.select(sa.exists(statement))))


async def lock(session: AsyncSession, sight: Sight, erasure_id: UUID) -> Erasure:
    """Return one request within sight, locked for change; ErasureUnknown otherwise."""
    statement = sa.select(*_columns).where(col(_row.id) == erasure_id, *_within(sight))
    row = (await session.execute(statement.with_for_update())).one_or_none()
    if row is None:
        raise ErasureUnknown(
            "没有找到这项删除申请，请在删除申请列表中查找。",
            "No such erasure: look it up in the list.",
        )
    return _erasure(row)


async def listed(
    session: AsyncSession, sight: Sight, after: UUID | None, limit: int
) -> list[Erasure]:
    """Return up to `limit + 1` requests after an id; counties see their own only."""
    statement = sa.select(*_columns).where(*_within(sight))
    if after is not None:
        statement = statement.where(col(_row.id) > after)
    rows = await session.execute(statement.order_by(col(_row.id)).limit(limit + 1))
    return [_erasure(row) for row in rows]


async def of_person(session: AsyncSession, person_id: UUID) -> list[Erasure]:
    """Return every request that concerns a person, oldest first."""
    statement = sa.select(*_columns).where(col(_row.person_id) == person_id)
    return [_erasure(row) for row in await session.execute(statement.order_by(col(_row.id)))]


def _within(sight: Sight) -> list[sa.ColumnElement[bool]]:
    return [] if sight.everywhere else [col(_row.county_id).in_(sight.roots)]


async def erase_person(session: AsyncSession, person_id: UUID, day: date) -> None:
    """Put the mark of an erased person where the name stood."""
    pinyin, initials = spelled(ERASED_NAME)
    await session.execute(
        sa.update(PersonRow)
        .where(col(PersonRow.id) == person_id)
        .values(
            name=ERASED_NAME,
            pinyin=pinyin,
            initials=initials,
            erased_on=day,
            version=col(PersonRow.version) + 1,
        )
    )


async def erase_reserve(session: AsyncSession, person_id: UUID) -> None:
    """Take out of the entries in reserve where the person came from and why they left."""
    told = col(ReserveRow.reason).is_not(None)
    await session.execute(
        sa.update(ReserveRow)
        .where(col(ReserveRow.person_id) == person_id)
        .values(source=ERASED_NAME, reason=sa.case((told, ERASED_NAME)))
    )


async def erase_imports(session: AsyncSession, county_id: UUID, name: str) -> None:
    """Take a name out of the faults and file names of a county's imports."""
    told = sa.cast(col(ImportRow.faults), sa.Text).contains(name, autoescape=True)
    named = told | col(ImportRow.file_name).contains(name, autoescape=True)
    statement = sa.select(col(ImportRow.id), col(ImportRow.faults), col(ImportRow.file_name)).where(
        col(ImportRow.county_id) == county_id, named
    )
    for row in (await session.execute(statement)).all():
        faults = [
            {key: text.replace(name, ERASED_NAME) for key, text in fault.items()}
            for fault in row.faults
        ]
        file_name = row.file_name.replace(name, ERASED_NAME)
        changed = sa.update(ImportRow).where(col(ImportRow.id) == row.id)
        await session.execute(changed.values(faults=faults, file_name=file_name))


async def mentions(session: AsyncSession, person: Person) -> dict[Mention, int]:
    """Return how often a name stands in what people of the county wrote, and would stay."""
    found = {}
    for where, (text, county) in _WRITTEN.items():
        statement = sa.select(sa.func.count()).where(
            county == person.county_id, text.contains(person.name, autoescape=True)
        )
        if where in _OF_RESERVE:
            statement = statement.where(col(ReserveRow.person_id) != person.id)
        found[where] = await session.scalar(statement) or 0
    return {where: count for where, count in found.items() if count}


async def erase_accounts(session: AsyncSession, users: Sequence[UUID]) -> None:
    """Close accounts and take out of them whatever tells or lets in a person; the ids stay."""
    mine = col(UserRow.id).in_(users)
    closed = {
        "username": sa.literal("deleted-") + sa.cast(col(UserRow.id), sa.Text),
        "display_name": ERASED_NAME,
        "password_hash": None,
        "sealed_email": None,
        "disabled": True,
        "failures": 0,
        "locked_until": None,
        "version": col(UserRow.version) + 1,
    }
    await session.execute(sa.update(UserRow).where(mine).values(closed))
    for table in (FactorRow, RecoveryCodeRow, ExternalIdentityRow):
        await session.execute(sa.delete(table).where(columns(table).user_id.in_(users)))
    sessions = sa.select(col(SessionRow.id)).where(col(SessionRow.user_id).in_(users))
    await session.execute(
        sa.delete(RefreshTokenRow).where(col(RefreshTokenRow.session_id).in_(sessions))
    )
    named: tuple[tuple[type[Table], str], ...] = ((SessionRow, "device"), (ApiKeyRow, "name"))
    for rows, said in named:
        mine = columns(rows).user_id.in_(users)
        await session.execute(sa.update(rows).where(mine).values({said: ERASED_NAME}))
