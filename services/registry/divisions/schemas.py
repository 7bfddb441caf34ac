"""What travels about divisions."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.divisions.domain import Level
from services.registry.divisions.domain.recoding import Sign


class DivisionView(BaseModel):
    """一个行政区划及其在所查日期的属性。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a01",
                "code": "410724100201",
                "name": "四街村村委会",
                "level": "village",
                "parent_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a00",
                "valid_from": "2016-07-31",
                "valid_until": None,
                "source": "统计用区划代码 2016",
            }
        },
    )

    id: UUID
    code: str = Field(description="12 位代码；会随时间变化，不作为标识")
    name: str
    level: Level
    parent_id: UUID | None
    valid_from: date = Field(description="此代码、名称和上级自该日起有效")
    valid_until: date | None = Field(description="自该日起不再有效")
    source: str


class RecodingView(BaseModel):
    """一个区划前后的代码和名称；新设的没有原代码，撤销的没有现代码。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "division_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a02",
                "level": "county",
                "old_code": "410728000000",
                "old_name": "长垣县",
                "new_code": "410783000000",
                "new_name": "长垣市",
                "sign": "name",
            }
        },
    )

    division_id: UUID
    level: Level
    old_code: str | None
    old_name: str | None
    new_code: str | None
    new_name: str | None
    sign: Sign | None = Field(
        default=None,
        description="凭什么认出是同一区划：代码和名称、同一上级下的同名、下级大多同名、"
        "同市内唯一同名、只凭代码（名称不同，请核对）；下级随上级换码的为空",
    )


class ImportedView(BaseModel):
    """导入结果。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"example": {"rows": 244, "created": 244, "changed": 0, "unchanged": 0}},
    )

    rows: int = Field(description="文件中的数据行数")
    created: int
    changed: int
    unchanged: int
