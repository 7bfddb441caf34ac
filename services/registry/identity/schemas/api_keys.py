"""What travels about API keys."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.identity.domain.api_keys import KeyDraft, Scope

_KEY = "wx_k3m9x2q7h4tz_4wJk0Z3vX1c9QmT7bN5hR2yF8dL6sAeUgPiOqKxVzWn"
_VIEW: dict[str, Any] = {
    "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7c01",
    "user_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
    "name": "新乡市党建平台",
    "prefix": "k3m9x2q7h4tz",
    "scopes": ["registry:read", "scoring:read"],
    "created_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d02",
    "created_at": "2026-03-02T00:00:00Z",
    "expires_at": "2026-12-31T16:00:00Z",
    "revoked_at": None,
    "last_used_on": None,
}


class KeyRequest(BaseModel):
    """要发放的接口密钥。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "example": {
                "name": "新乡市党建平台",
                "scopes": ["registry:read", "scoring:read"],
                "last_day": "2026-12-31",
            }
        },
    )

    name: str = Field(min_length=1, max_length=60, description="用途，便于日后辨认")
    scopes: list[Scope] = Field(min_length=1, max_length=6, description="可用于哪些服务、可否写入")
    last_day: date = Field(description="有效期的最后一日，最长一年")

    def draft(self) -> KeyDraft:
        """Return what the use case calls it."""
        return KeyDraft(self.name, tuple(self.scopes), self.last_day)


class ApiKeyView(BaseModel):
    """一个接口密钥；密钥本身不再显示。"""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _VIEW})

    id: UUID
    user_id: UUID
    name: str
    prefix: str = Field(description="密钥开头的公开部分，用来辨认")
    scopes: list[Scope]
    created_by: UUID
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None = Field(description="最近使用的日期")


class NewApiKeyView(ApiKeyView):
    """新的接口密钥；key 只显示这一次。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"example": _VIEW | {"key": _KEY}},
    )

    key: str


class ApiKeysView(BaseModel):
    """该账号的全部接口密钥，含已撤销和已到期的。"""

    items: list[ApiKeyView]


class KeyExchange(BaseModel):
    """接口密钥。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"api_key": _KEY}},
    )

    api_key: str = Field(min_length=1, max_length=200, repr=False)
