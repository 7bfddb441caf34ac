"""The SQL of grants."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.identity.domain.grants import (
    GrantState,
    GrantUnknown,
    StoredGrant,
)
from services.registry.identity.domain.users import User
from services.registry.identity.store import users
from services.registry.identity.tables import GrantRow, UserRow
from services.registry.organizations.domain.scope import Sight
from services.registry.tables import columns
from shared.caller import Role

_columns = columns(GrantRow)
# Not rejected and not revoked: held, or about to be.
_OPEN = (GrantState.ACTIVE.value, GrantState.REQUESTED.value)


def _grant(row: sa.Row[*tuple[Any, ...]]) -> StoredGrant:
    values = {**row._mapping, "role": Role(row.role), "state": GrantState(row.state)}  # noqa: SLF001 -- its public name
    return StoredGrant(**values)


async def of_users(session: AsyncSession, user_ids: Iterable[UUID]) -> list[StoredGrant]:
    """Return all grants of these accounts, oldest first."""
    statement = sa.select(*_columns).where(col(GrantRow.user_id).in_(list(user_ids)))
    rows = await session.execute(statement.order_by(col(GrantRow.id)))
    return [_grant(row) for row in rows]


async def lock_all(session: AsyncSession) -> None:
    """Let one transaction at a time hand out administrator roles."""
    key = sa.func.hashtextextended("registry.grants", 0)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


async def open_roles_of_people(
    session: AsyncSession, people: Iterable[UUID]
) -> dict[UUID, set[Role]]:
    """Return the roles held or requested by all accounts of these people."""
    statement = (
        sa.select(col(UserRow.person_id), col(GrantRow.role))
        .join(GrantRow, col(GrantRow.user_id) == col(UserRow.id))
        .where(col(UserRow.person_id).in_(list(people)), col(GrantRow.state).in_(_OPEN))
    )
    found: dict[UUID, set[Role]] = {}
    for row in await session.execute(statement):
        found.setdefault(row.person_id, set()).add(Role(row.role))
    return found


async def security_administrator_exists(session: AsyncSession) -> bool:
    """Whether somebody can agree to requested grants."""
    held = sa.select(col(GrantRow.id)).where(
        col(GrantRow.role) == Role.SECURITY_ADMINISTRATOR.value,
        col(GrantRow.state) == GrantState.ACTIVE.value,
    )
    return bool(await session.scalar(sa.select(sa.exists(held))))


async def holder_exists(session: AsyncSession, role: Role) -> bool:
    """Whether an account that is not disabled holds the role."""
    held = (
        sa.select(col(GrantRow.id))
        .join(UserRow, col(UserRow.id) == col(GrantRow.user_id))
        .where(
            col(GrantRow.role) == role.value,
            col(GrantRow.state) == GrantState.ACTIVE.value,
            col(UserRow.disabled).is_(False),
        )
    )
    return bool(await session.scalar(sa.select(sa.exists(held))))


async def add(session: AsyncSession, grants: Sequence[StoredGrant]) -> None:
    """Insert grants."""
    if grants:
        await session.execute(sa.insert(GrantRow), [vars(grant) for grant in grants])


async def lock(session: AsyncSession, grant_id: UUID) -> StoredGrant:
    """Return one grant, locked for change; GrantUnknown if there is none."""
    statement = sa.select(*_columns).where(col(GrantRow.id) == grant_id).with_for_update()
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise unknown()
    return _grant(row)


def unknown() -> GrantUnknown:
    """Return the problem for a grant that is not there, or not for this caller."""
    return GrantUnknown(
        "没有找到这项授权，请在授权列表中查找。", "No such grant: look it up in the list."
    )


async def update(session: AsyncSession, grant: StoredGrant) -> None:
    """Write a grant as it now is."""
    statement = sa.update(GrantRow).where(col(GrantRow.id) == grant.id)
    await session.execute(statement.values(vars(grant)))


async def listed(
    session: AsyncSession,
    sight: Sight,
    roles: Iterable[Role] | None,
    state: GrantState | None,
    user_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[StoredGrant]:
    """Return up to `limit + 1` grants after an id; counties see their own only."""
    statement = sa.select(*_columns)
    if not sight.everywhere:
        statement = statement.where(col(GrantRow.county_id).in_(sight.roots))
    if roles is not None:
        statement = statement.where(col(GrantRow.role).in_([role.value for role in roles]))
    if state is not None:
        statement = statement.where(col(GrantRow.state) == state.value)
    if user_id is not None:
        statement = statement.where(col(GrantRow.user_id) == user_id)
    if after is not None:
        statement = statement.where(col(GrantRow.id) > after)
    rows = await session.execute(statement.order_by(col(GrantRow.id)).limit(limit + 1))
    return [_grant(row) for row in rows]


async def waiting(session: AsyncSession) -> list[StoredGrant]:
    """Return the grants that wait for a second administrator, oldest first."""
    statement = sa.select(*_columns).where(col(GrantRow.state) == GrantState.REQUESTED.value)
    rows = await session.execute(statement.order_by(col(GrantRow.id)))
    return [_grant(row) for row in rows]


async def holders(
    session: AsyncSession, role: Role, county_id: UUID | None, day: date
) -> list[UUID]:
    """Return the accounts that hold a role for a county, or for the whole tree, on that day."""
    place: sa.ColumnElement[bool] = col(GrantRow.organization_id).is_(None)
    if county_id is not None:
        place |= col(GrantRow.organization_id) == county_id
    statement = (
        sa.select(col(GrantRow.user_id))
        .join(UserRow, col(UserRow.id) == col(GrantRow.user_id))
        .where(
            col(GrantRow.role) == role.value,
            place,
            *valid_on(day),
            col(UserRow.disabled).is_(False),
        )
        .distinct()
        .order_by(col(GrantRow.user_id))
    )
    return list(await session.scalars(statement))


def valid_on(day: date) -> list[sa.ColumnElement[bool]]:
    """Return the predicate: the grant may be used on that business date."""
    return [
        col(GrantRow.state) == GrantState.ACTIVE.value,
        col(GrantRow.starts_on) <= day,
        col(GrantRow.ends_on).is_(None) | (col(GrantRow.ends_on) >= day),
    ]


async def on_line(
    session: AsyncSession, line: Iterable[UUID], roles: Iterable[Role], day: date
) -> list[tuple[User, StoredGrant]]:
    """Return the grants of these roles that are used on that day for one of the organizations.

    Those for the whole tree as well; accounts that are disabled are left out.
    """
    place = col(GrantRow.organization_id).in_(list(line)) | col(GrantRow.organization_id).is_(None)
    chosen = col(GrantRow.role).in_([role.value for role in roles])
    statement = (
        sa.select(col(GrantRow.id))
        .join(UserRow, col(UserRow.id) == col(GrantRow.user_id))
        .where(chosen, place, *valid_on(day), col(UserRow.disabled).is_(False))
    )
    held = sa.select(*_columns).where(col(GrantRow.id).in_(statement)).order_by(col(GrantRow.id))
    found = [_grant(row) for row in await session.execute(held)]
    people = await users.by_ids(session, {each.user_id for each in found})
    return [(people[each.user_id], each) for each in found]
