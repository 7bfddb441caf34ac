"""The SQL of invitations."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.identity.domain.invitations import Invitation, InvitationUnknown
from services.registry.identity.tables import InvitationRow
from services.registry.organizations.domain.scope import Sight
from services.registry.tables import columns

_row = InvitationRow
_columns = columns(InvitationRow)


async def add(session: AsyncSession, invitation: Invitation) -> None:
    """Insert an invitation."""
    await session.execute(sa.insert(_row).values(vars(invitation)))


async def by_token(session: AsyncSession, token_hash: str, *, lock: bool) -> Invitation | None:
    """Return the invitation of a token, locked if it is to be used: it is used once."""
    statement = sa.select(*_columns).where(col(_row.token_hash) == token_hash)
    row = (await session.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return Invitation(**row._mapping) if row is not None else None  # noqa: SLF001 -- its public name


async def use(session: AsyncSession, invitation_id: UUID, now: datetime) -> None:
    """Mark an invitation as used."""
    statement = sa.update(_row).where(col(_row.id) == invitation_id)
    await session.execute(statement.values(used_at=now))


async def withdraw(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """Take back every open invitation of an account."""
    statement = sa.update(_row).where(
        col(_row.user_id) == user_id, col(_row.used_at).is_(None), col(_row.revoked_at).is_(None)
    )
    await session.execute(statement.values(revoked_at=now))


async def find_open(
    session: AsyncSession, sight: Sight, invitation_id: UUID, now: datetime
) -> Invitation:
    """Return an open invitation within sight; InvitationUnknown if there is none."""
    statement = sa.select(*_columns).where(col(_row.id) == invitation_id, *_open(sight, now))
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise InvitationUnknown(
            "没有找到这个邀请，或它已被使用、撤回或过期，请刷新列表。",
            "No such open invitation: reload the list.",
        )
    return Invitation(**row._mapping)  # noqa: SLF001 -- its public name


async def listed(
    session: AsyncSession, sight: Sight, now: datetime, after: UUID | None, limit: int
) -> list[Invitation]:
    """Return up to `limit + 1` open invitations after an id; counties see their own only."""
    statement = sa.select(*_columns).where(*_open(sight, now))
    if after is not None:
        statement = statement.where(col(_row.id) > after)
    rows = await session.execute(statement.order_by(col(_row.id)).limit(limit + 1))
    return [Invitation(**row._mapping) for row in rows]  # noqa: SLF001 -- its public name


def _open(sight: Sight, now: datetime) -> list[sa.ColumnElement[bool]]:
    conditions = [
        col(_row.used_at).is_(None),
        col(_row.revoked_at).is_(None),
        col(_row.expires_at) > now,
    ]
    return conditions if sight.everywhere else [*conditions, col(_row.county_id).in_(sight.roots)]


async def sent_by(session: AsyncSession, user_id: UUID, now: datetime) -> list[Invitation]:
    """Return the open invitations that an account has sent, oldest first."""
    everywhere = Sight(everywhere=True)
    statement = sa.select(*_columns).where(col(_row.invited_by) == user_id, *_open(everywhere, now))
    rows = await session.execute(statement.order_by(col(_row.id)))
    return [Invitation(**row._mapping) for row in rows]  # noqa: SLF001 -- its public name
