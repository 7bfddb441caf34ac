"""What travels about erasures."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.privacy.domain.erasures import BlockKind, ErasureState, Mention, Preview

_PERSON = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7b01"
_BLOCK: dict[str, Any] = {
    "kind": "term",
    "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7c01",
    "what": "其“书记”任期还未结束，请先办理届满",
}


class BlockView(BaseModel):
    """一件须先办理的事。"""

    model_config = ConfigDict(json_schema_extra={"example": _BLOCK})

    kind: BlockKind = Field(description="term 任期、grant 授权、reserve 后备、election 选举")
    id: UUID = Field(description="任期、授权、后备干部记录或选举的编号")
    what: str


class ErasurePreview(BaseModel):
    """删除前的预览。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "person_id": _PERSON,
                "accounts": 1,
                "terms": 2,
                "possible": False,
                "blocks": [_BLOCK],
                "mentions": {"audit_reason": 1},
            }
        }
    )

    person_id: UUID
    accounts: int = Field(description="将要关闭的账号数")
    terms: int = Field(description="保留编号、不再能看出是谁的任期数")
    possible: bool = Field(description="没有须先办理的事")
    blocks: list[BlockView]
    mentions: dict[Mention, int] = Field(
        description="本县各处自由填写的文字中出现该姓名的次数（同名也计入）；删除时不改动这些文字："
        "grant_reason 授权理由、organization_event_reason 组织变动理由、election_reason 选举理由、"
        "reserve_source 他人后备来源、reserve_reason 他人后备出入库理由、course_title 培训班名称、"
        "course_organiser 培训主办单位、pair_purpose 结对目的、pair_reason 结对理由、"
        "pair_end_reason 结束结对的理由、"
        "life_entry_minutes 组织生活记录出处、life_exemption_reason 免予安排理由、"
        "audit_reason 审计记录中的理由"
    )

    @classmethod
    def of(cls, looked: Preview) -> Self:
        """Show what stands in the way."""
        blocks = [
            BlockView(kind=each.kind, id=each.id, what=each.what.zh) for each in looked.blocks
        ]
        return cls(
            person_id=looked.person_id,
            accounts=looked.accounts,
            terms=looked.terms,
            possible=not blocks,
            blocks=blocks,
            mentions=looked.mentions,
        )


class ErasureRequest(BaseModel):
    """申请删除的理由。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"reason": "本人已离任并书面申请删除"}},
    )

    reason: str = Field(min_length=2, max_length=500, description="请勿写姓名和联系方式")


class ErasureView(BaseModel):
    """一项删除申请。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8a01",
                "person_id": _PERSON,
                "county_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a0f",
                "state": "requested",
                "reason": "本人已离任并书面申请删除",
                "requested_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "requested_at": "2026-03-02T00:00:00Z",
                "decided_by": None,
                "decided_at": None,
                "refusal": None,
            }
        },
    )

    id: UUID
    person_id: UUID
    county_id: UUID
    state: ErasureState = Field(
        description="requested 待确认、done 已删除、rejected 未同意或已撤回"
    )
    reason: str
    requested_by: UUID
    requested_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    refusal: str | None
