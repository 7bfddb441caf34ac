import pytest
from playwright.async_api import Browser


@pytest.mark.browser
async def test_the_browser_shows_chinese(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<h1>获嘉县</h1>")
    assert await page.inner_text("h1") == "获嘉县"
    await page.close()
