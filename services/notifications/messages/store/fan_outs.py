"""The SQL of fan-outs: plans that are still to be told."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.notifications.messages.domain.fan_outs import Addressee, FanOut, Plan
from services.notifications.messages.tables import FanOutRow
from shared.caller import Role
from shared.contracts.events import Envelope
from shared.directory import organizations
from shared.tables import new_id

# Waiting fan-outs that one sweep looks at.
_SWEEP = 100


async def add(session: AsyncSession, envelope: Envelope, plan: Plan, now: datetime) -> UUID | None:
    """Store the plan of an event; None when the event's plan is stored already."""
    row = {
        "id": new_id(),
        "event_id": envelope.id,
        "county_id": envelope.county_id,
        "kind": plan.kind,
        "roles": [role.value for role in plan.roles],
        "department": plan.department,
        "facts": plan.facts,
        "addressees": [_document(each) for each in plan.addressees],
        "total": len(plan.addressees),
        "position": 0,
        "attempts": 0,
        "occurred_at": envelope.occurred_at,
        "due_at": now,
        "finished_at": None if plan.addressees else now,
    }
    statement = insert(FanOutRow).values(row).on_conflict_do_nothing()
    found: UUID | None = await session.scalar(statement.returning(col(FanOutRow.id)))
    return found


async def find(session: AsyncSession, fan_out_id: UUID) -> FanOut | None:
    """Return a fan-out that is not finished; None otherwise."""
    statement = sa.select(FanOutRow).where(
        col(FanOutRow.id) == fan_out_id, col(FanOutRow.finished_at).is_(None)
    )
    row = await session.scalar(statement)
    return None if row is None else _fan_out(row)


async def due(session: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Return the unfinished fan-outs whose time has come, oldest first."""
    statement = (
        sa.select(col(FanOutRow.id))
        .where(col(FanOutRow.finished_at).is_(None), col(FanOutRow.due_at) <= now)
        .order_by(col(FanOutRow.due_at))
        .limit(_SWEEP)
    )
    return (await session.scalars(statement)).all()


async def advance(session: AsyncSession, fan_out: FanOut, now: datetime) -> bool:
    """Move past the current chunk; False when another worker already has."""
    position = fan_out.position + len(fan_out.chunk)
    finished = position >= len(fan_out.plan.addressees)
    statement = (
        sa.update(FanOutRow)
        .where(col(FanOutRow.id) == fan_out.id, col(FanOutRow.position) == fan_out.position)
        .values(position=position, attempts=0, error=None, finished_at=now if finished else None)
    )
    return await session.scalar(statement.returning(col(FanOutRow.id))) is not None


async def postpone(session: AsyncSession, fan_out: FanOut, until: datetime, error: str) -> None:
    """Try the current chunk again later."""
    statement = sa.update(FanOutRow).where(
        col(FanOutRow.id) == fan_out.id, col(FanOutRow.position) == fan_out.position
    )
    values = {"attempts": fan_out.attempts + 1, "due_at": until, "error": error}
    await session.execute(statement.values(values))


async def about_account(session: AsyncSession, kind: str, user_id: UUID) -> Sequence[UUID]:
    """Return the fan-outs of a kind that tell an account of itself, and others of it."""
    own = [{"user_id": str(user_id), "facts": {"own": True}}]
    statement = sa.select(col(FanOutRow.id)).where(
        col(FanOutRow.kind) == kind, col(FanOutRow.addressees).contains(own)
    )
    return (await session.scalars(statement)).all()


async def redact(session: AsyncSession, fan_outs: Sequence[UUID], facts: dict[str, str]) -> None:
    """Put other facts in the place of those of the same name."""
    statement = sa.update(FanOutRow).where(col(FanOutRow.id).in_(fan_outs))
    facts_now = col(FanOutRow.facts).op("||")(sa.cast(facts, JSONB))
    await session.execute(statement.values(facts=facts_now))


async def names(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of organizations, as far as they are known here yet."""
    known = organizations.c
    found = await session.execute(sa.select(known.id, known.name).where(known.id.in_(ids)))
    return {row.id: row.name for row in found}


def _document(addressee: Addressee) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, UUID) else value
        for name, value in asdict(addressee).items()
    }


def _fan_out(row: FanOutRow) -> FanOut:
    addressees = tuple(
        Addressee(
            _id(each["organization_id"]),
            UUID(each["about_id"]),
            each["facts"],
            # Absent from plans stored before accounts could be told.
            _id(each.get("user_id")),
        )
        for each in row.addressees
    )
    roles = tuple(Role(role) for role in row.roles)
    plan = Plan(row.kind, roles, row.facts, addressees, row.department)
    return FanOut(row.id, row.county_id, plan, row.position, row.attempts)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
