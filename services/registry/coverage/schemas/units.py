"""What travels about 两新 units."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.coverage.domain.states import COVERS, MOST_PEOPLE, Cover, Standing, State
from services.registry.coverage.domain.units import (
    LONGEST_NAME,
    SHORTEST_NAME,
    UNIT_KINDS,
    Names,
    Unit,
    UnitKind,
)

_UNIT: dict[str, Any] = {
    "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a10",
    "kind": "enterprise",
    "name": "获嘉县丰源纺织有限公司",
    "credit_code": None,
    "division_code": "410724100000",
}
_STATE: dict[str, Any] = {
    "valid_from": "2026-03-01",
    "employees": 86,
    "members": 5,
    "branch_id": None,
}
_STATE_SHOWN: dict[str, Any] = _STATE | {
    "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8801",
    "valid_until": None,
    "branch_name": None,
    "entered_by": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
    "entered_at": "2026-03-02T01:00:00Z",
}
_SHOWN: dict[str, Any] = {
    "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e8701",
    "organization_name": "城关镇党委",
    "kind_name": "非公企业",
    "ended_on": None,
    "generated": False,
    "version": 1,
}


class StateDraft(BaseModel):
    """一个单位自某日起的情况。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _STATE})

    valid_from: date = Field(description="自该日起如此")
    employees: int = Field(ge=0, le=MOST_PEOPLE, strict=True, description="从业人员")
    members: int = Field(ge=0, le=MOST_PEOPLE, strict=True, description="其中正式党员")
    branch_id: UUID | None = Field(
        default=None, description="覆盖它的党组织；几家共用的须是联合支部，没有的留空"
    )


class UnitCorrection(BaseModel):
    """一个单位的名称、代码和所在。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _UNIT}
    )

    organization_id: UUID = Field(description="属地党组织，一般是乡镇党委")
    kind: UnitKind
    name: str = Field(min_length=SHORTEST_NAME, max_length=LONGEST_NAME)
    credit_code: str | None = Field(default=None, description="统一社会信用代码；没有的留空")
    division_code: str | None = Field(default=None, description="所在区划现在的代码")


class UnitDraft(UnitCorrection, StateDraft):
    """一个新登记的单位及其现在的情况。"""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"example": _UNIT | _STATE}
    )

    generated: bool = Field(default=False, description="是否为演示生成的数据")


class UnitEnd(BaseModel):
    """单位注销、迁出。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"ended_on": "2026-06-30", "reason": "注销登记"}},
    )

    ended_on: date = Field(description="自该日起不再统计")
    reason: str = Field(min_length=1, max_length=200)


class StateView(BaseModel):
    """自某日起的情况，直到下一次登记。"""

    model_config = ConfigDict(json_schema_extra={"example": _STATE_SHOWN})

    id: UUID
    valid_from: date
    valid_until: date | None = Field(description="自该日起另有登记；空为至今")
    employees: int
    members: int = Field(description="正式党员")
    branch_id: UUID | None
    branch_name: str | None
    entered_by: UUID | None
    entered_at: datetime

    @classmethod
    def of(cls, state: State, names: Names, until: date | None = None) -> Self:
        """Show a state; it holds until the next one begins."""
        same = {name: value for name, value in vars(state).items() if name in cls.model_fields}
        branch = names.organizations.get(state.branch_id) if state.branch_id else None
        return cls(**same, valid_until=until, branch_name=branch.short_name if branch else None)


class UnitView(BaseModel):
    """一个两新单位。"""

    model_config = ConfigDict(json_schema_extra={"example": _UNIT | _SHOWN})

    id: UUID
    organization_id: UUID
    organization_name: str
    kind: UnitKind
    kind_name: str
    name: str
    credit_code: str | None
    division_code: str | None
    ended_on: date | None = Field(description="自该日起不再统计")
    generated: bool
    version: int

    @classmethod
    def of(cls, unit: Unit, names: Names) -> Self:
        """Show a unit."""
        return cls(**_shown(unit, names))


def _shown(unit: Unit, names: Names) -> dict[str, Any]:
    same = {name: getattr(unit, name) for name in UnitView.model_fields if hasattr(unit, name)}
    place = names.organizations[unit.organization_id]
    code = names.divisions.get(unit.division_id) if unit.division_id else None
    return same | {
        "organization_name": place.short_name,
        "kind_name": UNIT_KINDS[unit.kind],
        "division_code": code,
    }


class StandingView(UnitView):
    """明细账中的一行：某日的单位及其覆盖情况。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": _UNIT
            | _SHOWN
            | {
                "state": _STATE_SHOWN,
                "qualifies": True,
                "cover": "none",
                "cover_name": "未覆盖",
                "missing": True,
            }
        }
    )

    state: StateView
    qualifies: bool = Field(description="正式党员满 3 名，应当建立党组织")
    cover: Cover
    cover_name: str
    missing: bool = Field(description="应建而没有党组织覆盖")

    @classmethod
    def row(cls, found: Standing, names: Names) -> Self:
        """Show a unit as it stood on a day."""
        return cls(
            **_shown(found.unit, names),
            state=StateView.of(found.state, names),
            qualifies=found.qualifies,
            cover=found.cover,
            cover_name=COVERS[found.cover],
            missing=found.missing,
        )


class HistoryView(BaseModel):
    """一个单位及其历次情况。"""

    unit: UnitView
    states: list[StateView] = Field(description="按起始日期，前者到后者开始为止")

    @classmethod
    def of(cls, found: tuple[Unit, list[State], Names]) -> Self:
        """Show a unit with every state that holds or held."""
        unit, states, names = found
        ends = [*(each.valid_from for each in states[1:]), unit.ended_on]
        pairs = zip(states, ends, strict=True)
        return cls(
            unit=UnitView.of(unit, names),
            states=[StateView.of(state, names, until) for state, until in pairs],
        )
