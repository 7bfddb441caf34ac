"""The SQL of accounts."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.identity.domain.grants import GrantState
from services.registry.identity.domain.users import EMAIL, User, UserUnknown
from services.registry.identity.tables import GrantRow, UserRow
from services.registry.organizations.domain.scope import Sight
from services.registry.tables import columns
from shared.contracts.registry import Recipient
from shared.sealing.envelope import Seal

_columns = columns(UserRow)


def _user(row: sa.Row[*tuple[Any, ...]]) -> User:
    return User(**row._mapping)  # noqa: SLF001 -- its public name


async def by_name(session: AsyncSession, username: str) -> User | None:
    """Return the account with this user name."""
    statement = sa.select(*_columns).where(col(UserRow.username) == username)
    row = (await session.execute(statement)).one_or_none()
    return _user(row) if row is not None else None


async def find(session: AsyncSession, user_id: UUID, *, lock: bool = False) -> User:
    """Return one account, locked for change if asked; UserUnknown if there is none."""
    statement = sa.select(*_columns).where(col(UserRow.id) == user_id)
    row = (await session.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        raise unknown()
    return _user(row)


async def by_ids(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, User]:
    """Return those of the accounts that exist, by id."""
    statement = sa.select(*_columns).where(col(UserRow.id).in_(list(ids)))
    return {row.id: _user(row) for row in await session.execute(statement)}


async def of_person(session: AsyncSession, person_id: UUID, *, lock: bool = False) -> list[User]:
    """Return all accounts of a person, oldest first, locked for change if asked."""
    statement = sa.select(*_columns).where(col(UserRow.person_id) == person_id)
    statement = statement.order_by(col(UserRow.id))
    rows = await session.execute(statement.with_for_update() if lock else statement)
    return [_user(row) for row in rows]


def unknown() -> UserUnknown:
    """Return the problem for an account that is not there, or not for this caller."""
    return UserUnknown(
        "没有找到这个账号，请在账号列表中查找。", "No such user: look it up in the list."
    )


async def taken(session: AsyncSession, usernames: Iterable[str]) -> set[str]:
    """Return which of the user names are in use."""
    statement = sa.select(col(UserRow.username)).where(col(UserRow.username).in_(list(usernames)))
    return set(await session.scalars(statement))


async def any_account(session: AsyncSession) -> bool:
    """Whether any account exists."""
    return bool(await session.scalar(sa.select(sa.exists(sa.select(col(UserRow.id))))))


async def add(session: AsyncSession, users: Sequence[User]) -> None:
    """Insert accounts."""
    await session.execute(sa.insert(UserRow), [vars(user) for user in users])


async def update(session: AsyncSession, user_id: UUID, **values: object) -> None:
    """Write some columns of an account."""
    await session.execute(sa.update(UserRow).where(col(UserRow.id) == user_id).values(values))


async def listed(
    session: AsyncSession, sight: Sight, text: str | None, after: str | None, limit: int
) -> list[User]:
    """Return up to `limit + 1` accounts after a user name; counties see their own only."""
    statement = sa.select(*_columns).where(*_visible(sight))
    if text:
        name = col(UserRow.username).contains(text.lower(), autoescape=True)
        statement = statement.where(
            name | col(UserRow.display_name).contains(text, autoescape=True)
        )
    if after is not None:
        statement = statement.where(col(UserRow.username) > after)
    rows = await session.execute(statement.order_by(col(UserRow.username)).limit(limit + 1))
    return [_user(row) for row in rows]


def _visible(sight: Sight) -> list[sa.ColumnElement[bool]]:
    return [] if sight.everywhere else [col(UserRow.county_id).in_(sight.roots)]


async def recipients(
    session: AsyncSession,
    seal: Seal,
    organizations: Iterable[UUID],
    roles: Iterable[str],
    day: date,
) -> list[Recipient]:
    """Return who holds one of the roles for exactly these organizations on that day."""
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(UserRow.id).label("user_id"),
            col(GrantRow.organization_id),
            col(GrantRow.role),
            col(GrantRow.department),
            col(UserRow.display_name),
            col(UserRow.sealed_email),
        )
        .join(GrantRow, col(GrantRow.user_id) == col(UserRow.id))
        .where(
            col(GrantRow.organization_id).in_(set(organizations)),
            col(GrantRow.role).in_(set(roles)),
            col(GrantRow.state) == GrantState.ACTIVE.value,
            col(GrantRow.starts_on) <= day,
            col(GrantRow.ends_on).is_(None) | (col(GrantRow.ends_on) >= day),
            col(UserRow.disabled).is_(False),
        )
        .distinct()
        .order_by(
            col(GrantRow.organization_id),
            col(UserRow.id),
            col(GrantRow.role),
            col(GrantRow.department),
        )
    )
    rows = (await session.execute(statement)).mappings()
    return [Recipient(**row, email=_email(seal, row)) for row in rows]


def _email(seal: Seal, row: sa.RowMapping) -> str | None:
    sealed: bytes | None = row["sealed_email"]
    return None if sealed is None else seal.open(sealed, EMAIL, row["user_id"])
