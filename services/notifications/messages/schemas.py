"""What travels: messages of one's own inbox."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.notifications.messages.domain.inbox import Message

EXAMPLE: dict[str, JsonValue] = {
    "id": "01980000-0000-7000-8000-000000000001",
    "kind": "application.returned",
    "organization_id": "01980000-0000-7000-8000-0000000000aa",
    "title": "申报被退回，请于2026年4月10日前修改后重新提交",
    "body": "后寺村党支部：\n镇级评审组退回了你们的申报。理由：佐证不全。……",
    "title_en": "Your application was returned: resubmit by 2026-04-10",
    "body_en": "…",
    "facts": {"reason": "佐证不全", "due_on": "2026-04-10"},
    "created_at": "2026-04-07T09:00:00+08:00",
    "read_at": None,
}


class MessageOut(BaseModel):
    """One message; `facts` holds what the text was written from, for front ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    id: UUID
    kind: str = Field(description="事件类型")
    organization_id: UUID | None = Field(description="消息所涉及的组织；只涉及账号本身的为空")
    title: str
    body: str
    title_en: str
    body_en: str
    facts: dict[str, Any]
    created_at: datetime = Field(description="业务时间")
    read_at: datetime | None = Field(description="首次标为已读的业务时间，未读为空")

    @classmethod
    def of(cls, message: Message) -> Self:
        """Translate a message."""
        return cls(
            id=message.id,
            kind=message.kind,
            organization_id=message.organization_id,
            title=message.words.title,
            body=message.words.body,
            title_en=message.words.title_en,
            body_en=message.words.body_en,
            facts=message.facts,
            created_at=message.created_at,
            read_at=message.read_at,
        )


class Unread(BaseModel):
    """How many messages wait to be read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"unread": 3}]})
    unread: int
