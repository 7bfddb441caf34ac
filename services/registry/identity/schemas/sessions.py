"""What travels about signing in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.registry.identity.domain.sessions import Method
from services.registry.identity.schemas.users import GrantView, TypedName
from shared.caller import Role
from shared.contracts.registry import Recipient

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=30)]

_USER = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01"


class SignIn(BaseModel):
    """用户名和密码。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"username": "admin", "password": "Wuxing-2026"}},
    )

    username: TypedName
    password: str = Field(min_length=1, max_length=200)
    code: Code | None = Field(
        default=None, description="启用了动态口令的账号填写：六位口令，或一个恢复码"
    )


class Refresh(BaseModel):
    """上次得到的刷新令牌；只能用一次。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"refresh_token": "m3Vq8Zt1dWk2xJ0pLr7cYb4sHn6a"}},
    )

    refresh_token: str = Field(min_length=20, max_length=200)


class SignedInView(BaseModel):
    """访问令牌（10 分钟）和刷新令牌（每次刷新都换新）。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "access_token": "eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoi…",
                "token_type": "Bearer",
                "expires_in": 600,
                "refresh_token": "m3Vq8Zt1dWk2xJ0pLr7cYb4sHn6a",
                "refresh_expires_at": "2026-03-02T12:00:00Z",
                "session_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7e01",
                "user_id": _USER,
                "display_name": "城关镇四街村申报员",
                "withheld": [],
            }
        }
    )

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 -- the scheme, no secret
    expires_in: int = Field(description="访问令牌的有效秒数")
    refresh_token: str = Field(description="只显示这一次")
    refresh_expires_at: datetime
    session_id: UUID
    user_id: UUID
    display_name: str
    withheld: list[Role] = Field(
        description="因未提供动态口令而暂不生效的管理员角色；登记并确认（或补验）口令后刷新即生效"
    )


class SessionView(BaseModel):
    """一个登录会话。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7e01",
                "device": "Mozilla/5.0 …",
                "method": "password",
                "second_factor": False,
                "started_at": "2026-03-02T00:00:00Z",
                "used_at": "2026-03-02T00:30:00Z",
                "expires_at": "2026-03-16T00:00:00Z",
                "current": True,
            }
        },
    )

    id: UUID
    device: str
    method: Method = Field(description="登录方式")
    second_factor: bool = Field(description="是否已验动态口令")
    started_at: datetime
    used_at: datetime
    expires_at: datetime
    current: bool = Field(default=False, description="是否为正在使用的这一个")


class SessionsView(BaseModel):
    """全部有效会话，新的在前。"""

    items: list[SessionView]


class PasswordChange(BaseModel):
    """修改自己的密码。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"current": "Wuxing-2026", "new": "Huojia-Spring-2026"}},
    )

    current: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=1, max_length=200)


class MeView(BaseModel):
    """您的账号和授权。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": _USER,
                "username": "huojia-sijie",
                "display_name": "城关镇四街村申报员",
                "email": None,
                "person_id": None,
                "session_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7e01",
                "grants": [],
            }
        }
    )

    id: UUID
    username: str
    display_name: str
    email: str | None
    person_id: UUID | None
    session_id: UUID | None
    grants: list[GrantView]


class MachineSignIn(BaseModel):
    """服务账号。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"client_id": "scoring", "client_secret": "…"}},
    )

    client_id: str = Field(min_length=1, max_length=100)
    client_secret: str = Field(min_length=1, max_length=200)


class RecipientSearch(BaseModel):
    """要通知的组织和角色。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "organization_ids": ["019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11"],
                "roles": ["village"],
            }
        },
    )

    organization_ids: list[UUID] = Field(max_length=10_000)
    roles: list[str] = Field(max_length=20)


class RecipientsView(BaseModel):
    """应当通知的人。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "user_id": _USER,
                        "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11",
                        "role": "village",
                        "display_name": "城关镇四街村申报员",
                        "email": None,
                    }
                ]
            }
        }
    )

    items: list[Recipient]
