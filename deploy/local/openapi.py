"""`make openapi`: write each service's committed openapi.json anew from its code."""

import importlib
import json
import os
from pathlib import Path

from deploy.local.servers import GivenPostgres, GivenRedis
from deploy.local.stack import PORTS, chosen_settings

ROOT = Path(__file__).parents[2]


def settle(folder: Path) -> None:
    """Give every service settings with which nothing is connected to; `folder` holds their keys."""
    nowhere = GivenPostgres("postgresql://nobody@nowhere/none"), GivenRedis("redis://nowhere")
    os.environ.update(chosen_settings(folder, *nowhere))


def described(service: str, folder: Path) -> str:
    """Return a service's OpenAPI document; nothing is connected to, `folder` holds made-up keys."""
    settle(folder)
    app = importlib.import_module(f"services.{service}.main").create_app()
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1) + "\n"


def committed(service: str) -> Path:
    """Return the place of a service's committed document."""
    return ROOT / "services" / service / "openapi.json"


if __name__ == "__main__":
    for each in PORTS:
        committed(each).write_text(described(each, ROOT / ".local" / "openapi"))
