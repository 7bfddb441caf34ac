"""What travels about handing an account's work over."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.registry.identity.domain.handing import HandOver, TaskKind
from services.registry.identity.schemas.users import GrantView

_USER = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01"
_SUCCESSOR = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d02"
_TASK: dict[str, JsonValue] = {
    "kind": "term",
    "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7b01",
    "what": "其任期还未结束，如已离任请办理届满",
}


class HandOverBody(BaseModel):
    """接任的账号和理由。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"successor_id": _SUCCESSOR, "reason": "调任照镜镇"}},
    )

    successor_id: UUID | None = Field(default=None, description="为空则只收回，暂无人接任")
    reason: str = Field(min_length=2, max_length=500)


class TaskView(BaseModel):
    """一件还须办理的事。"""

    model_config = ConfigDict(json_schema_extra={"example": _TASK})

    kind: TaskKind = Field(
        description="term 任期、requested_grant 其申请的授权、decision 待其批准的授权、"
        "invitation 其发出的邀请、api_key 接口密钥"
    )
    id: UUID = Field(description="任期、授权、邀请或密钥的编号")
    what: str


class HandOverView(BaseModel):
    """移交的结果，或移交前的预览。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"user_id": _USER, "ended": [], "given": [], "tasks": [_TASK]}
        }
    )

    user_id: UUID
    ended: list[GrantView] = Field(description="收回（预览时为将要收回）的授权")
    given: list[GrantView] = Field(description="接任账号得到的授权；requested 的须安全管理员批准")
    tasks: list[TaskView] = Field(description="须有人接手的事")

    @classmethod
    def of(cls, done: HandOver) -> Self:
        """Translate a hand-over."""
        return cls(
            user_id=done.user_id,
            ended=[GrantView.model_validate(each) for each in done.ended],
            given=[GrantView.model_validate(each) for each in done.given],
            tasks=[TaskView(kind=each.kind, id=each.id, what=each.what.zh) for each in done.tasks],
        )
