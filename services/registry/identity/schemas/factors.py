"""What travels about the second factor."""

from pydantic import BaseModel, ConfigDict, Field

from services.registry.identity.schemas.sessions import Code


class PasswordProof(BaseModel):
    """登记前再输一次密码，以证明是本人。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"password": "Wuxing-2026"}}
    )

    password: str = Field(min_length=1, max_length=200, repr=False)


class EnrolmentView(BaseModel):
    """在验证器 App 中扫描 uri 的二维码，或手工输入 secret；只显示这一次。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                "uri": "otpauth://totp/Wuxing:admin?secret=JBSWY3DPEHPK3PXP&issuer=Wuxing",
            }
        },
    )

    secret: str
    uri: str


class CodeProof(BaseModel):
    """验证器上的六位口令，或一个恢复码。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"code": "492039"}})

    code: Code


class RecoveryCodesView(BaseModel):
    """恢复码：手机丢失时各可用一次，请打印后妥善保管；只显示这一次。"""

    model_config = ConfigDict(
        json_schema_extra={"example": {"recovery_codes": ["K7QD-MX2A-94TB-ZC6H"]}}
    )

    recovery_codes: list[str]


class FactorView(BaseModel):
    """您的动态口令的状态。"""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "enrolled": True,
                "confirmed": True,
                "required": True,
                "given": True,
                "recovery_codes_left": 10,
            }
        },
    )

    enrolled: bool = Field(description="已登记")
    confirmed: bool = Field(description="已确认启用")
    required: bool = Field(description="您的管理员角色须有动态口令才能生效")
    given: bool = Field(description="本次登录已验过口令")
    recovery_codes_left: int = Field(description="剩余恢复码个数")
