"""What travels: subscriptions, their log, and a secret exactly once."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.notifications.messages.domain.delivery import DELIVERY, DeliveryState
from services.notifications.webhooks.domain.addresses import LONGEST_URL
from services.notifications.webhooks.domain.facts import EVENT_TYPES
from services.notifications.webhooks.domain.subscription import (
    WEBHOOK,
    Attempt,
    Webhook,
    WebhookDelivery,
    WebhookState,
)

_URL = "https://platform.example.gov.cn/hooks/wuxing"
_ID = "01980000-0000-7000-8000-000000000001"
_NEW: dict[str, JsonValue] = {
    "url": _URL,
    "description": "市级平台",
    "event_types": ["announcement.published", "results.effective"],
}
_WEBHOOK: dict[str, JsonValue] = {
    **_NEW,
    "id": _ID,
    "county_id": "01980000-0000-7000-8000-0000000000cc",
    "state": "active",
    "state_name": "启用",
    "version": 1,
    "created_at": "2026-05-11T01:00:00Z",
    "previous_until": None,
    "failing_since": None,
    "disabled_reason": None,
}
_DELIVERY: dict[str, JsonValue] = {
    "id": _ID,
    "webhook_id": _ID,
    "event_id": _ID,
    "event_type": "results.effective",
    "state": "failed",
    "state_name": "失败待重试",
    "attempts": 1,
    "error": "http_503",
    "occurred_at": "2026-05-19T01:00:00Z",
    "due_at": "2026-05-19T01:00:05Z",
    "sent_at": None,
}


# The one list of types lives in the domain.
EventType = StrEnum("EventType", {kind: kind for kind in EVENT_TYPES})  # type: ignore[misc]  # made from data

Url = Annotated[
    str, Field(max_length=LONGEST_URL, description="接收地址，https:// 开头", examples=[_URL])
]
Description = Annotated[str, Field(max_length=200, description="用途说明")]
EventTypes = Annotated[
    list[EventType],
    Field(
        min_length=1,
        max_length=len(EVENT_TYPES),
        description="；".join(f"{kind} {name}" for kind, name in EVENT_TYPES.items()),
    ),
]


class WebhookIn(BaseModel):
    """A new subscription; all types unless some are named."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_NEW]})
    county_id: UUID | None = Field(default=None, description="县级党委编号；只管一个县时可不填")
    url: Url
    description: Description = ""
    event_types: EventTypes = [EventType(kind) for kind in EVENT_TYPES]

    @property
    def types(self) -> tuple[str, ...]:
        """The types, each once."""
        return _types(self.event_types)


class WebhookChange(BaseModel):
    """What is to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"url": _URL}]})
    url: Url | None = None
    description: Description | None = None
    event_types: EventTypes | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """The values given."""
        given = self.model_dump(exclude_none=True, exclude={"event_types"})
        if self.event_types is not None:
            given["event_types"] = _types(self.event_types)
        return given


class WebhookOut(BaseModel):
    """A subscription, without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WEBHOOK]})
    id: UUID
    county_id: UUID
    url: str
    description: str
    event_types: list[str]
    state: WebhookState
    state_name: str
    version: int
    created_at: datetime
    previous_until: datetime | None = Field(description="换密钥后，旧密钥有效到何时")
    failing_since: datetime | None = Field(description="从何时起一直送不到")
    disabled_reason: str | None = Field(
        description="停用原因：asked 人工、subscriber_gone 对方答复 410、failing_too_long 长期失败"
    )

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """Translate a subscription; the sealed secrets stay behind."""
        values = {name: value for name, value in vars(webhook).items() if name in cls.model_fields}
        return cls(**values, state_name=WEBHOOK.labels[webhook.state])


class WithSecret(BaseModel):
    """A subscription with its secret, which no other answer ever shows."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"webhook": _WEBHOOK, "secret": "whsec_…"}]}
    )
    webhook: WebhookOut
    secret: str | None = Field(
        default=None,
        description="验签密钥，只显示这一次，请立即保存；用同一幂等键重发时为空，遗失请更换密钥",
    )


class WebhookDeliveryOut(BaseModel):
    """One event on its way to one subscriber."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DELIVERY]})
    id: UUID
    webhook_id: UUID
    event_id: UUID = Field(description="webhook-id 头为 evt_ 加此编号，重发时不变")
    event_type: str
    state: DeliveryState
    state_name: str
    attempts: int
    error: str | None
    occurred_at: datetime
    due_at: datetime
    sent_at: datetime | None

    @classmethod
    def of(cls, delivery: WebhookDelivery) -> Self:
        """Translate a delivery."""
        return cls(**vars(delivery), state_name=DELIVERY.labels[delivery.state])


class AttemptOut(BaseModel):
    """One attempt: what the subscriber answered, cut to 1,000 characters."""

    number: int
    at: datetime
    status: int | None
    error: str | None
    duration_ms: int
    response: str

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        """Translate an attempt."""
        reply = attempt.reply
        return cls(
            number=attempt.number,
            at=attempt.at,
            status=reply.status,
            error=reply.error,
            duration_ms=reply.duration_ms,
            response=reply.text,
        )


class LogOut(BaseModel):
    """One delivery with all its attempts."""

    delivery: WebhookDeliveryOut
    attempts: list[AttemptOut]


class Replayed(BaseModel):
    """How many events were queued again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"events": 3}]})
    events: int


def _types(given: list[EventType]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.value for each in given))
