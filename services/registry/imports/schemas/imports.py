"""What travels about imports."""

from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.divisions.domain.recoding import Vintage
from services.registry.divisions.schemas import DivisionView, RecodingView
from services.registry.imports.domain.imports import STATE_NAMES, Import, State
from services.registry.imports.domain.kinds import Kind

_EXAMPLE: dict[str, Any] = {
    "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e9001",
    "kind": "organizations",
    "state": "checked",
    "state_name": "检查通过，待确认",
    "file_name": "组织.xlsx",
    "file_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "effective_on": None,
    "source": "县委组织部 2026 年组织名册",
    "system": "import",
    "rows": 242,
    "created": 240,
    "changed": 2,
    "unchanged": 0,
    "done": 0,
    "sent_at": "2026-03-02T02:00:00Z",
    "started_at": None,
    "finished_at": None,
    "attempts": 0,
    "errors": [],
    "fault_count": 0,
}
_SHOWN = 5_000


class FaultView(BaseModel):
    """一处错误：行号、列名和怎样改正。"""

    pointer: str
    detail: str


class ImportView(BaseModel):
    """一次导入：检查结果、进度和结局。"""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _EXAMPLE})

    id: UUID
    kind: Kind
    state: State
    state_name: str
    file_name: str
    file_hash: str = Field(description="文件的 SHA-256")
    effective_on: date | None = Field(description="变更自该日起生效；空为办理当天")
    source: str
    system: str = Field(description="组织编号所属的编号体系")
    rows: int = Field(description="数据行数")
    created: int = Field(description="新增的行数")
    changed: int = Field(description="与已登记的不同、将要（已经）改动的行数")
    unchanged: int = Field(description="与已登记的相同的行数")
    done: int = Field(description="正在写入时，已写的行数；办完之前别人看不到")
    sent_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int = Field(description="办理次数；中断后自动从头再办")
    errors: list[FaultView] = Field(description="未能办理的原因（确认之后登记内容有了变化）")
    fault_count: int

    @classmethod
    def of(cls, found: Import) -> "ImportView":
        """Say an import in Chinese."""
        said = {name: getattr(found, name) for name in cls.model_fields if hasattr(found, name)}
        errors = [
            FaultView(pointer=each["pointer"], detail=each["detail"]) for each in found.faults
        ]
        named = {"state_name": STATE_NAMES[found.state], "errors": errors}
        return cls(**(said | vars(found.options) | named))


class VintageView(BaseModel):
    """换用新区划表的结果。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "created": 0,
                "changed": 1,
                "ended": 0,
                "signs": {"name": 1},
                "items": [],
                "kept": [],
            }
        }
    )

    created: int = Field(description="新设的")
    changed: int = Field(description="代码、名称或上级变了的，含随上级换码的下级")
    ended: int = Field(description="撤销的：新表中没有，其下也没有区划或组织")
    signs: dict[str, int] = Field(description="凭各种依据认出的有多少")
    items: list[RecodingView] = Field(description="对照，至多五千条；全部可查 /recodings")
    kept: list[DivisionView] = Field(
        description="新表中没有、其下还有区划或组织的：暂时保留，请查明划归何处"
    )

    @classmethod
    def of(cls, found: Vintage) -> "VintageView":
        """Count and show a vintage."""
        signs = Counter(each.sign.value for each in found.report if each.sign is not None)
        return cls(
            created=len(found.created),
            changed=len(found.changed),
            ended=len(found.ended),
            signs=dict(signs),
            items=[RecodingView.model_validate(each) for each in found.report[:_SHOWN]],
            kept=[DivisionView.model_validate(each) for each in found.kept],
        )
