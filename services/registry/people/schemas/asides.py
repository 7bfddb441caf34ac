"""What travels about who stepped aside at an election."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.people.schemas.people import PERSON, VILLAGE
from shared.contracts.registry import Post


class KeptPayView(BaseModel):
    """换届时不再任书记、继续任其他两委职务的人：本届内保留原待遇的依据。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "election_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8701",
                "organization_id": VILLAGE,
                "name": "四街村党支部",
                "person_id": PERSON,
                "starts_on": "2026-11-20",
                "until": "2031-11-19",
                "posts": ["member"],
            }
        },
    )

    election_id: UUID
    organization_id: UUID
    name: str = Field(description="组织简称")
    person_id: UUID
    starts_on: date = Field(description="本届的第一日")
    until: date = Field(description="本届届满日，含当日")
    posts: list[Post] = Field(description="所查日期所任的职务")
