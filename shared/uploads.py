"""A file that somebody sends: as the body itself, or as the `file` of a form."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fastapi import Request
from starlette.datastructures import UploadFile

_FORM = "multipart/form-data"


@dataclass(frozen=True)
class Sent:
    """A file and the name it came with; empty where none was told."""

    content: bytes
    name: str = ""


async def sent_file(request: Request) -> Sent:
    """Return what was sent; a body's own file name may stand in the header `X-File-Name`."""
    if not request.headers.get("content-type", "").startswith(_FORM):
        return Sent(await request.body(), unquote(request.headers.get("x-file-name", "")))
    async with request.form(max_files=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            return Sent(b"")
        return Sent(await file.read(), file.filename or "")


def file_body(description: str, example: str) -> dict[str, Any]:
    """Return what the API document says about a body that is a file."""
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
    content = {
        "text/csv": {"schema": {"type": "string"}, "example": example},
        _FORM: {"schema": form},
    }
    return {"requestBody": {"required": True, "description": description, "content": content}}
