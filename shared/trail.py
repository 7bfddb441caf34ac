"""Reading the audit trail: every service shows its own, by one route of one shape.

Nothing here writes it and nothing can change it. Clause: GB/T 22239 (等保2.0) level 3, 安全审计:
records are searchable, protected, and kept for six months at least (here: never deleted).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from shared import web
from shared.audit import audit_log
from shared.caller import Caller, Role
from shared.context import Context
from shared.errors import Forbidden, NotSignedIn
from shared.pagination import Page, PagingQuery, page

TAG = {"name": "审计", "description": "谁在何时做了什么"}
READERS = (Role.AUDIT_ADMINISTRATOR, Role.INSPECTOR)
router = APIRouter(prefix="/v1/audit", tags=[TAG["name"]])


class AuditView(BaseModel):
    """一条审计记录。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8001",
                "at": "2026-03-02T00:00:00Z",
                "county_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f",
                "actor_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "actor_person_id": None,
                "actor_roles": ["system_administrator"],
                "action": "grant.request",
                "entity": "grant",
                "entity_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7f01",
                "before": None,
                "after": {"role": "village", "state": "active"},
                "reason": None,
                "request_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e9001",
                "address": "10.0.0.8",
            }
        }
    )

    id: UUID
    at: datetime
    county_id: UUID | None
    actor_id: UUID | None = Field(description="操作账号")
    actor_person_id: UUID | None
    actor_roles: list[str]
    action: str
    entity: str
    entity_id: UUID
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    request_id: str | None
    address: str | None = Field(description="来源地址")


@dataclass(frozen=True)
class Wanted:
    """Which entries a list shows; all given conditions hold together."""

    since: Annotated[datetime | None, Query(description="此时以后（含）")] = None
    until: Annotated[datetime | None, Query(description="此时以前")] = None
    actor_id: Annotated[UUID | None, Query(description="操作账号")] = None
    actor_person_id: Annotated[
        UUID | None, Query(description="操作人；一人有几个账号时一并列出")
    ] = None
    entity: Annotated[str | None, Query(max_length=60, description="操作对象的种类")] = None
    entity_id: Annotated[UUID | None, Query(description="操作对象")] = None
    action: Annotated[str | None, Query(max_length=60, description="操作名称的开头")] = None
    request_id: Annotated[str | None, Query(max_length=60, description="请求编号")] = None
    address: Annotated[str | None, Query(max_length=60, description="来源地址")] = None
    q: Annotated[str | None, Query(max_length=60, description="理由中包含")] = None


@router.get("", summary="查询审计记录", responses=web.problems(NotSignedIn, Forbidden))
async def read_audit(
    ctx: web.Ctx, paging: PagingQuery, wanted: Annotated[Wanted, Depends()]
) -> Page[AuditView]:
    """供审计管理员和纪委监委查阅本服务的记录，新的在前；记录只增不改，也不删除。"""
    rows = await read_trail(ctx, wanted, paging.after_id(), paging.limit)
    views = [AuditView.model_validate(row) for row in rows]
    return page(views, paging.limit, [[str(view.id)] for view in views])


async def read_trail(
    ctx: Context, wanted: Wanted, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Return up to `limit + 1` entries of the caller's counties, newest first."""
    ctx.caller.require(*READERS)
    async with ctx.read() as work:
        return await listed(work.session, counties_of(ctx.caller), wanted, before, limit)


def counties_of(caller: Caller) -> frozenset[UUID] | None:
    """Return whose entries a reader sees; None is all, for a grant of the whole tree."""
    watching = [grant for grant in caller.grants if grant.role is Role.AUDIT_ADMINISTRATOR]
    if any(grant.organization_id is None for grant in watching):
        return None
    return caller.organizations(*READERS)


async def listed(
    session: AsyncSession,
    counties: frozenset[UUID] | None,
    wanted: Wanted,
    before: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return up to `limit + 1` entries, newest first; counties see their own only."""
    log = audit_log.c
    statement = sa.select(audit_log).where(*_conditions(wanted))
    if counties is not None:
        statement = statement.where(log.county_id.in_(counties))
    if before is not None:
        statement = statement.where(log.id < before)
    rows = await session.execute(statement.order_by(log.id.desc()).limit(limit + 1))
    return [dict(row) for row in rows.mappings()]


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    log = audit_log.c
    exact = (
        (log.actor_id, wanted.actor_id),
        (log.actor_person_id, wanted.actor_person_id),
        (log.entity, wanted.entity),
        (log.entity_id, wanted.entity_id),
        (log.request_id, wanted.request_id),
        (log.address, wanted.address),
    )
    found: list[sa.ColumnElement[bool]] = [
        column == value for column, value in exact if value is not None
    ]
    if wanted.since is not None:
        found.append(log.at >= wanted.since)
    if wanted.until is not None:
        found.append(log.at < wanted.until)
    if wanted.action is not None:
        found.append(log.action.startswith(wanted.action, autoescape=True))
    if wanted.q is not None:
        found.append(log.reason.contains(wanted.q, autoescape=True))
    return found
