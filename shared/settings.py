"""Settings every service has; each service adds its own in its settings module."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings

# How often a sweep looks: a divisor of a minute, read from the environment's text.
Interval = Annotated[Literal[1, 2, 5, 10, 15, 20, 30, 60], BeforeValidator(int)]


class CommonSettings(BaseSettings):
    """Where the servers are and how this process behaves.

    The environment prefix is `WUXING_<SERVICE>_`, set by each service's subclass.
    """

    environment: Literal["production", "demo", "test"] = "production"
    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    api_processes: int = Field(
        default=1, ge=1, le=16, description="processes that share the API's port under `serve`"
    )
    database_url: str = Field(description="postgresql+asyncpg://… of this service's own database")
    database_pool: int = Field(default=15, ge=1, le=100)
    redis_url: str = Field(description="redis://… of the job queue")
    issuer: str = "wuxing"
    audience: str = "wuxing"
    movable_clock: bool = Field(
        default=False, description="allow the demo clock; refused in production"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    max_body_bytes: int = Field(default=12_000_000, ge=1_000)

    @property
    def clock_may_move(self) -> bool:
        """Whether business time may be moved here: never in production."""
        return self.movable_clock and self.environment != "production"


class CallingSettings(CommonSettings):
    """Settings of a service that calls registry with a machine token."""

    registry_url: str = "http://127.0.0.1:8801"
    registry_public_url: str | None = Field(
        default=None, description="registry's address in a browser; registry_url unless given"
    )
    client_id: str = Field(description="this service's machine account at registry")
    client_secret: str = Field(repr=False, description="its secret, shared with registry only")

    @property
    def sign_in_page(self) -> str:
        """Where a person signs in: registry's docs page, as a browser reaches it."""
        return f"{(self.registry_public_url or self.registry_url).rstrip('/')}/docs"
