"""The pages to object and to follow a receipt, as plain forms and in a real browser."""

import re

import pytest
from playwright.async_api import Browser, Page, Route

from tests.notifications.conftest import Service
from tests.notifications.objections.cases import (
    NAMED,
    TEXT,
    milliseconds_of_day,
    only_desk,
    open_objections,
    progress,
)
from tests.notifications.stories import Story

HOST = "http://notifications"
# In pixels, of everything that shows text of its own.
SMALLEST_TEXT = """Math.min(...[...document.querySelectorAll("main *")]
  .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .map(each => parseFloat(getComputedStyle(each).fontSize)))"""


def form_of(page: str) -> dict[str, str]:
    token = re.search(r'name="form" value="([^"]+)"', page)
    assert token is not None
    return {"form": token[1]}


def receipt_in(page: str) -> str:
    found = re.search(r'<p class="receipt">([^<]+)</p>', page)
    assert found is not None
    return found[1]


async def test_a_form_sent_twice_is_one_objection(service: Service) -> None:
    story = await Story(service).published()
    path = f"/notices/{story.id}/object"
    page = (await service.call("GET", path, expect=200)).text
    filled = form_of(page) | {
        "kind": "branch",
        "organization_id": str(story.branches[0].id),
        "star": "",
        "subject": "",
        "text": TEXT,
        "name": "",
        "contact": "",
    }
    receipts = {
        receipt_in((await service.call("POST", path, data=filled, expect=200)).text)
        for _ in range(2)
    }
    [number] = receipts
    assert (await progress(service, number))["state"] == "已收到"
    [objection] = await open_objections(story)
    assert (objection["star"], objection["named"]) == (None, False)
    assert milliseconds_of_day(objection["id"]) == 0


async def test_a_form_with_mistakes_comes_back_with_everything_in_it(service: Service) -> None:
    story = await Story(service).published()
    path = f"/notices/{story.id}/object"
    filled = {"form": "token-of-the-form", "kind": "branch", "text": TEXT, "name": "张三"}
    answer = await service.call("POST", path, data=filled, expect=422)
    assert "请选择所反映的党组织" in answer.text
    assert "实名反映请留下联系方式" in answer.text
    for kept in (TEXT, 'value="张三"', 'value="token-of-the-form"'):
        assert kept in answer.text
    answer = await service.call("POST", path, data={"kind": "procedure"}, expect=422)
    assert "请写明具体情况" in answer.text
    assert await open_objections(story) == []


async def test_after_the_period_the_form_says_so_and_gives_a_clue_number(
    service: Service,
) -> None:
    story = await Story(service).published()
    await service.move_clock("2026-05-19 00:05")
    path = f"/notices/{story.id}/object"
    page = (await service.call("GET", path, expect=200)).text
    assert "公示期已满" in page
    filled = form_of(page) | {"kind": "procedure", "text": TEXT}
    answer = await service.call("POST", path, data=filled, expect=200)
    assert "已作为问题线索转交" in answer.text
    assert receipt_in(answer.text).startswith("线索-")


async def test_a_named_objector_reads_the_answer_and_no_address_holds_the_number(
    service: Service,
) -> None:
    story = await Story(service).published()
    path = f"/notices/{story.id}/object"
    filled = {"form": "x" * 16, "kind": "procedure", "text": TEXT} | NAMED
    number = receipt_in((await service.call("POST", path, data=filled, expect=200)).text)
    desk = await only_desk(story)
    await desk.draft("dismissed", answer="经核查，程序合规。")
    await desk.sign()
    answer = await service.call("POST", "/notices/receipt", data={"number": number}, expect=200)
    assert "异议不成立" in answer.text
    assert "经核查，程序合规。" in answer.text
    answer = await service.call("POST", "/notices/receipt", data={"number": "不对"}, expect=422)
    assert "回执号有误" in answer.text


async def phone_page(service: Service, browser: Browser) -> tuple[Page, list[str]]:
    """A phone's page that is answered by the service; gives what it asked of anybody else."""
    context = await browser.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=False, locale="zh-CN"
    )
    page = await context.new_page()
    strangers: list[str] = []

    async def answer(route: Route) -> None:
        request = route.request
        if not request.url.startswith(HOST):
            strangers.append(request.url)
            await route.abort()
            return
        sent = {name: value for name, value in request.headers.items() if name != "host"}
        found = await service.http.request(
            request.method, request.url, content=request.post_data_buffer, headers=sent
        )
        await route.fulfill(
            status=found.status_code, headers=dict(found.headers), body=found.content
        )

    await page.route("**/*", answer)
    return page, strangers


@pytest.mark.browser
async def test_a_phone_reads_the_notice_and_objects_without_script(
    service: Service, browser: Browser
) -> None:
    story = await Story(service).published()
    page, strangers = await phone_page(service, browser)
    await page.goto(f"{HOST}/notices/{story.id}")
    assert await page.inner_text(".card b") == "2026年5月18日 24时"
    for path in (f"/notices/{story.id}", "/notices", f"/notices/{story.id}/object"):
        await page.goto(HOST + path)
        box = await page.locator("main").bounding_box()
        assert box is not None
        assert box["width"] <= 360
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        assert await page.evaluate(SMALLEST_TEXT) >= 14
        color = await page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
        assert color == "rgb(243, 239, 232)"  # the style was let through
    # What does not belong to the choice is not asked.
    await page.check("input[value=procedure]")
    assert not await page.is_visible("#organization")
    assert not await page.is_visible("#subject")
    await page.check("input[value=omission]")
    assert await page.is_visible("#subject")
    await page.check("input[value=branch]")
    await page.select_option("#organization", str(story.branches[0].id))
    await page.select_option("#star", "beauty")
    await page.fill("#text", TEXT)
    await page.click("button")
    number = await page.inner_text(".receipt")
    assert (await progress(service, number))["state"] == "已收到"
    assert strangers == []
    await page.context.close()
