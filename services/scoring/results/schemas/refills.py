"""Refills as they travel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import Vacancy
from services.scoring.results.domain.refills import REFILL, Refill, RefillState
from services.scoring.results.domain.results import Result


class RefillView(BaseModel):
    """A place that others left, and who comes in."""

    id: UUID
    quota: str
    quota_name: str
    clause: str
    scope_id: UUID = Field(description="名额按此组织（县委或乡镇党委）计算")
    organization_id: UUID | None = Field(description="依次递补的支部；为空：无人递补")
    name: str | None
    left: list[Vacancy] = Field(description="异议成立后退出名额的支部及其异议编号")
    state: RefillState
    state_name: str
    determination_id: UUID | None = Field(description="补充确定")
    result_id: UUID | None = Field(description="递补后的结果，公示期满才生效")
    proposed_at: datetime

    @classmethod
    def of(cls, policy: Policy, refill: Refill, known: Mapping[UUID, Result]) -> Self:
        """Make the view; `known` are the results of the branch, the newest of each."""
        [quota] = [each for each in policy.quotas if each.code == refill.quota]
        result = known.get(refill.organization_id) if refill.organization_id else None
        brought = result and result.determination_id == refill.determination_id
        return cls(
            id=refill.id,
            quota=quota.code,
            quota_name=quota.name,
            clause=quota.clause,
            scope_id=refill.scope_id,
            organization_id=refill.organization_id,
            name=result.name if result else None,
            left=list(refill.left),
            state=refill.state,
            state_name=REFILL.labels[refill.state],
            determination_id=refill.determination_id,
            result_id=result.id if result and brought else None,
            proposed_at=refill.proposed_at,
        )
