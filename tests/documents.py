"""The API documents as they are committed, which are those of the code."""

import json
from typing import Any

from deploy.local.openapi import committed


def committed_document(service: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(committed(service).read_text())
    return found
