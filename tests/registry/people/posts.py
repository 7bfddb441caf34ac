"""People in posts, as the tests of elections, vacancies and endings need them."""

from typing import Any

from tests.registry.house import ADMIN, County, Registry


async def people(registry: Registry, county: County, *names: str) -> list[str]:
    """Register people; their ids in the order of the names."""
    body = {"county_id": str(county.id), "items": [{"name": name} for name in names]}
    made = (await registry.post("/people/bulk", body, expect=201))["items"]
    return [each["id"] for each in made]


async def enter(
    registry: Registry,
    place: dict[str, Any],
    person: str,
    post: str = "secretary",
    starts_on: str = "2021-04-01",
    ends_on: str | None = None,
) -> dict[str, Any]:
    """Enter a term."""
    body = {"person_id": person, "organization_id": place["id"], "post": post}
    body |= {"starts_on": starts_on} | ({"ends_on": ends_on} if ends_on else {})
    return await registry.post("/terms", body, expect=201)


async def today(registry: Registry, day: str) -> None:
    """Move business time to noon of a day."""
    answer = await registry.http.post("/v1/demo/clock", json={"now": f"{day}T04:00:00Z"})
    assert answer.is_success, answer.text


async def posts_on(registry: Registry, place: dict[str, Any], day: str) -> set[tuple[str, str]]:
    """Who holds which post of an organization on a day."""
    found = await registry.get("/terms", ADMIN, under=place["id"], as_of=day)
    return {(each["person_id"], each["post"]) for each in found["items"]}
