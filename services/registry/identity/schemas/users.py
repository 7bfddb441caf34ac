"""What travels about accounts and grants."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.registry.identity.domain.grants import GrantDraft, GrantState
from shared.caller import Role

LARGEST_BATCH = 1_000


def _plain(given: object) -> object:
    return given.strip().lower() if isinstance(given, str) else given


# As it is stored; as it is typed, a user name may have spaces around it and capitals.
Username = Annotated[
    str,
    BeforeValidator(_plain),
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=50),
]
TypedName = Annotated[str, BeforeValidator(_plain), StringConstraints(min_length=1, max_length=50)]
DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]

_ORGANIZATION = "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11"
_GRANT: dict[str, Any] = {
    "role": "village",
    "organization_id": _ORGANIZATION,
    "department": None,
    "starts_on": "2026-01-01",
    "ends_on": None,
}
_USER: dict[str, Any] = {
    "username": "huojia-sijie",
    "password": "Sijie-Village-2026",
    "display_name": "城关镇四街村申报员",
    "email": None,
    "person_id": None,
    "grants": [_GRANT],
}
_GRANT_VIEW: dict[str, Any] = _GRANT | {
    "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7f01",
    "user_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
    "state": "active",
    "requested_at": "2026-01-01T00:00:00Z",
    "requested_by": None,
    "decided_by": None,
    "decided_at": None,
    "revoked_at": None,
    "reason": "",
}


def _no_default(schema: dict[str, Any]) -> None:
    """Describe a patch's property: left out, it stays as it is."""
    schema.pop("default", None)


class GrantItem(BaseModel):
    """角色、组织（含其下级）、部门和起止日期。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _GRANT})

    role: Role
    organization_id: UUID | None = Field(
        default=None, description="授权范围的最上级组织；仅管理员可以不填（全部组织）"
    )
    department: str | None = Field(
        default=None,
        pattern=r"^[a-z][a-z0-9_]{1,49}$",
        description="部门或联审单位代码；仅牵头部门和联审单位填写",
    )
    starts_on: date | None = Field(default=None, description="默认今天")
    ends_on: date | None = Field(default=None, description="最后一日；不填则长期有效")

    def draft(self) -> GrantDraft:
        """Return what the domain calls it."""
        return GrantDraft(**self.model_dump())


class GrantRequest(GrantItem):
    """给一个账号授权。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": _GRANT | {"user_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01"}},
    )

    user_id: UUID


class GrantView(BaseModel):
    """一项授权及其办理情况。"""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _GRANT_VIEW})

    id: UUID
    user_id: UUID
    role: Role
    organization_id: UUID | None
    department: str | None
    starts_on: date
    ends_on: date | None
    state: GrantState = Field(description="requested 待批准、active 有效、rejected、revoked")
    requested_at: datetime
    requested_by: UUID | None
    decided_by: UUID | None
    decided_at: datetime | None
    revoked_at: datetime | None
    reason: str


class Reason(BaseModel):
    """理由。"""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"example": {"reason": "已调离岗位"}},
    )

    reason: str = Field(min_length=2, max_length=500)


class UserItem(BaseModel):
    """要建立的账号。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _USER})

    username: Username = Field(description="小写字母、数字和 . _ -")
    password: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        repr=False,
        description="可以不填：由本人凭邀请自设密码",
    )
    display_name: DisplayName
    email: Email | None = None
    person_id: UUID | None = Field(default=None, description="账号背后的自然人")
    grants: list[GrantItem] = Field(default=[], max_length=20)


class UsersDraft(BaseModel):
    """成批建立账号。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"items": [_USER]}})

    items: list[UserItem] = Field(min_length=1, max_length=LARGEST_BATCH)


class UserView(BaseModel):
    """一个账号。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7d01",
                "username": "huojia-sijie",
                "display_name": "城关镇四街村申报员",
                "email": None,
                "person_id": None,
                "disabled": False,
                "locked_until": None,
                "version": 1,
                "grants": [_GRANT_VIEW],
            }
        },
    )

    id: UUID
    username: str
    display_name: str
    email: str | None = Field(description="安全管理员看到的已遮盖，如 z***@example.gov.cn")
    person_id: UUID | None
    disabled: bool
    locked_until: datetime | None
    version: int
    grants: list[GrantView]


class UsersView(BaseModel):
    """建立好的账号，顺序与提交时相同。"""

    items: list[UserView]


class UserPatch(BaseModel):
    """要修改的内容；不改的项不要提交。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"disabled": True}})

    display_name: DisplayName = Field(default="", json_schema_extra=_no_default)
    email: Email | None = None
    disabled: bool = Field(default=False, json_schema_extra=_no_default)


class PasswordReset(BaseModel):
    """新密码。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"password": "Sijie-Village-2027"}}
    )

    password: str = Field(min_length=1, max_length=200, repr=False)
