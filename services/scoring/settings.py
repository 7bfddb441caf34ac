"""Settings of scoring, read from `WUXING_SCORING_…`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import CallingSettings, Interval


class Settings(CallingSettings):
    """Where scoring listens, where evidence lies, and how often it sweeps."""

    model_config = SettingsConfigDict(env_prefix="WUXING_SCORING_")

    port: int = Field(default=8802, ge=1, le=65535)
    evidence_directory: Path = Field(description="folder that holds the evidence files")
    sweep_seconds: Interval = Field(
        default=5, description="pause between two looks for deadlines that have passed"
    )
