"""Settings of notifications, read from `WUXING_NOTIFICATIONS_…`."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, IPvAnyNetwork, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from shared.settings import CallingSettings, Interval


class Settings(CallingSettings):
    """Where notifications listens, what it seals with, and how often it sweeps."""

    model_config = SettingsConfigDict(env_prefix="WUXING_NOTIFICATIONS_")

    port: int = Field(default=8803, ge=1, le=65535)
    sealing_directory: Path = Field(
        description="folder of the keys that seal objectors' statements and secrets, `<kid>.key`"
    )
    sweep_seconds: Interval = Field(
        default=5, description="pause between two looks for ended periods and due deliveries"
    )
    public_posts: int = Field(
        default=60, ge=1, description="public posts and look-ups one place may make in ten minutes"
    )
    smtp_host: str | None = Field(
        default=None, description="mail server; without one the e-mail channel is off, and said so"
    )
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str | None = Field(default=None, description="sender, e.g. 组织部 <wuxing@x.gov.cn>")
    smtp_retry_first_seconds: int = Field(default=30, ge=1, description="doubled up to two hours")
    smtp_retry_attempts: int = Field(default=40, ge=1, le=1000, description="about three days")
    webhook_networks: tuple[IPvAnyNetwork, ...] = Field(
        default=(),
        description='private networks webhooks may be sent to, e.g. ["10.0.0.0/8"]; else none',
    )
    webhook_seconds: float = Field(default=10, gt=0, le=12, description="time-out of one attempt")
    webhook_retry_first_seconds: int = Field(default=5, ge=1, description="tripled up to six hours")
    webhook_retry_attempts: int = Field(default=24, ge=1, le=1000, description="about four days")
    webhook_patience_hours: int = Field(
        default=120, ge=1, description="a subscription that fails for so long is disabled"
    )
    webhook_overlap_hours: int = Field(
        default=24, ge=0, description="for so long a replaced secret goes on signing"
    )

    @model_validator(mode="after")
    def _mail_needs_a_sender(self) -> Self:
        if self.smtp_host is not None and not self.smtp_from:
            message = "SMTP_FROM is needed together with SMTP_HOST"
            raise ValueError(message)
        return self
