"""What travels about who may do what."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.registry.identity.domain.access import WHY, Rule, Standing
from services.registry.identity.domain.grants import StoredGrant
from services.registry.identity.domain.users import User
from services.registry.identity.schemas.users import GrantView
from shared.caller import Role

_ACTION: dict[str, JsonValue] = {
    "action": "register.pay",
    "name": "确认和发放台账",
    "operation": "scoring POST /v1/registers/{register_id}/pay",
    "roles": ["finance"],
    "rule": "确认和发放台账：由对该组织或其上级组织持有以下角色的账号办理：财政。",
}


class ActionView(BaseModel):
    """一个可查询的事项，及办理它的规则。"""

    model_config = ConfigDict(json_schema_extra={"example": _ACTION})

    action: str
    name: str
    operation: str = Field(description="所属服务和接口")
    roles: list[Role]
    rule: str

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """Translate a rule."""
        return cls(
            action=rule.action,
            name=rule.name.zh,
            operation=rule.operation,
            roles=sorted(rule.roles),
            rule=rule.sentence,
        )


class ActionsView(BaseModel):
    """全部可查询的事项。"""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [_ACTION]}})

    items: list[ActionView]


class JudgedView(BaseModel):
    """一个账号的一项授权，允许与否及原因。"""

    user_id: UUID
    username: str
    display_name: str
    grant: GrantView
    standing: Standing
    allows: bool
    why: str
    needs_code: bool = Field(description="须以动态口令登录，这项授权才生效")

    @classmethod
    def of(cls, user: User, grant: StoredGrant, standing: Standing, *, needs_code: bool) -> Self:
        """Translate a judged grant."""
        return cls(
            user_id=user.id,
            username=user.username,
            display_name=user.display_name,
            grant=GrantView.model_validate(grant),
            standing=standing,
            allows=standing is Standing.ALLOWS,
            why=WHY[standing],
            needs_code=needs_code,
        )


class ExplanationView(BaseModel):
    """谁可以在这个组织办理这个事项，依据哪项授权。"""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "action": _ACTION,
                "organization_id": "019ab0c4-8d5e-7c31-9a52-5f0d9c1e7a11",
                "organization_name": "中共获嘉县委员会",
                "items": [],
            }
        }
    )

    action: ActionView
    organization_id: UUID
    organization_name: str
    items: list[JudgedView]
