"""The SQL of subscriptions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.notifications.webhooks.domain.subscription import Webhook, WebhookState
from services.notifications.webhooks.tables import WebhookRow
from shared.directory import organizations, within


@dataclass(frozen=True)
class Sight:
    """What a caller may see: own subscriptions, and those of the counties below `roots`.

    `roots` None is everywhere.
    """

    owner_id: UUID | None
    roots: Iterable[UUID] | None

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        """The predicate on subscriptions; deleted ones are seen by nobody."""
        present = col(WebhookRow.state) != WebhookState.DELETED.value
        if self.roots is None:
            return present
        county = organizations.alias()
        below = sa.exists(
            sa.select(sa.literal(1)).where(
                county.c.id == col(WebhookRow.county_id), within(self.roots, county.c.path)
            )
        )
        return present & ((col(WebhookRow.owner_id) == self.owner_id) | below)


async def add(session: AsyncSession, webhook: Webhook) -> None:
    """Insert a new subscription."""
    await session.execute(sa.insert(WebhookRow).values(_values(webhook)))


async def find(session: AsyncSession, webhook_id: UUID, sight: Sight) -> Webhook | None:
    """Return one subscription within sight."""
    mine = (col(WebhookRow.id) == webhook_id) & sight.condition
    row = await session.scalar(sa.select(WebhookRow).where(mine))
    return None if row is None else _webhook(row)


async def lock(session: AsyncSession, webhook_id: UUID, sight: Sight) -> Webhook | None:
    """Return one subscription within sight, locked."""
    mine = (col(WebhookRow.id) == webhook_id) & sight.condition
    row = await session.scalar(sa.select(WebhookRow).where(mine).with_for_update())
    return None if row is None else _webhook(row)


async def search(
    session: AsyncSession, sight: Sight, before: UUID | None, limit: int
) -> list[Webhook]:
    """Return the subscriptions within sight, newest first."""
    statement = sa.select(WebhookRow).where(sight.condition)
    if before is not None:
        statement = statement.where(col(WebhookRow.id) < before)
    rows = await session.scalars(statement.order_by(col(WebhookRow.id).desc()).limit(limit))
    return [_webhook(row) for row in rows]


async def save(session: AsyncSession, webhook: Webhook) -> Webhook:
    """Store a change people made, under the next version, and return it so."""
    following = replace(webhook, version=webhook.version + 1)
    await session.execute(
        sa.update(WebhookRow).where(col(WebhookRow.id) == webhook.id).values(_values(following))
    )
    return following


async def listening(session: AsyncSession, county_id: UUID, kind: str) -> Sequence[UUID]:
    """Return the active subscriptions of a county to one type of event."""
    statement = sa.select(col(WebhookRow.id)).where(
        col(WebhookRow.county_id) == county_id,
        col(WebhookRow.state) == WebhookState.ACTIVE.value,
        col(WebhookRow.event_types).contains([kind]),
    )
    return (await session.scalars(statement)).all()


async def judge(session: AsyncSession, webhook: Webhook) -> None:
    """Store what was learned of a subscriber by sending; people's edits stay as they are."""
    values: dict[str, Any] = {
        "failing_since": webhook.failing_since,
        "state": webhook.state.value,
        "disabled_reason": webhook.disabled_reason,
    }
    if webhook.state is WebhookState.DISABLED:
        values["version"] = webhook.version + 1
    await session.execute(
        sa.update(WebhookRow).where(col(WebhookRow.id) == webhook.id).values(values)
    )


def _values(webhook: Webhook) -> dict[str, Any]:
    changed = {"event_types": list(webhook.event_types), "state": webhook.state.value}
    return vars(webhook) | changed


def _webhook(row: WebhookRow) -> Webhook:
    values = {name: getattr(row, name) for name in Webhook.__dataclass_fields__}
    changed = {"event_types": tuple(row.event_types), "state": WebhookState(row.state)}
    return Webhook(**values | changed)
