"""What can be set for registry: environment variables `WUXING_REGISTRY_*`."""

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from services.registry.identity.domain.factors import FactorRules
from services.registry.identity.domain.users import Limits
from services.registry.people.domain.endings import MOST_DAYS, Reminding
from services.registry.people.domain.vacancies import MOST_MONTHS
from shared.settings import CommonSettings


class Settings(CommonSettings):
    """Registry's settings; see README.md for each in words."""

    model_config = SettingsConfigDict(env_prefix="WUXING_REGISTRY_")

    port: int = Field(default=8801, ge=1, le=65535)
    keys_directory: Path = Field(
        description="folder of the Ed25519 signing keys, `<kid>.pem`; the newest kid signs"
    )
    machine_accounts: dict[str, SecretStr] = Field(
        default={}, description='secrets of the other services: {"scoring": "…"}'
    )
    sealing_directory: Path = Field(
        description="folder of the keys that seal personal data, `<kid>.key`; the newest seals"
    )
    second_factor: Literal["required", "optional"] = Field(
        default="required", description="whether administrators need a second factor"
    )
    oidc_issuer: str = Field(
        default="", description="the government identity provider; empty: not offered"
    )
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_redirect_uri: str = Field(
        default="", description="the front end's page to which the provider sends people back"
    )
    wechat_appid: str = Field(default="", description="the mini-program; empty: not offered")
    wechat_secret: SecretStr = SecretStr("")
    wechat_url: str = "https://api.weixin.qq.com"
    # OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
    argon2_memory_kib: int = Field(default=19_456, ge=8)
    argon2_passes: int = Field(default=2, ge=1)
    password_length: int = Field(default=10, ge=8, le=64)
    lock_after_failures: int = Field(default=5, ge=1, le=100)
    lock_minutes: int = Field(default=15, ge=1)
    session_idle_hours: int = Field(default=12, ge=1, description="a refresh token's life")
    invitation_hours: int = Field(default=72, ge=1, le=720)
    session_days: int = Field(default=14, ge=1, description="a session's life, however used")

    remind_days: int = Field(
        default=90, ge=1, le=MOST_DAYS, description="days before a term's or period's last day"
    )
    vacant_months: int = Field(
        default=3, ge=0, le=MOST_MONTHS, description="a vacancy of more months is told"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """A way of signing in is configured wholly or not at all, and in production by TLS."""
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_redirect_uri):
            raise ValueError("oidc_issuer needs oidc_client_id and oidc_redirect_uri")
        if self.wechat_appid and not self.wechat_secret.get_secret_value():
            raise ValueError("wechat_appid needs wechat_secret")
        plain = [each for each in (self.oidc_issuer, self.wechat_url) if each[:7] == "http://"]
        if plain and self.environment == "production":
            raise ValueError("oidc_issuer and wechat_url need https in production")
        return self

    @property
    def limits(self) -> Limits:
        """The rules of sign-in that these settings make."""
        return Limits(
            password_length=self.password_length,
            lock_after_failures=self.lock_after_failures,
            lock_for=timedelta(minutes=self.lock_minutes),
            idle=timedelta(hours=self.session_idle_hours),
            longest=timedelta(days=self.session_days),
            invitation=timedelta(hours=self.invitation_hours),
        )

    @property
    def factor_rules(self) -> FactorRules:
        """The rules of the second factor that these settings make."""
        return FactorRules(required=self.second_factor == "required")

    @property
    def reminding(self) -> Reminding:
        """When townships and 组织部 are reminded of posts."""
        return Reminding(self.remind_days, self.vacant_months)

    @property
    def machine_secrets(self) -> dict[str, str]:
        """The secrets of the other services, by their names."""
        return {name: secret.get_secret_value() for name, secret in self.machine_accounts.items()}
