"""The certificate as a page: what a village cadre sees on a phone, at a desk and on paper."""

import re

import pytest
from playwright.async_api import Browser

from tests.scoring.results.story import FIVE, NO_PARTY, NONE, SILENT, Story


async def html(paid: Story, number: int) -> str:
    result = await paid.result(number)
    answer = await paid.service.call(
        "GET",
        f"/v1/results/{result['id']}/certificate",
        paid.recorder,
        headers={"Accept": "text/html"},
        expect=200,
    )
    return answer.text


def rows(page: str, kind: str) -> list[list[str]]:
    """Return the text of the cells of every row of one table."""
    tables = re.findall(rf'<table class="{kind}">.*?</table>', page, re.DOTALL)
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", "".join(tables), re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in found]
    return [[re.sub(r"<[^>]+>", "|", cell).strip("|") for cell in row] for row in cells]


async def test_what_came_out_stands_before_how_it_was_counted(paid: Story) -> None:
    page = await html(paid, NO_PARTY)
    assert rows(page, "overview")[1:3] == [
        ["基层党建星", "—", "—", "没有申报"],
        ["乡风文明星", "100.00", "100.00", "授予"],
    ]
    reason = page.index("三星以上须有基层党建星（星级·1+4）：没有，定为二星，已得的星保留。")
    assert page.index("一览") < reason < page.index('<table class="items">')


async def test_a_star_that_was_missed_says_by_what(paid: Story) -> None:
    missed = rows(await html(paid, NONE), "overview")[2]
    assert missed[:3] == ["乡风文明星", "75.00", "75.00"]
    assert missed[3] == "不授予||总分线（85.00分以上，评选资格·总分）差10.00分。"


async def test_every_item_shows_who_gave_what_and_what_counts(paid: Story) -> None:
    found = rows(await html(paid, NONE), "items")
    given = "意识形态学习|乡风文明星·基本分·1"
    titles = next(row for row in found if "乡镇推荐" in row)
    study = dict(zip(titles, next(row for row in found if row[0] == given), strict=True))
    assert (study["满分"], study["村级申报"], study["乡镇推荐"]) == ("25.00", "25.00", "0.00")
    assert study["计分"] == "0.00"
    assert ["基本分"] in found
    assert ["扣分"] in found


async def test_a_branch_without_an_application_has_no_empty_tables(paid: Story) -> None:
    page = await html(paid, SILENT)
    assert "没有提交申报，定为无星（未申报）。" in page
    assert rows(page, "items") == []
    assert len(rows(page, "overview")) == 6


async def test_persons_are_told_apart_without_being_named(paid: Story) -> None:
    page = await html(paid, FIVE)
    assert re.search(r"书记（编号尾号[0-9a-f]{6}）300.00元 × 5颗星，每月1500.00元", page)


@pytest.mark.browser
@pytest.mark.parametrize("number", [FIVE, NONE])
async def test_the_page_fits_a_phone_and_a_sheet_of_paper(
    paid: Story, browser: Browser, number: int
) -> None:
    context = await browser.new_context(viewport={"width": 360, "height": 740})
    foreign: list[str] = []
    try:
        page = await context.new_page()
        page.on("request", lambda request: foreign.append(request.url))
        await page.set_content(await html(paid, number))
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        small = "[...document.querySelectorAll('p,li,td')].map(e => getComputedStyle(e).fontSize)"
        assert min(float(size.removesuffix("px")) for size in await page.evaluate(small)) >= 12
        printed = await page.pdf(prefer_css_page_size=True)
        assert 2 <= len(re.findall(rb"/Type /Page\b", printed)) <= 8
    finally:
        await context.close()
    assert foreign == []
