"""The certificate as it travels: the kernel's integers, and the same in Chinese."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.scoring.kernel.certificate import Certificate
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.render import render
from services.scoring.results.domain.results import RESULT, Result, ResultState


class SectionView(BaseModel):
    """A titled group of sentences."""

    code: str
    title: str
    sentences: list[str]


class CertificateView(BaseModel):
    """Everything that makes one result, from the policy's clauses to the yuan."""

    result_id: UUID
    cycle_id: UUID
    title: str
    organization_id: UUID
    name: str
    township_name: str
    state: ResultState
    state_name: str
    version: int
    level: int
    level_name: str
    effective_on: date | None
    result_hash: str
    sections: list[SectionView]
    certificate: Certificate = Field(description="分值为0.01分的整数，金额为分")

    @classmethod
    def of(cls, title: str, policy: Policy, result: Result, found: Certificate) -> Self:
        """Make the view."""
        sections = render(policy, found)
        return cls(
            result_id=result.id,
            cycle_id=result.cycle_id,
            title=title,
            organization_id=result.organization_id,
            name=result.name,
            township_name=result.township_name,
            state=result.state,
            state_name=RESULT.labels[result.state],
            version=result.version,
            level=result.level,
            level_name=policy.level_name(result.level) if result.assessed else "未参评",
            effective_on=result.effective_on,
            result_hash=result.hash,
            sections=[
                SectionView(code=each.code, title=each.title, sentences=list(each.sentences))
                for each in sections
            ],
            certificate=found,
        )
