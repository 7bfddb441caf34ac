"""Tests begin where results have taken effect; the story before that is told with results."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.servers import GivenPostgres
from tests.conftest import DatabaseFactory
from tests.scoring.results.conftest import refilled, story
from tests.scoring.results.story import Story, prepare, tell

__all__ = ["paid", "refilled", "story"]


@pytest.fixture
async def paid(postgres: GivenPostgres, templates: DatabaseFactory) -> AsyncIterator[Story]:
    """Everything but the branch that never applied took effect on 19 May 2026."""
    prepared = await prepare(postgres, templates, "effective", Story.clear, Story.in_effect)
    async with tell(postgres, prepared) as told:
        yield told
