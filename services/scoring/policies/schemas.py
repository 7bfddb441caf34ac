"""What travels about policies."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.scoring.kernel.compare import Difference
from services.scoring.kernel.grammar import Policy
from services.scoring.policies.domain import Found, PolicyState, StoredPolicy, column_of

YamlText = Annotated[str, StringConstraints(min_length=1, max_length=1_000_000)]


class NewPolicy(BaseModel):
    """A draft from a preset by name, or from YAML text."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "county_id": "01990000-0000-7000-8000-000000000001",
                    "preset": "five_star_edition_2",
                }
            ]
        },
    )

    county_id: UUID = Field(description="县委组织的编号")
    preset: str | None = Field(default=None, max_length=100, description="预设方案的名称")
    text: YamlText | None = Field(default=None, description="方案全文（YAML）")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.preset is None) == (self.text is None):
            message = "preset 和 text 请填写其中一项 (give either preset or text)"
            raise ValueError(message)
        return self


class PolicyText(BaseModel):
    """The whole text of a draft."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": 'code: five_star\nedition: "2"'}]}
    )

    text: YamlText = Field(
        description="方案全文（YAML）：先用 GET /v1/policies/{policy_id}/yaml 导出再改"
    )


class PolicyBrief(BaseModel):
    """A policy in a list."""

    id: UUID
    county_id: UUID
    code: str
    edition: str
    title: str
    state: PolicyState
    hash: str
    preset: str | None
    created_at: datetime
    published_at: datetime | None
    published_by: UUID | None

    @classmethod
    def of(cls, stored: StoredPolicy) -> Self:
        """Show a stored policy without its content."""
        return cls(
            id=stored.id,
            county_id=stored.county_id,
            code=stored.policy.code,
            edition=stored.policy.edition,
            title=stored.policy.title,
            state=stored.state,
            hash=stored.hash,
            preset=stored.preset,
            created_at=stored.created_at,
            published_at=stored.published_at,
            published_by=stored.published_by,
        )


class PolicyView(PolicyBrief):
    """A policy with everything it says, every rule with its clause."""

    version: int
    policy: Policy

    @classmethod
    def of(cls, stored: StoredPolicy) -> Self:
        """Show a stored policy whole."""
        brief = PolicyBrief.of(stored).model_dump()
        return cls(**brief, version=stored.version, policy=stored.policy)


class FaultView(BaseModel):
    """One mistake: a stable code, its row and place in the document, its clause, a sentence."""

    code: str
    sheet: str = Field(description="附件表中的工作表；YAML全文为空")
    row: int = Field(description="方案文本或工作表中的行号，从1起")
    column: str = Field(description="列：工作表为字母，YAML全文为数字；整行为空")
    where: str
    clause: str
    detail: str

    @classmethod
    def of(cls, found: Found) -> Self:
        """Show a fault of the static check."""
        fault = found.fault
        return cls(
            code=fault.code,
            sheet=found.spot.sheet,
            row=found.spot.row,
            column=column_of(found.spot),
            where=fault.where,
            clause=fault.clause,
            detail=fault.zh,
        )


class CheckView(BaseModel):
    """What the static check says: all mistakes at once; publishable when there is none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "publishable": False,
                    "faults": [
                        {
                            "code": "base_sum",
                            "sheet": "",
                            "row": 52,
                            "column": "5",
                            "where": "stars.0",
                            "clause": "基层党建星",
                            "detail": "基本分各项合计95.00，应为100.00",
                        }
                    ],
                }
            ]
        }
    )

    publishable: bool
    faults: list[FaultView]

    @classmethod
    def of(cls, faults: tuple[Found, ...]) -> Self:
        """Show the outcome of a check."""
        return cls(publishable=not faults, faults=[FaultView.of(each) for each in faults])


class ImportedView(BaseModel):
    """A draft made from a file, and what keeps it from being published, each with its cell."""

    policy: PolicyView
    faults: list[FaultView]

    @classmethod
    def of(cls, stored: StoredPolicy, found: tuple[Found, ...]) -> Self:
        """Show what was imported."""
        return cls(policy=PolicyView.of(stored), faults=[FaultView.of(each) for each in found])


class ValueChangeView(BaseModel):
    """One thing that is said otherwise; null: it was not said, or is not said any more."""

    label: str
    before: str | None
    after: str | None


class DifferenceView(BaseModel):
    """One part that is not the same, with its clause and a sentence."""

    change: Literal["added", "removed", "changed", "reordered"]
    sheet: str = Field(description="附件表中的工作表，如 评分项")
    star: str = Field(description="所属的星；不属于某颗星时为空")
    code: str
    name: str
    clause: str = Field(description="条款：以新方案为准，已取消的以旧方案为准")
    page: str
    detail: str = Field(
        description="一句话说明",
        examples=["分数线“总分线”：标准线由总分85分以上改为总分80分以上。"],
    )
    changes: list[ValueChangeView] = Field(description="逐处对照；新增和取消的为空")

    @classmethod
    def of(cls, difference: Difference) -> Self:
        """Show one difference."""
        return cls(
            change=difference.change,
            sheet=difference.sheet,
            star=difference.star,
            code=difference.code,
            name=difference.name,
            clause=difference.clause,
            page=difference.page,
            detail=difference.zh,
            changes=[
                ValueChangeView(label=one.label, before=one.before, after=one.after)
                for one in difference.changes
            ],
        )


class ComparisonView(BaseModel):
    """What a policy says otherwise than an older one, in the order of the annex."""

    older: PolicyBrief
    newer: PolicyBrief
    equal: bool
    differences: list[DifferenceView]

    @classmethod
    def of(cls, older: StoredPolicy, newer: StoredPolicy, found: tuple[Difference, ...]) -> Self:
        """Show both policies and all that differs."""
        return cls(
            older=PolicyBrief.of(older),
            newer=PolicyBrief.of(newer),
            equal=not found,
            differences=[DifferenceView.of(one) for one in found],
        )


class PresetView(BaseModel):
    """A policy that ships with the program."""

    name: str
    title: str
    edition: str
    notes: list[str]

    @classmethod
    def of(cls, name: str, policy: Policy) -> Self:
        """Show a preset."""
        return cls(name=name, title=policy.title, edition=policy.edition, notes=list(policy.notes))
