"""What travels about the audit trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


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
