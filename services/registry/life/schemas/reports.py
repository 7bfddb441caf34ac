"""What travels about the rhythm of party life."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.life.domain.reports import Report, Total
from services.registry.life.domain.rhythm import KIND_NAMES, Kind
from services.registry.organizations.domain.tree import Organization

_KIND: dict[str, Any] = {
    "kind": "committee_meeting",
    "name": "支委会",
    "due": 2,
    "held": 1,
    "missing": ["2026-02"],
    "meetings": 1,
    "present": 5,
    "expected": 5,
}
_PLACE = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11"


class RhythmView(BaseModel):
    """一类组织生活的应开、已开和缺漏。"""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _KIND})

    kind: Kind
    name: str
    due: int = Field(description="应开的月、季或年数")
    held: int = Field(description="其中开过的")
    missing: list[str] = Field(description="缺漏的月（2026-03）、季（2026-Q1）或年（2026）")
    meetings: int = Field(description="共开几次，不足整月整季的也算")
    present: int = Field(description="实到人次")
    expected: int = Field(description="应到人次")


class ReportView(BaseModel):
    """一个支部的组织生活。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "organization_id": _PLACE,
                "name": "四街村党支部",
                "kept_percent": 5000,
                "complete": False,
                "kinds": [_KIND],
            }
        }
    )

    organization_id: UUID
    name: str
    kept_percent: int | None = Field(description="按期率，万分之一；没有应开的为空")
    complete: bool
    kinds: list[RhythmView]

    @classmethod
    def of(cls, report: Report) -> "ReportView":
        """Show a branch's report."""
        return cls(
            organization_id=report.organization.id,
            name=report.organization.short_name,
            kept_percent=report.kept,
            complete=report.complete,
            kinds=[RhythmView(name=KIND_NAMES[each.kind], **_lists(each)) for each in report.kinds],
        )


def _lists(rhythm: object) -> dict[str, Any]:
    return vars(rhythm) | {"missing": list(vars(rhythm)["missing"])}


class KindTotal(BaseModel):
    """一类组织生活在一个范围内的合计。"""

    kind: Kind
    name: str
    due: int
    held: int


class TotalView(BaseModel):
    """一个乡镇或县的合计。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "organization_id": _PLACE,
                "name": "城关镇党委",
                "branches": 20,
                "complete": 12,
                "due": 200,
                "held": 180,
                "kept_percent": 9000,
                "kinds": [{"kind": "lecture", "name": "党课", "due": 20, "held": 18}],
            }
        }
    )

    organization_id: UUID
    name: str
    branches: int = Field(description="支部数")
    complete: int = Field(description="没有缺漏的支部数")
    due: int
    held: int
    kept_percent: int | None = Field(description="按期率，万分之一")
    kinds: list[KindTotal]

    @classmethod
    def of(cls, row: tuple[Organization, Total]) -> "TotalView":
        """Show the total of an organization."""
        place, total = row
        return cls(
            organization_id=place.id,
            name=place.short_name,
            branches=total.branches,
            complete=total.complete,
            due=total.due,
            held=total.held,
            kept_percent=total.kept,
            kinds=[
                KindTotal(kind=kind, name=KIND_NAMES[kind], due=due, held=held)
                for kind, (due, held) in total.kinds.items()
            ],
        )


class SummaryView(BaseModel):
    """所查组织及其各乡镇的合计。"""

    items: list[TotalView]
