"""The SQL of messages and of the deliveries they are born with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.notifications.messages.domain.delivery import DeliveryState
from services.notifications.messages.domain.fan_outs import FanOut
from services.notifications.messages.domain.inbox import Message
from services.notifications.messages.domain.sending import Channel
from services.notifications.messages.domain.texts import Words
from services.notifications.messages.tables import DeliveryRow, MessageRow
from shared.clock import Moment
from shared.tables import new_id


@dataclass(frozen=True)
class Draft:
    """One message to write: to whom, in which role, about what, and by which channels."""

    message: Message
    user_id: UUID
    role: str
    about_id: UUID
    channels: tuple[Channel, ...]


async def add(
    session: AsyncSession, fan_out: FanOut, drafts: Sequence[Draft], moment: Moment
) -> int:
    """Write the messages that do not exist yet, with their deliveries; returns how many.

    The in-app delivery is sent by being written; the others are queued.
    """
    if not drafts:
        return 0
    rows = [_message_row(fan_out, draft) for draft in drafts]
    statement = insert(MessageRow).values(rows).on_conflict_do_nothing()
    new = set(await session.scalars(statement.returning(col(MessageRow.id))))
    deliveries = [
        _delivery_row(fan_out, draft, channel, moment)
        for draft in drafts
        if draft.message.id in new
        for channel in draft.channels
    ]
    if deliveries:
        await session.execute(sa.insert(DeliveryRow), deliveries)
    return len(new)


async def inbox(
    session: AsyncSession, user_id: UUID, *, unread: bool, before: UUID | None, limit: int
) -> list[Message]:
    """Return a user's messages, newest first."""
    statement = sa.select(MessageRow).where(_mine(user_id, unread=unread))
    if before is not None:
        statement = statement.where(col(MessageRow.id) < before)
    rows = await session.scalars(statement.order_by(col(MessageRow.id).desc()).limit(limit))
    return [_message(row) for row in rows]


async def count(session: AsyncSession, user_id: UUID, *, unread: bool) -> int:
    """Return how many messages a user has."""
    statement = sa.select(sa.func.count()).select_from(MessageRow)
    return await session.scalar(statement.where(_mine(user_id, unread=unread))) or 0


async def mark_read(
    session: AsyncSession, user_id: UUID, message_id: UUID, now: datetime
) -> Message | None:
    """Note the first time a user read the message; None when it is not this user's."""
    statement = sa.select(MessageRow).where(
        col(MessageRow.id) == message_id, col(MessageRow.user_id) == user_id
    )
    row = await session.scalar(statement.with_for_update())
    if row is None:
        return None
    row.read_at = row.read_at or now
    await session.flush()
    return _message(row)


def _mine(user_id: UUID, *, unread: bool) -> sa.ColumnElement[bool]:
    mine = col(MessageRow.user_id) == user_id
    return mine & col(MessageRow.read_at).is_(None) if unread else mine


async def redact(
    session: AsyncSession,
    fan_outs: Sequence[UUID],
    words: Words,
    *,
    own: bool,
    facts: dict[str, str],
) -> None:
    """Put other words and facts into messages about accounts: to themselves, or to others."""
    statement = sa.update(MessageRow).where(
        col(MessageRow.fan_out_id).in_(fan_outs), col(MessageRow.facts).contains({"own": own})
    )
    facts_now = col(MessageRow.facts).op("||")(sa.cast(facts, JSONB))
    await session.execute(statement.values(**vars(words), facts=facts_now))


def _message_row(fan_out: FanOut, draft: Draft) -> dict[str, object]:
    message = draft.message
    return {
        "id": message.id,
        "fan_out_id": fan_out.id,
        "county_id": fan_out.county_id,
        "user_id": draft.user_id,
        "organization_id": message.organization_id,
        "about_id": draft.about_id,
        "kind": message.kind,
        "title": message.words.title,
        "body": message.words.body,
        "title_en": message.words.title_en,
        "body_en": message.words.body_en,
        "facts": message.facts,
        "created_at": message.created_at,
    }


def _delivery_row(
    fan_out: FanOut, draft: Draft, channel: Channel, moment: Moment
) -> dict[str, object]:
    here = channel is Channel.IN_APP
    return {
        "id": new_id(),
        "message_id": draft.message.id,
        "fan_out_id": fan_out.id,
        "county_id": fan_out.county_id,
        "user_id": draft.user_id,
        "organization_id": draft.message.organization_id,
        "role": draft.role,
        "channel": channel.value,
        "state": DeliveryState.SENT.value if here else DeliveryState.QUEUED.value,
        "attempts": 1 if here else 0,
        "due_at": moment.real,
        "sent_at": moment.real if here else None,
        "created_at": moment.real,
    }


def _message(row: MessageRow) -> Message:
    return Message(
        id=row.id,
        kind=row.kind,
        organization_id=row.organization_id,
        words=Words(row.title, row.body, row.title_en, row.body_en),
        facts=row.facts,
        created_at=row.created_at,
        read_at=row.read_at,
    )
