"""Reading the audit trail; nothing here writes it, and nothing can change it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.organizations.domain.scope import Sight
from shared.audit import audit_log


@dataclass(frozen=True)
class Filter:
    """Which entries a list shows; all given conditions hold together."""

    since: datetime | None = None
    until: datetime | None = None
    actor_id: UUID | None = None
    entity_id: UUID | None = None
    action: str | None = None


async def listed(
    session: AsyncSession, sight: Sight, wanted: Filter, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Return up to `limit + 1` entries, newest first; counties see their own only."""
    log = audit_log.c
    statement = sa.select(audit_log)
    if not sight.everywhere:
        statement = statement.where(log.county_id.in_(sight.roots))
    if wanted.since is not None:
        statement = statement.where(log.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(log.at < wanted.until)
    if wanted.actor_id is not None:
        statement = statement.where(log.actor_id == wanted.actor_id)
    if wanted.entity_id is not None:
        statement = statement.where(log.entity_id == wanted.entity_id)
    if wanted.action is not None:
        statement = statement.where(log.action.startswith(wanted.action, autoescape=True))
    if before is not None:
        statement = statement.where(log.id < before)
    rows = await session.execute(statement.order_by(log.id.desc()).limit(limit + 1))
    return [dict(row) for row in rows.mappings()]
