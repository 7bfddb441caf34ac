"""What can be set for registry: environment variables `WUXING_REGISTRY_*`."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.registry.identity.domain.users import Limits
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
    # OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
    argon2_memory_kib: int = Field(default=19_456, ge=8)
    argon2_passes: int = Field(default=2, ge=1)
    password_length: int = Field(default=10, ge=8, le=64)
    lock_after_failures: int = Field(default=5, ge=1, le=100)
    lock_minutes: int = Field(default=15, ge=1)
    session_idle_hours: int = Field(default=12, ge=1, description="a refresh token's life")
    session_days: int = Field(default=14, ge=1, description="a session's life, however used")

    @property
    def limits(self) -> Limits:
        """The rules of sign-in that these settings make."""
        return Limits(
            password_length=self.password_length,
            lock_after_failures=self.lock_after_failures,
            lock_for=timedelta(minutes=self.lock_minutes),
            idle=timedelta(hours=self.session_idle_hours),
            longest=timedelta(days=self.session_days),
        )

    @property
    def machine_secrets(self) -> dict[str, str]:
        """The secrets of the other services, by their names."""
        return {name: secret.get_secret_value() for name, secret in self.machine_accounts.items()}
