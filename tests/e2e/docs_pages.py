"""A service's docs page in a real browser, used as a person uses it: by what it shows."""

import json
from dataclasses import dataclass, field
from typing import Any, Self

from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, ViewportSize

# The page draws all operations of a service at once, which takes a busy machine its time.
PATIENCE_MS = 120_000


@dataclass
class Visitor:
    """A person at a desk with a browser that reaches the three services and nobody else."""

    context: BrowserContext
    urls: dict[str, str]
    strangers: list[str] = field(default_factory=list)

    @classmethod
    async def arrive(cls, browser: Browser, urls: dict[str, str]) -> Self:
        """Open a browser window; whatever is asked of anybody else is kept and refused."""
        window = ViewportSize(width=1280, height=900)
        visitor = cls(await browser.new_context(viewport=window, locale="zh-CN"), urls)
        visitor.context.set_default_timeout(PATIENCE_MS)
        await visitor.context.route("**/*", visitor._let_through)
        return visitor

    async def _let_through(self, route: Route) -> None:
        address = route.request.url
        if address.startswith((*self.urls.values(), "data:", "blob:")):
            await route.continue_()
        else:
            self.strangers.append(address)
            await route.abort()

    async def read(self, service: str) -> "DocsPage":
        """Open a service's docs page."""
        found = DocsPage(await self.context.new_page())
        await found.page.goto(f"{self.urls[service]}/docs")
        await found.loaded()
        return found


@dataclass
class Answer:
    """What the page shows of an answer."""

    status: int
    body: str

    @property
    def content(self) -> Any:  # noqa: ANN401 -- JSON
        return json.loads(self.body)


@dataclass
class DocsPage:
    """One open docs page."""

    page: Page

    async def loaded(self) -> None:
        """Wait until the operations are listed."""
        await self.page.locator(".opblock").first.wait_for()

    async def sign_in(self, username: str, password: str) -> str:
        """Sign in on registry's page; returns the token that the page shows."""
        operation = await self.open("sign_in")
        filled = await operation.prefilled()
        assert list(filled) == ["username", "password"]
        await operation.write({"username": username, "password": password})
        answer = await operation.execute()
        assert answer.status == 201, answer
        token: str = answer.content["access_token"]
        return token

    async def authorize(self, token: str) -> None:
        """Click Authorize, paste the token, close the window."""
        await self.page.click(".auth-wrapper .btn.authorize")
        window = self.page.locator(".modal-ux")
        await window.locator("input").fill(token)
        await window.locator("button.authorize").click()
        await window.locator("button.btn-done").click()

    async def open(self, name: str) -> "Operation":
        """Unfold an operation and click "Try it out"."""
        block = self.page.locator(f"[id^=operations-][id$='-{name}']")
        await block.locator(".opblock-summary-control").click()
        await block.get_by_role("button", name="Try it out").click()
        return Operation(block)


@dataclass
class Operation:
    """One unfolded operation, ready to be filled in."""

    block: Locator

    async def prefilled(self) -> Any:  # noqa: ANN401 -- JSON
        """Return the example that stands in the body's field."""
        return json.loads(await self.block.locator("textarea.body-param__text").input_value())

    async def write(self, body: object) -> None:
        """Replace the body."""
        text = json.dumps(body, ensure_ascii=False, indent=2)
        await self.block.locator("textarea.body-param__text").fill(text)

    async def fill(self, parameter: str, value: str) -> None:
        """Fill in one parameter."""
        row = self.block.locator(f"tr[data-param-name='{parameter}']")
        await row.locator("input").fill(value)

    async def execute(self) -> Answer:
        """Click Execute; returns what then stands on the page."""
        clear = self.block.get_by_role("button", name="Clear", exact=True)
        if await clear.is_visible():  # an earlier answer, which must not be taken for this one
            await clear.click()
        await self.block.get_by_role("button", name="Execute", exact=True).click()
        shown = self.block.locator(".live-responses-table .response")
        await shown.wait_for()
        status = await shown.locator(".response-col_status").inner_text()
        body = await shown.locator(".microlight, .highlight-code code").first.inner_text()
        return Answer(int(status.split()[0]), body)
