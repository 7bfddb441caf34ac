"""What registry explains, made from what was observed: `python -m tests.contracts.operations`.

The access matrix says whom each operation lets in, and is asked of the running services; the
API documents say what it is called. `make openapi` writes both into registry's data.
"""

import json
from typing import Any

from deploy.local.openapi import committed
from deploy.local.stack import PORTS
from services.registry.identity.store.operations import PLACE
from shared.caller import Role
from tests.contracts.access import LETTERS, declared

# Another service of the installation is nobody's account.
_NOBODY = {Role.SERVICE}
# Everybody's own account, sessions and messages: the matrix asks for those of one owner only.
OWN = ("/v1/me", "/v1/sessions", "/v1/messages")


def described() -> str:
    """Every operation that is not public, with its name and the roles of people it lets in."""
    found: list[dict[str, Any]] = []
    for service in PORTS:
        paths = json.loads(committed(service).read_text("utf-8"))["paths"]
        for line in declared(service):
            if line.elsewhere == "public":
                continue
            own = line.operation.split()[1].startswith(OWN)
            letters = LETTERS if own else line.letters.replace("-", "")
            found.append(
                {
                    "operation": f"{service} {line.operation}",
                    "name": _name(paths, line.operation),
                    "roles": sorted({LETTERS[each] for each in letters} - _NOBODY),
                    "own": own,
                }
            )
    lines = ",\n ".join(json.dumps(each, ensure_ascii=False) for each in found)
    return f"[\n {lines}\n]\n"


def _name(paths: dict[str, Any], operation: str) -> str:
    method, path = operation.split()
    return str(paths[path][method.lower()]["summary"])


if __name__ == "__main__":
    PLACE.write_text(described(), encoding="utf-8")
