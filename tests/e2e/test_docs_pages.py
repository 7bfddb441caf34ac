"""The three API docs pages as a new user meets them: sign in, paste the token, do real work."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser

from deploy.local.demo import county
from deploy.local.demo.actors import Actor, Services
from tests.e2e.conftest import Town, first_administrator, town
from tests.e2e.docs_pages import Answer, DocsPage, Operation, Visitor
from tests.e2e.small import csv

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def running(server_directory: Path, browser_program: str) -> Iterator[Town]:
    """A running stack with its administrator; without a browser none is started."""
    assert browser_program
    with town(server_directory / "docs") as found:
        first_administrator(found)
        yield found


@pytest.fixture(scope="module")
async def place(running: Town) -> AsyncIterator[county.County]:
    """A small county and everybody's accounts."""
    services = Services.at(running.stack.urls)
    made = await county.set_up(services, Actor(services, "admin", running.password), csv())
    await county.open_accounts(made)
    yield made
    await services.close()


@pytest.fixture
async def visitor(place: county.County, browser: Browser) -> AsyncIterator[Visitor]:
    urls = {name: str(each.base_url).rstrip("/") for name, each in place.services.clients.items()}
    arrived = await Visitor.arrive(browser, urls)
    yield arrived
    await arrived.context.close()
    assert arrived.strangers == []


async def sign_in(visitor: Visitor, actor: Actor, page: DocsPage) -> None:
    """Follow the page's description to where one signs in, and bring back the token."""
    async with visitor.context.expect_page() as opened:
        await page.page.click(".info .description a >> nth=-1")
    door = DocsPage(await opened.value)
    await door.loaded()
    token = await door.sign_in(actor.username, actor.password)
    await page.page.bring_to_front()  # a browser draws a page behind another once a second
    await page.authorize(token)


def refused(answer: Answer, status: int, slug: str, sentence: str) -> None:
    """The problem stands on the page with its type and its Chinese sentence."""
    assert answer.status == status, answer
    assert f"urn:wuxing:problem:{slug}" in answer.body
    assert sentence in answer.body


async def with_county(operation: Operation, county_id: str) -> Answer:
    """Send the example as prefilled, but for the county's id."""
    body = await operation.prefilled()
    await operation.write(body | {"county_id": county_id})
    return await operation.execute()


async def test_registry(visitor: Visitor, place: county.County) -> None:
    page = await visitor.read("registry")
    me = await page.open("read_me")
    refused(await me.execute(), 401, "not-signed-in", "请先登录，并在 Authorization 头中")
    office = place.staff["office"]
    await page.authorize(await page.sign_in(office.username, office.password))
    answer = await me.execute()
    assert answer.status == 200
    [grant] = answer.content["grants"]
    assert grant["organization_id"] == place.id
    person = await page.open("register_person")
    refused(await person.execute(), 404, "organization-unknown", "没有找到这个组织，请核对编号")
    answer = await with_county(person, grant["organization_id"])
    assert answer.status == 201
    assert answer.content["county_id"] == place.id


async def test_scoring(visitor: Visitor, place: county.County) -> None:
    page = await visitor.read("scoring")
    await sign_in(visitor, place.staff["office"], page)
    policy = await page.open("create_policy")
    refused(await policy.execute(), 404, "not-found", "没有找到这个组织，请核对后再试。")
    answer = await with_county(policy, place.id)
    assert answer.status == 201
    assert answer.content["state"] == "draft"


async def test_notifications(visitor: Visitor, place: county.County) -> None:
    page = await visitor.read("notifications")
    # The public needs no token for what has no lock.
    period = await page.open("period")
    await period.fill("start", "2026-04-30")
    await period.fill("working_days", "5")
    assert (await period.execute()).content["last_day"] == "2026-05-11"
    await sign_in(visitor, place.staff["office"], page)
    notice = await page.open("upload_notice")
    assert (await notice.execute()).status == 201  # exactly as prefilled: 6 May is off as well
    assert (await period.execute()).content["last_day"] == "2026-05-12"
    publish = await page.open("publish_announcement")
    await publish.fill("announcement_id", str(uuid4()))
    refused(await publish.execute(), 404, "not-found", "没有找到这份公示，请核对编号。")
