"""The change feed: complete, in order, with nothing lost between concurrent writers."""

import asyncio
from typing import Any

import sqlalchemy as sa

from shared.caller import Role
from shared.outbox import outbox
from tests.registry.house import ADMIN, County, Registry


async def read_all(registry: Registry, limit: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = (
            await registry.get("/changes", limit=limit, after=after)
            if after
            else await registry.get("/changes", limit=limit)
        )
        if not page["items"]:
            assert page["next_cursor"] == after
            return items
        items += page["items"]
        after = page["next_cursor"]


async def test_the_feed_tells_every_organization_parents_first(
    registry: Registry, county: County
) -> None:
    items = await read_all(registry, 50)
    assert len(items) == 242
    known: set[str | None] = {None}
    for item in items:
        assert item["organization"]["parent_id"] in known
        known.add(item["organization"]["id"])
    assert {each["id"] for each in county.organizations} == known - {None}


async def test_a_change_comes_after_the_cursor(registry: Registry, county: County) -> None:
    end = (await read_all(registry, 500))[-1]["cursor"]
    village = county.named("四街村党支部")
    await registry.patch(f"/organizations/{village['id']}", {"sort": 3}, 1)
    page = await registry.get("/changes", after=end)
    assert [each["organization"]["id"] for each in page["items"]] == [village["id"]]
    assert page["items"][0]["organization"]["sort"] == 3


async def test_concurrent_writers_leave_no_holes(registry: Registry, county: County) -> None:
    after = (await read_all(registry, 500))[-1]["cursor"]
    villages = county.of_tier("village")[:12]
    seen: list[str] = []
    headers = registry.headers(ADMIN) | {"If-Match": '"1"'}

    async def write(village: dict[str, Any]) -> None:
        answer = await registry.http.patch(
            f"/v1/organizations/{village['id']}", json={"sort": 9}, headers=headers
        )
        assert answer.status_code == 200

    async def follow() -> None:
        position = after
        while len(seen) < len(villages):
            page = await registry.get("/changes", after=position)
            seen.extend(each["organization"]["id"] for each in page["items"])
            position = page["next_cursor"]

    await asyncio.wait_for(
        asyncio.gather(follow(), *(write(village) for village in villages)), timeout=30
    )
    assert sorted(seen) == sorted(village["id"] for village in villages)


async def test_followers_see_their_part_of_the_tree(registry: Registry, county: County) -> None:
    township = county.named("城关镇党委")
    caller = county.caller(Role.TOWNSHIP, township["id"])
    page = await registry.get("/changes", caller, limit=500)
    assert {
        each["organization"]["path"].startswith(township["path"]) for each in page["items"]
    } == {True}


async def test_each_writing_transaction_tells_both_consumers_once(
    registry: Registry, county: County
) -> None:
    async with registry.context.sessions() as session:
        rows = (await session.execute(sa.select(outbox))).all()
    assert {(row.consumer, row.type, row.data["count"]) for row in rows} == {
        ("scoring", "organization.changed", 242),
        ("notifications", "organization.changed", 242),
    }
    assert {row.aggregate_id for row in rows} == {county.id}
    assert registry.queue.take("registry") == []
    village = county.named("四街村党支部")
    await registry.patch(f"/organizations/{village['id']}", {"sort": 3}, 1)
    assert [job for job, _ in registry.queue.take("registry")] == ["relay_outbox"]
