"""Pages that people read and print: from a template, without scripts and foreign content."""

from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from starlette.responses import Response

MEDIA_TYPE = "text/html"
# What a route says of its other face; it is asked for by `Accept: text/html`.
PRINTABLE: dict[str, Any] = {
    "content": {MEDIA_TYPE: {}},
    "description": "Accept: text/html 时为可打印的网页",
}
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "private, no-store",
}


class Printer:
    """Renders the templates of one folder; whatever stands in a value is text, never markup."""

    def __init__(self, folder: Path) -> None:
        self._templates = SandboxedEnvironment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )

    def answer(self, name: str, **values: object) -> Response:
        """Return a page as an answer that no cache keeps."""
        text = self._templates.get_template(name).render(values)
        return Response(text, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=_SAFE)
