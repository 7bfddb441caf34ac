"""What travels: the account of deliveries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.notifications.channels.domain import Delivery, EventReport
from services.notifications.messages.domain.delivery import DELIVERY, DeliveryState
from services.notifications.messages.domain.sending import CHANNEL_NAMES, Channel
from shared.pagination import Page

Counts = dict[Channel, dict[DeliveryState, int]]
_COUNTS = (
    "按渠道和状态的条数（queued 待发送、sending 发送中、sent 已送达、failed 待重试、dead 停止）"
)


class DeliveryOut(BaseModel):
    """One message on one channel to one user; the address is never shown."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01980000-0000-7000-8000-000000000001",
                    "fan_out_id": "01980000-0000-7000-8000-000000000002",
                    "message_id": "01980000-0000-7000-8000-000000000003",
                    "organization_id": "01980000-0000-7000-8000-0000000000aa",
                    "organization_name": "后寺村党支部",
                    "user_id": "01980000-0000-7000-8000-0000000000bb",
                    "channel": "email",
                    "state": "failed",
                    "state_name": "失败待重试",
                    "attempts": 2,
                    "title": "评定结果公示：公示至2026年5月18日",
                    "error": "smtp_timeout",
                    "due_at": "2026-05-11T01:02:00Z",
                    "sent_at": None,
                }
            ]
        }
    )
    id: UUID
    fan_out_id: UUID = Field(description="所属事件的编号")
    message_id: UUID
    organization_id: UUID | None = Field(description="只涉及账号本身的消息为空")
    organization_name: str | None
    user_id: UUID
    channel: Channel
    state: DeliveryState
    state_name: str
    attempts: int
    title: str
    error: str | None = Field(description="最近一次失败的代码")
    due_at: datetime = Field(description="下次发送不早于此时（实际时间）")
    sent_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Translate a delivery."""
        return cls(**vars(delivery), state_name=DELIVERY.labels[delivery.state])


class EventOut(BaseModel):
    """How one event was told."""

    id: UUID
    kind: str = Field(description="事件类型", examples=["announcement.published"])
    county_id: UUID | None
    occurred_at: datetime
    finished_at: datetime | None = Field(description="全部通知到的时间，未完成为空")
    told: int = Field(description="已通知的组织数")
    to_tell: int = Field(description="应通知的组织数")
    error: str | None = Field(description="未完成时最近一次失败的代码")
    counts: Counts = Field(description=_COUNTS, examples=[{"in_app": {"sent": 226}}])

    @classmethod
    def of(cls, report: EventReport) -> Self:
        """Translate a report."""
        return cls(**vars(report) | {"counts": _counts(report.counts)})


class Summary(Page[EventOut]):
    """A page of events, and the counts of everything in the caller's part of the tree."""

    totals: Counts = Field(description=_COUNTS, examples=[{"email": {"sent": 220, "dead": 6}}])


class ChannelOut(BaseModel):
    """Whether a channel is on; nothing is delivered, or said to be, by one that is off."""

    channel: Channel
    name: str = Field(examples=["电子邮件"])
    on: bool
    note: str = Field(examples=["没有配置邮件服务器，不会产生邮件送达。"])

    @classmethod
    def of(cls, channel: Channel, *, on: bool) -> Self:
        """Say it in words, too."""
        off = "没有配置邮件服务器，不会产生邮件送达；请系统管理员设置后重启服务。"
        return cls(channel=channel, name=CHANNEL_NAMES[channel], on=on, note="" if on else off)


def _counts(counts: Mapping[Channel, Mapping[DeliveryState, int]]) -> Counts:
    return {channel: dict(by_state) for channel, by_state in counts.items()}
