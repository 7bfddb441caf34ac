"""What travels about planning elections."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.domain.elections import ELECTING, Body
from services.registry.people.schemas.people import COUNTY, VILLAGE
from shared.contracts.registry import OrganizationKind, Sector

_ELECTION = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8701"


class ElectionDraft(BaseModel):
    """计划一次选举。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"organization_id": VILLAGE, "body": "both", "planned_on": "2026-12-20"}
        },
    )

    organization_id: UUID
    body: Body = Body.BOTH
    planned_on: date = Field(description="计划的选举日期；补登以往的选举可填过去的日期")


class ElectionsDraft(BaseModel):
    """为一个乡镇或县的各支部成批计划选举。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "under": COUNTY,
                "body": "both",
                "planned_on": "2026-12-20",
                "kinds": ["branch", "joint_branch"],
                "sector": "rural",
            }
        },
    )

    under: UUID = Field(description="该组织及其全部下级")
    body: Body = Body.BOTH
    planned_on: date
    kinds: list[OrganizationKind] = Field(
        default=list(ELECTING), min_length=1, max_length=5, description="哪些类型的组织"
    )
    sector: Sector | None = Field(default=None, description="只限这个领域；不填则不限")


class PlannedPlace(BaseModel):
    """成批计划中的一个组织。"""

    organization_id: UUID
    name: str
    election_id: UUID | None = Field(description="选举编号；预演时为空")


class PlannedView(BaseModel):
    """成批计划的结果；已有未办结选举的组织不重复计划。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "planned": [
                    {"organization_id": VILLAGE, "name": "四街村党支部", "election_id": _ELECTION}
                ],
                "left_out": [],
            }
        }
    )

    planned: list[PlannedPlace]
    left_out: list[PlannedPlace] = Field(description="已有未办结选举的，附该次选举的编号")

    @classmethod
    def of(
        cls,
        planned: Mapping[UUID, UUID | None],
        left_out: Mapping[UUID, UUID],
        names: Mapping[UUID, str],
    ) -> "PlannedView":
        """Show organizations with their elections; None before these are planned."""

        def shown(rows: Mapping[UUID, UUID | None] | Mapping[UUID, UUID]) -> list[PlannedPlace]:
            return [
                PlannedPlace(organization_id=place, name=names[place], election_id=election)
                for place, election in rows.items()
            ]

        return cls(planned=shown(planned), left_out=shown(left_out))
