"""The SQL of outside identities, and of sign-ins under way."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.identity.domain.outside import SUBJECT, Linked, Outside, Pending
from services.registry.identity.tables import ExternalIdentityRow, PendingSignInRow
from services.registry.tables import columns
from shared.sealing.envelope import Seal
from shared.tables import new_id


async def begin(session: AsyncSession, pending: Pending) -> None:
    """Insert a sign-in under way."""
    await session.execute(sa.insert(PendingSignInRow).values(vars(pending)))


async def take(session: AsyncSession, state_hash: str) -> Pending | None:
    """Return a sign-in under way and delete it, so that it is used once."""
    statement = sa.delete(PendingSignInRow).where(col(PendingSignInRow.state_hash) == state_hash)
    row = (await session.execute(statement.returning(*columns(PendingSignInRow)))).one_or_none()
    return None if row is None else Pending(**row._mapping)  # noqa: SLF001 -- its public name


async def forget(session: AsyncSession, now: datetime) -> None:
    """Delete sign-ins that nobody came back from."""
    await session.execute(sa.delete(PendingSignInRow).where(col(PendingSignInRow.expires_at) < now))


async def user_of(session: AsyncSession, seal: Seal, outside: Outside) -> UUID | None:
    """Return the account that is entered by this identity."""
    found: UUID | None = await session.scalar(
        sa.select(col(ExternalIdentityRow.user_id)).where(
            col(ExternalIdentityRow.issuer) == outside.issuer,
            # A row that waits to be rewrapped is still found by the older key's index.
            col(ExternalIdentityRow.subject_index).in_(seal.indexes(outside.subject, SUBJECT)),
        )
    )
    return found


async def link(session: AsyncSession, seal: Seal, linked: Linked) -> UUID | None:
    """Insert an identity; returns the account that has it already, None when it is new."""
    outside = Outside(linked.issuer, linked.subject)
    holder = await user_of(session, seal, outside)
    if holder is not None:
        return holder
    row_id = new_id()
    values = {
        "id": row_id,
        "issuer": linked.issuer,
        "sealed_subject": seal.close(linked.subject, SUBJECT, row_id),
        "subject_index": seal.index(linked.subject, SUBJECT),
        "user_id": linked.user_id,
        "linked_at": linked.linked_at,
    }
    statement = insert(ExternalIdentityRow).values(values).on_conflict_do_nothing()
    done: Any = await session.execute(statement)
    return None if done.rowcount else await user_of(session, seal, outside)


async def of_user(session: AsyncSession, seal: Seal, user_id: UUID) -> list[Linked]:
    """Return the identities of an account, by issuer."""
    statement = sa.select(*columns(ExternalIdentityRow)).where(
        col(ExternalIdentityRow.user_id) == user_id
    )
    order = (col(ExternalIdentityRow.issuer), col(ExternalIdentityRow.id))
    return [
        Linked(row.issuer, seal.open(row.sealed_subject, SUBJECT, row.id), user_id, row.linked_at)
        for row in await session.execute(statement.order_by(*order))
    ]


async def unlink(session: AsyncSession, user_id: UUID, issuer: str | None = None) -> int:
    """Delete an account's identities of one issuer, or all; returns how many there were."""
    statement = sa.delete(ExternalIdentityRow).where(col(ExternalIdentityRow.user_id) == user_id)
    if issuer is not None:
        statement = statement.where(col(ExternalIdentityRow.issuer) == issuer)
    done: Any = await session.execute(statement)
    return int(done.rowcount)
