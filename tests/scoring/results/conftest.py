"""Tests begin where the departments have completed their reviews."""

import secrets
from collections.abc import AsyncIterator

import pytest

from deploy.local.servers import GivenPostgres
from tests.conftest import DatabaseFactory
from tests.scoring.results.story import Story, prepare, tell


@pytest.fixture
async def story(postgres: GivenPostgres, templates: DatabaseFactory) -> AsyncIterator[Story]:
    prepared = await prepare(postgres, templates)
    name = f"{prepared.database}_{secrets.token_hex(4)}"
    url = await postgres.create_database(name, prepared.database)
    async with tell(prepared, url) as told:
        yield told
    await postgres.drop_database(name)
