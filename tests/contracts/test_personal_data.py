"""Who knows persons by more than an id: registry, and those it tells on purpose; nobody else.

What is frozen in scoring (snapshots, results, registers) can name nobody, because nothing that
names a person ever reaches it.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from shared.clients.registry import HttpRegistry
from shared.contracts import notifications, registry, scoring
from shared.contracts.events import Event

ROOT = Path(__file__).parents[2]
TELLING = {"display_name", "email", "phone", "contact", "device", "username", "person_name"}
# Told on purpose, and forgotten again: whom to write to, and whose token may be stolen.
TOLD = {"Recipient", "SessionAlarm"}


def models(module: object) -> Iterator[type[BaseModel]]:
    for kind in vars(module).values():
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            yield kind


@pytest.mark.parametrize("module", [registry, scoring, notifications])
def test_contracts_name_persons_by_id_alone(module: object) -> None:
    found = {kind.__name__ for kind in models(module) if TELLING & set(kind.model_fields)}
    assert found <= TOLD


def test_what_tells_a_person_is_never_sent_to_scoring() -> None:
    for kind in models(registry):
        if issubclass(kind, Event) and TELLING & set(kind.model_fields):
            assert "scoring" not in kind.consumers
    assert registry.PersonErased.consumers == registry.SessionAlarm.consumers


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


def test_scoring_asks_nobody_for_names() -> None:
    asked = {name for name, _ in inspect.getmembers(HttpRegistry, inspect.isfunction)}
    assert "recipients" in asked, "the one question whose answer names persons"
    used = set().union(*(names_in(path) for path in (ROOT / "services/scoring").rglob("*.py")))
    assert not {"recipients", "Recipient"} & used
