"""Settings of notifications, read from `WUXING_NOTIFICATIONS_…`."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import CallingSettings


class Settings(CallingSettings):
    """Where notifications listens, what it seals with, and how often it sweeps."""

    model_config = SettingsConfigDict(env_prefix="WUXING_NOTIFICATIONS_")

    port: int = Field(default=8803, ge=1, le=65535)
    public_url: str = Field(
        default="http://127.0.0.1:8803", description="address of the notice pages for the public"
    )
    sealing_key: SecretStr = Field(
        min_length=24, description="secret that seals objectors' statements and stored secrets"
    )
    sweep_seconds: Literal[2, 5, 10, 15, 20, 30, 60] = Field(
        default=5, description="pause between two looks for periods that have ended"
    )
    public_posts: int = Field(
        default=60, ge=1, description="public posts and look-ups one place may make in ten minutes"
    )
