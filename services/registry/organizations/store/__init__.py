"""The SQL of organizations.

What other capabilities ask of the tree stands here by its name; the modules hold the rest.
"""

from services.registry.organizations.store.current import (
    add,
    find,
    find_all,
    living_of_divisions,
    reach,
    require_within,
    serialise_writers,
    update,
    within,
)

__all__ = [
    "add",
    "find",
    "find_all",
    "living_of_divisions",
    "reach",
    "require_within",
    "serialise_writers",
    "update",
    "within",
]
