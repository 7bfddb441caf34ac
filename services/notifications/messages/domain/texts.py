"""The texts of messages: templates are data (`templates/messages.yaml`), rendered in a sandbox."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from ruamel.yaml import YAML

_TEMPLATES = Path(__file__).parents[1] / "templates" / "messages.yaml"


@dataclass(frozen=True)
class Words:
    """One message in both languages, ready to be read."""

    title: str
    body: str
    title_en: str
    body_en: str


def words(kind: str, facts: dict[str, Any], branch: str | None) -> Words:
    """Write the message of an event kind; a fact its template needs must be there.

    Raises:
        KeyError: there is no text for this kind.
        jinja2.UndefinedError: a fact is missing.
    """
    known = {**facts, "branch": branch or "贵单位", "branch_en": branch or "Your organization"}

    def write(part: str) -> str:
        return _template(kind, part).render(known).strip()

    # A title becomes a subject line: whatever a fact holds, it stays one line.
    return Words(
        title=" ".join(write("title").split()),
        body=write("body"),
        title_en=" ".join(write("title_en").split()),
        body_en=write("body_en"),
    )


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return the templates by event kind, read once."""
    found: dict[str, dict[str, str]] = YAML(typ="safe", pure=True).load(
        _TEMPLATES.read_text(encoding="utf-8")
    )
    return found


@cache
def _template(kind: str, part: str) -> Template:
    return _environment().from_string(texts()[kind][part])


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    # Plain text for a person to read: nothing is HTML here, and readers show it as text.
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["day"] = _day
    environment.filters["names"] = _names
    return environment


def _day(iso: str) -> str:
    """Write a date as official Chinese documents do, without leading zeros."""
    day = date.fromisoformat(str(iso))  # a missing fact says so here
    return f"{day.year}年{day.month}月{day.day}日"


def _names(stars: list[dict[str, str]]) -> str:
    return "、".join(star["name"] for star in stars)
