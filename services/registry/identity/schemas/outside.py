"""What travels about signing in by another system."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

_CODE = "SplxlOBeZQQYbYS6WxSbIA"
_STATE = "af0ifjsldkjzQ3v8m1xT5cYb4sHn6aXr7Lp2Kd9Uw0E"
_BACK: dict[str, JsonValue] = {"state": _STATE, "code": _CODE, "ticket": _STATE[::-1]}
_PASSWORD: dict[str, JsonValue] = {"password": "Wuxing-2026"}


class BegunView(BaseModel):
    """把用户带到 address；ticket 留在本设备，回来时一并提交。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "address": "https://idp.example.gov.cn/authorize?response_type=code&client_id=wuxing",
                "ticket": _STATE[::-1],
                "expires_at": "2026-03-02T00:10:00Z",
            }
        },
    )

    address: str = Field(description="统一身份认证平台的登录页，带有 state")
    ticket: str = Field(description="只显示这一次")
    expires_at: datetime


class ReturnBody(BaseModel):
    """登录页跳转回来时所带的 state 和 code，以及开始时得到的 ticket。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _BACK})

    state: str = Field(min_length=20, max_length=200)
    code: str = Field(min_length=1, max_length=2000)
    ticket: str = Field(min_length=20, max_length=200)


class ReturnLink(ReturnBody):
    """绑定统一身份认证的账号；须再输一次本系统的密码。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _BACK | _PASSWORD})

    password: str = Field(min_length=1, max_length=200)


class WechatCode(BaseModel):
    """小程序 wx.login 得到的 code。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"code": _CODE}})

    code: str = Field(min_length=1, max_length=200)


class WechatLink(WechatCode):
    """绑定微信；须再输一次本系统的密码。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"code": _CODE, **_PASSWORD}}
    )

    password: str = Field(min_length=1, max_length=200)


class IssuerBody(BaseModel):
    """要解除绑定的外部系统。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"issuer": "https://idp.example.gov.cn"}}
    )

    issuer: str = Field(min_length=1, max_length=500)


class IdentityView(BaseModel):
    """一个已绑定的外部账号。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "issuer": "https://idp.example.gov.cn",
                "subject": "410724-00017",
                "linked_at": "2026-03-02T00:00:00Z",
            }
        },
    )

    issuer: str = Field(description="外部系统；微信为 wechat: 加小程序编号")
    subject: str = Field(description="您在外部系统的编号")
    linked_at: datetime


class IdentitiesView(BaseModel):
    """全部已绑定的外部账号。"""

    items: list[IdentityView]
