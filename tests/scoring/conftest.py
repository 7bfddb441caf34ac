"""Scoring on a fresh database with a small county in its directory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.scoring.settings import Settings
from tests.conftest import DatabaseFactory
from tests.scoring.county import Service, running


@pytest.fixture
async def settings(database: DatabaseFactory, tmp_path: Path) -> Settings:
    return Settings(
        environment="test",
        movable_clock=True,
        database_url=await database("scoring"),
        redis_url="redis://unused.invalid",
        client_id="scoring",
        client_secret="unused",
        evidence_directory=tmp_path / "evidence",
    )


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    """The service on Monday 2 March 2026 at nine, with two counties in its directory."""
    async with running(settings) as found:
        yield found
