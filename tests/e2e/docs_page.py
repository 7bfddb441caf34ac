"""One person at an API's docs page in a real browser: sign in, authorise, try operations out."""

import json
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.async_api import Browser, Locator, Page, Route

WAIT = 20_000


@dataclass(frozen=True)
class Answer:
    """What the page shows of an answer: the status, the headers' text and the body."""

    status: int
    headers: str
    text: str

    @property
    def body(self) -> Any:  # noqa: ANN401 -- JSON
        return json.loads(self.text)

    def etag(self) -> str:
        """Return the version as a person reads it below "Response headers"."""
        lines = [each.strip() for each in self.headers.splitlines()]
        [line] = [each for each in lines if each.startswith("etag:")]
        return line.removeprefix("etag:").strip()


class DocsPage:
    """An open docs page; whatever it asks of another host is refused and remembered."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.strangers: list[str] = []

    @classmethod
    async def open(cls, browser: Browser, url: str) -> Self:
        context = await browser.new_context(
            locale="zh-CN", viewport={"width": 1280, "height": 1000}, base_url=url
        )
        context.set_default_timeout(WAIT)
        found = cls(await context.new_page(), url)
        await found.page.route("**/*", found._only_here)
        await found.page.goto("/docs")
        await found.page.wait_for_selector(".opblock")
        return found

    async def _only_here(self, route: Route) -> None:
        asked = urlsplit(route.request.url)
        if asked.scheme in {"http", "https"} and asked.netloc != urlsplit(self.url).netloc:
            self.strangers.append(route.request.url)
            await route.abort()
            return
        await route.continue_()

    async def authorize(self, token: str) -> None:
        """Paste a token into the dialog behind "Authorize"."""
        await self.page.click(".auth-wrapper > .authorize")
        dialog = self.page.locator(".modal-ux")
        await dialog.locator("input").fill(token)
        await dialog.locator("button[type=submit]").click()
        await dialog.locator("button.btn-done").click()

    def operation(self, method: str, path: str) -> Locator:
        """Return the block of an operation."""
        place = self.page.locator(f'.opblock-summary-path[data-path="{path}"]')
        return self.page.locator(f".opblock-{method.lower()}").filter(has=place)

    async def example(self, method: str, path: str) -> str:
        """Open an operation for trying out; return the body that the page offers."""
        block = self.operation(method, path)
        if await block.locator(".opblock-body").count() == 0:
            await block.locator(".opblock-summary-control").click()
            await block.locator(".try-out__btn").click()
        text = block.locator("textarea.body-param__text")
        return await text.input_value() if await text.count() else ""

    async def execute(
        self,
        method: str,
        path: str,
        parameters: dict[str, str] | None = None,
        body: str | dict[str, Any] | None = None,
    ) -> Answer:
        """Fill in and press "Execute"; without a `body` the page's own example is sent."""
        await self.example(method, path)
        block = self.operation(method, path)
        for name, value in (parameters or {}).items():
            await block.locator(f'tr[data-param-name="{name}"] input').fill(value)
        if body is not None:
            text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
            await block.locator("textarea.body-param__text").fill(text)
        clear = block.locator("button.btn-clear")
        if await clear.count():
            await clear.click()
        await block.locator("button.execute").click()
        return await self._shown(block)

    async def _shown(self, block: Locator) -> Answer:
        live = block.locator(".live-responses-table")
        status = live.locator("tbody .response-col_status").first
        await status.wait_for()
        code = int((await status.inner_text()).split()[0])
        body = live.locator("h5:text-is('Response body') + div .microlight")
        text = await body.first.inner_text() if await body.count() else ""
        headers = live.locator("div:has(> h5:text-is('Response headers')) pre")
        return Answer(code, await headers.first.inner_text(), text)

    async def close(self) -> None:
        await self.page.context.close()
