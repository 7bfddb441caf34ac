"""Scoring on a fresh database with a small county in its directory."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.scoring import main
from services.scoring.settings import Settings
from shared import directory
from shared.clients.registry import FakeRegistry, Registry
from shared.context import Context
from shared.queue import MemoryQueue
from tests.accounts import Signer
from tests.conftest import DatabaseFactory
from tests.scoring.county import County, Service


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
    signer, queue = Signer(), MemoryQueue()
    county, other = County(), County("原阳县")
    registry = FakeRegistry(organizations=[*county.all, *other.all], keys=signer.jwks())
    app = main.create_app(settings, ports={Registry: registry}, queue=queue)
    async with app.router.lifespan_context(app):
        context: Context = app.state.context
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://scoring") as http:
            running = Service(app, http, context, queue, registry, signer, county, other)
            await directory.pull(context)
            await running.move_clock("2026-03-02 09:00")
            yield running
