"""Every bad input that users are known to send: its own problem, what to do, nothing changed.

On running services over HTTP. Finer cases of each stand with the tests of its capability.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.demo import applying
from deploy.local.demo.actors import Services
from deploy.local.demo.stories import Mark
from tests.e2e.conftest import Town, first_administrator, town
from tests.e2e.one_year import STAR, OneYear, begin

Attempt = Callable[[OneYear], Awaitable[httpx.Response]]
ITEM = "secretary_ability"
# What says to a person what to do next.
TO_DO = re.compile("请|应|须|待|后再|不必")


@dataclass(frozen=True)
class Case:
    """One bad input: when it is sent and how it must be answered."""

    name: str
    stage: str
    attempt: Attempt
    status: int
    slug: str
    # Tables that keep what was sent although it was refused.
    keeps: frozenset[str] = frozenset()


async def save(
    year: OneYear, body: dict[str, Any], item: str = ITEM, tag: str = ""
) -> httpx.Response:
    """The drafting village saves an item, on what it has just read unless told otherwise."""
    path = f"/v1/applications/{year.draft}"
    actor = year.drafting.actor
    read = await year.send(actor, "scoring", "GET", path)
    headers = {"If-Match": tag or read.headers["ETag"]}
    path = f"{path}/stars/{STAR}/items/{item}"
    return await year.send(actor, "scoring", "PUT", path, json=body, headers=headers)


async def unknown_item(year: OneYear) -> httpx.Response:
    return await save(year, {"points": "1"}, item="no_such_item")


async def over_the_maximum(year: OneYear) -> httpx.Response:
    return await save(year, {"points": "100.01"})


async def three_decimals(year: OneYear) -> httpx.Response:
    return await save(year, {"points": "1.234"})


async def below_the_lines(year: OneYear) -> httpx.Response:
    actor, path = year.drafting.actor, f"/v1/applications/{year.draft}"
    tag = (await year.send(actor, "scoring", "GET", path)).headers["ETag"]
    star = applying.star_body(year.cycle.sheet, STAR, Mark(8499))
    headers = {"If-Match": tag}
    return await year.send(
        actor, "scoring", "PUT", f"{path}/stars/{STAR}", json=star, headers=headers
    )


async def stale(year: OneYear) -> httpx.Response:
    return await save(year, {"points": "1"}, tag='"1"')


async def without_etag(year: OneYear) -> httpx.Response:
    path = f"/v1/applications/{year.draft}/stars/{STAR}/items/{ITEM}"
    return await year.send(year.drafting.actor, "scoring", "PUT", path, json={"points": "1"})


async def another_body(year: OneYear) -> httpx.Response:
    body = {"cycle_id": year.cycle.id, "organization_id": year.stranger.id}
    headers = {"Idempotency-Key": year.key}
    actor = year.drafting.actor
    return await year.send(actor, "scoring", "POST", "/v1/applications", json=body, headers=headers)


async def foreign_draft(year: OneYear) -> httpx.Response:
    path = f"/v1/applications/{year.draft}"
    return await year.send(year.stranger.actor, "scoring", "GET", path)


def submitted(year: OneYear) -> str:
    """An application of another township than the drafting village's."""
    village = next(
        each for each in year.place.of(year.stranger) if each.id in year.cycle.applications
    )
    return year.cycle.applications[village.id]


async def foreign_village(year: OneYear) -> httpx.Response:
    path = f"/v1/applications/{submitted(year)}/return"
    township = year.place.townships[str(year.drafting.parent_id)]
    return await year.send(
        township.actor, "scoring", "POST", path, json={"reason": "缺少会议记录复印件"}
    )


async def after_the_deadline(year: OneYear) -> httpx.Response:
    return await save(year, {"points": "1"})


async def own_determination(year: OneYear) -> httpx.Response:
    path = f"/v1/determinations/{year.meeting}/confirm"
    return await year.send(year.clerk, "scoring", "POST", path)


async def missing_clearance(year: OneYear) -> httpx.Response:
    path = f"/v1/determinations/{year.meeting}/confirm"
    return await year.send(year.place.staff["committee"], "scoring", "POST", path)


async def late_objection(year: OneYear) -> httpx.Response:
    path = f"/v1/announcements/{year.notice}/objections"
    body = {"kind": "procedure", "text": "公示栏张贴位置不显眼，群众不易看到。"}
    return await year.send(None, "notifications", "POST", path, json=body)


async def orphan_row(year: OneYear) -> httpx.Response:
    rows = "code,name,level,parent_code\n410724999201,无根村,village,410724999000\n"
    return await year.send(
        year.place.administrator,
        "registry",
        "POST",
        "/v1/divisions/import",
        params={"valid_from": "2026-01-01", "source": "测试"},
        content=rows.encode(),
        headers={"Content-Type": "text/csv"},
    )


CASES = (
    Case("unknown item", "applying", unknown_item, 422, "unknown-item"),
    Case("points over the maximum", "applying", over_the_maximum, 422, "points-over-maximum"),
    Case("points with three decimals", "applying", three_decimals, 422, "points-too-precise"),
    Case("a star below the lines", "applying", below_the_lines, 422, "star-below-lines"),
    Case("a stale ETag", "applying", stale, 412, "stale-version"),
    Case("no ETag", "applying", without_etag, 428, "if-match-required"),
    Case("a key with another body", "applying", another_body, 422, "idempotency-key-reused"),
    Case("another township's draft", "applying", foreign_draft, 403, "draft-not-visible"),
    Case("a row without its parent", "applying", orphan_row, 422, "import-rejected"),
    Case("another township's village", "recommending", foreign_village, 403, "out-of-scope"),
    Case("after the deadline", "recommending", after_the_deadline, 409, "deadline-passed"),
    Case("the own determination", "determining", own_determination, 403, "own-determination"),
    Case("a clearance missing", "determining", missing_clearance, 409, "clearance-missing"),
    Case(
        "an objection after the period",
        "closed",
        late_objection,
        409,
        "objection-late",
        keeps=frozenset({"notifications.clues", "notifications.sealed_statements"}),
    ),
)


@pytest.fixture(scope="module")
def running(server_directory: Path) -> Iterator[Town]:
    with town(server_directory / "bad_input") as found:
        first_administrator(found)
        yield found


@pytest.fixture(scope="module")
async def year(running: Town) -> AsyncIterator[OneYear]:
    services = Services.at(running.stack.urls)
    try:
        yield await begin(running.stack, services, running.password)
    finally:
        await services.close()


def test_each_has_a_type_of_its_own() -> None:
    assert len({each.slug for each in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[each.name for each in CASES])
async def test_bad_input_is_answered_and_changes_nothing(year: OneYear, case: Case) -> None:
    await year.until(case.stage)
    before = await year.settled()
    answer = await case.attempt(year)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (
        case.status,
        f"urn:wuxing:problem:{case.slug}",
    ), problem
    assert answer.headers["content-type"] == "application/problem+json"
    said = problem["detail"]
    assert re.search("[\u4e00-\u9fff]", problem["title"])
    assert TO_DO.search(said), said
    assert said.endswith("。")
    after = await year.holdings()
    changed = {name for name, held in after.items() if before[name] != held}
    assert changed == case.keeps
