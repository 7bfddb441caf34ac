"""What travels about invitations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_VIEW: dict[str, Any] = {
    "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7b01",
    "user_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
    "invited_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d02",
    "invited_at": "2026-03-02T00:00:00Z",
    "expires_at": "2026-03-05T00:00:00Z",
}


class InvitationView(BaseModel):
    """一个尚未使用的邀请。"""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _VIEW})

    id: UUID
    user_id: UUID
    invited_by: UUID
    invited_at: datetime
    expires_at: datetime


class NewInvitationView(InvitationView):
    """新的邀请；token 只显示这一次，请转交本人。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"example": _VIEW | {"token": "m3Vq8Zt1dWk2xJ0pLr7cYb4sHn6a"}},
    )

    token: str


class Acceptance(BaseModel):
    """接受邀请并自设密码。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "token": "m3Vq8Zt1dWk2xJ0pLr7cYb4sHn6a",
                "password": "Huojia-Spring-2026",
            }
        },
    )

    token: str = Field(min_length=20, max_length=200, repr=False)
    password: str = Field(min_length=1, max_length=200, repr=False)
