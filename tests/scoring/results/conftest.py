"""Tests begin where the departments have completed their reviews, or after the meeting."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.servers import GivenPostgres
from tests.conftest import DatabaseFactory
from tests.scoring.results.refilled import begin_refilled
from tests.scoring.results.story import Story, prepare, tell


@pytest.fixture
async def story(postgres: GivenPostgres, templates: DatabaseFactory) -> AsyncIterator[Story]:
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


@pytest.fixture
async def refilled(postgres: GivenPostgres, templates: DatabaseFactory) -> AsyncIterator[Story]:
    """Places that are refilled: everything is ready for the meeting, nothing is recorded."""
    prepared = await prepare(
        postgres, templates, "refilled", Story.clear, base="places", begun=begin_refilled
    )
    async with tell(postgres, prepared) as told:
        yield told
