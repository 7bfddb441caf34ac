"""Rounds that stand at a step: told once through the API, then cloned for every test."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from deploy.local.servers import GivenPostgres
from shared import directory
from tests.conftest import DatabaseFactory
from tests.scoring.county import County
from tests.scoring.reviews.round import APPLIED, Round, begin, running


@dataclass
class Seeds:
    """Databases with a round in them, nobody connected, and what the round knew."""

    postgres: GivenPostgres
    folder: Path
    county: County
    other: County
    rounds: dict[str, Round]

    def name(self, step: str) -> str:
        return f"wuxing_test_{self.folder.name.replace('-', '_')}_{step}"

    @asynccontextmanager
    async def clone(self, step: str, name: str | None = None) -> AsyncIterator[Round]:
        """Run the service on a copy of a step's database."""
        copy = name or f"{self.name(step)}_{secrets.token_hex(4)}"
        url = await self.postgres.create_database(copy, self.name(step))
        async with running(url, self.folder, self.county, self.other) as service:
            yield replace(self.rounds[step], service=service)
        if name is None:
            await self.postgres.drop_database(copy)


@pytest.fixture(scope="session")
async def seeds(
    postgres: GivenPostgres,
    templates: DatabaseFactory,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Seeds]:
    found = Seeds(postgres, tmp_path_factory.mktemp("rounds"), County(), County("原阳县"), {})
    async with AsyncExitStack() as stack:
        name = found.name("recommending")
        stack.push_async_callback(postgres.drop_database, name)
        url = await postgres.create_database(name, await templates("scoring"))
        async with running(url, found.folder, found.county, found.other) as service:
            await directory.pull(service.context)
            await service.move_clock("2026-03-02 09:00")
            found.rounds["recommending"] = await begin(service, APPLIED)
        yield found


@pytest.fixture(scope="session")
async def reviewing_seed(seeds: Seeds) -> AsyncIterator[Seeds]:
    """The townships have signed off; 照镜镇 lowered 马庄村 from 三星 to 二星."""
    async with AsyncExitStack() as stack:
        name = seeds.name("reviewing")
        stack.push_async_callback(seeds.postgres.drop_database, name)
        async with seeds.clone("recommending", name) as round_:
            await round_.all_recommended(马庄村={"secretary_ability": "1.00"})
            seeds.rounds["reviewing"] = round_
        yield seeds


@pytest.fixture
async def recommending(seeds: Seeds) -> AsyncIterator[Round]:
    """Applying is closed; nobody has scored yet."""
    async with seeds.clone("recommending") as round_:
        yield round_


@pytest.fixture
async def reviewing(reviewing_seed: Seeds) -> AsyncIterator[Round]:
    """Every township has signed off and the spot check is drawn."""
    async with reviewing_seed.clone("reviewing") as round_:
        yield round_
