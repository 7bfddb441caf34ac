"""Results and missed stars as they travel."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.kernel.grammar import Policy
from services.scoring.results.domain.results import RESULT, Miss, MissReason, Result, ResultState
from shared.money import DecimalText, decimal_text


class StarView(BaseModel):
    """A star by code and name."""

    code: str
    name: str


class MissReasonView(BaseModel):
    """Why a star was missed: the clause, what it names, and how many points are short."""

    kind: str = Field(
        description="below_line 未达分数线 / bottom_line 触碰底线 / refused 决定不授予"
    )
    clause: str
    subject: str = Field(description="分数线、底线标准或决定机关的代码")
    subject_name: str
    short: DecimalText
    reference: str | None


class MissView(BaseModel):
    """A star that was applied for and missed, with every reason."""

    star: str
    name: str
    reasons: list[MissReasonView]


class ResultView(BaseModel):
    """One branch's result as it stands."""

    id: UUID
    determination_id: UUID
    cycle_id: UUID
    organization_id: UUID
    name: str
    township_id: UUID
    township_name: str
    state: ResultState
    state_name: str
    version: int
    assessed: bool = Field(description="false 为未参评，不同于无星")
    applied: bool = Field(description="是否提交过申报")
    awaits_confirmation: bool = Field(description="未申报，等待组织部确认")
    level: int
    level_name: str
    stars: list[StarView]
    missed: list[MissView]
    total: DecimalText
    base: DecimalText
    county_rank: int = Field(description="评定时的全县名次，未参评为0")
    township_rank: int
    effective_on: date | None
    succeeds: UUID | None = Field(description="递补前的结果；本结果生效后接替它")
    succeeded_on: date | None = Field(description="由递补后的结果接替的日期")
    hash: str

    @classmethod
    def of(cls, policy: Policy, found: Result) -> Self:
        """Make the view; the policy names stars and levels."""
        names = {star.code: star.name for star in policy.stars}
        return cls(
            id=found.id,
            determination_id=found.determination_id,
            cycle_id=found.cycle_id,
            organization_id=found.organization_id,
            name=found.name,
            township_id=found.township_id,
            township_name=found.township_name,
            state=found.state,
            state_name=RESULT.labels[found.state],
            version=found.version,
            assessed=found.assessed,
            applied=found.submitted,
            awaits_confirmation=found.awaits_confirmation,
            level=found.level,
            level_name=policy.level_name(found.level) if found.assessed else "未参评",
            stars=[StarView(code=code, name=names[code]) for code in found.stars],
            missed=misses_of(policy, found.misses),
            total=decimal_text(found.total),
            base=decimal_text(found.base),
            county_rank=found.county_rank,
            township_rank=found.township_rank,
            effective_on=found.effective_on,
            succeeds=found.succeeds,
            succeeded_on=found.succeeded_on,
            hash=found.hash,
        )


class MissedView(BaseModel):
    """A branch with the stars it missed."""

    result_id: UUID
    organization_id: UUID
    name: str
    township_id: UUID
    township_name: str
    level: int
    level_name: str
    missed: list[MissView]

    @classmethod
    def of(cls, policy: Policy, found: Result, star: str | None) -> Self:
        """Make the view; with `star`, of this star only."""
        misses = [each for each in found.misses if star in (None, each.star)]
        return cls(
            result_id=found.id,
            organization_id=found.organization_id,
            name=found.name,
            township_id=found.township_id,
            township_name=found.township_name,
            level=found.level,
            level_name=policy.level_name(found.level),
            missed=misses_of(policy, misses),
        )


def misses_of(policy: Policy, misses: Iterable[Miss]) -> list[MissView]:
    """Return missed stars with their names."""
    names = {star.code: star.name for star in policy.stars}
    subjects = _subjects(policy)
    return [
        MissView(
            star=miss.star,
            name=names[miss.star],
            reasons=[_reason(subjects, each) for each in miss.reasons],
        )
        for miss in misses
    ]


_BODIES = {
    "township": "镇级评审组",
    "department": "牵头部门",
    "county_group": "县级评审组",
    "committee": "县委",
    "finding": "异议核查结论",
    "change_case": "动态管理决定",
}


def _subjects(policy: Policy) -> dict[str, str]:
    lines = {line.code: line.name for line in policy.lines}
    bottom = {line.code: line.name for star in policy.stars for line in star.bottom_lines}
    return _BODIES | bottom | lines


def _reason(subjects: Mapping[str, str], reason: MissReason) -> MissReasonView:
    return MissReasonView(
        kind=reason.code,
        clause=reason.clause,
        subject=reason.subject,
        subject_name=subjects.get(reason.subject, reason.subject),
        short=decimal_text(reason.short),
        reference=reason.reference,
    )
