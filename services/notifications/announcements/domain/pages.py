"""The public pages as finished HTML: one request each, no script, no cookie, nobody else asked.

The style stands in the page and is allowed by its hash, so that the content policy can
forbid everything else.
"""

import base64
import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.notifications.announcements.domain import wording

TEMPLATES = Path(__file__).parents[2] / "templates"
_STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Our own style sheet, written into every page as it stands.
_environment.globals["style"] = Markup(_STYLE)  # noqa: S704 -- a file of this package
_environment.filters["full_date"] = wording.full_date


def render(template: str, **values: object) -> bytes:
    """Return a page; raises UndefinedError when the template asks for a value not given."""
    return _environment.get_template(template).render(values).encode()


def tag(body: bytes) -> str:
    """Return the ETag of a finished page."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


@dataclass(frozen=True)
class Page:
    """A finished page and its ETag."""

    body: bytes
    tag: str


@dataclass
class Shelf:
    """The finished notice pages of this process: one for each notice, the newest edition only."""

    most: int = 500
    _pages: dict[UUID, tuple[Hashable, Page]] = field(default_factory=dict)

    def find(self, notice_id: UUID, edition: Hashable) -> Page | None:
        """Return the page if it is finished in that edition."""
        kept = self._pages.get(notice_id)
        return kept[1] if kept is not None and kept[0] == edition else None

    def put(self, notice_id: UUID, edition: Hashable, body: bytes) -> Page:
        """Keep a finished page; the page kept longest makes room."""
        self._pages.pop(notice_id, None)
        if len(self._pages) >= self.most:
            del self._pages[next(iter(self._pages))]
        page = Page(body, tag(body))
        self._pages[notice_id] = (edition, page)
        return page
