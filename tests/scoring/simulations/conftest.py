"""Tests begin after the committee's meeting, or where the reviews are over."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.servers import GivenPostgres
from tests.conftest import DatabaseFactory
from tests.scoring.results.story import Story, prepare, tell


@pytest.fixture
async def reviewed(postgres: GivenPostgres, templates: DatabaseFactory) -> AsyncIterator[Story]:
    """One source office has still to answer; nothing is recorded."""
    prepared = await prepare(postgres, templates, "determining")
    async with tell(postgres, prepared) as told:
        yield told


@pytest.fixture
async def settled(postgres: GivenPostgres, templates: DatabaseFactory) -> AsyncIterator[Story]:
    """A determination was confirmed; nothing is published."""
    prepared = await prepare(postgres, templates, "settled", Story.clear, Story.determined)
    async with tell(postgres, prepared) as told:
        yield told
