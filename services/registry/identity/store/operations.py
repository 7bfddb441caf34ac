"""Every operation of the three services and whom it lets in: shipped data, no database.

`data/operations.json` is written by `make openapi` from the access matrix, which is asked of the
running services, and from the API documents.
"""

import json
from functools import cache
from pathlib import Path

from services.registry.identity.domain.access import Operation, Rule, rules_of
from shared.caller import Role

PLACE = Path(__file__).parents[1] / "data" / "operations.json"


@cache
def rules() -> dict[str, Rule]:
    """Return the rule of every action, by its code."""
    return rules_of(
        Operation(
            each["operation"],
            each["name"],
            frozenset(Role(role) for role in each["roles"]),
            each["own"],
        )
        for each in json.loads(PLACE.read_text(encoding="utf-8"))
    )
