"""How much of the tree a caller sees: the subtrees of the grants, or everything."""

from dataclasses import dataclass
from uuid import UUID

from shared.caller import Caller, Role

# Only these may be granted for the whole tree instead of a subtree.
WHOLE_TREE = frozenset(
    {
        Role.SERVICE,
        Role.SYSTEM,
        Role.SYSTEM_ADMINISTRATOR,
        Role.SECURITY_ADMINISTRATOR,
        Role.AUDIT_ADMINISTRATOR,
    }
)


@dataclass(frozen=True)
class Sight:
    """What a caller's grants reach: `roots` are the organizations at the top of subtrees."""

    everywhere: bool
    roots: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Reach:
    """A sight with the paths of its roots looked up."""

    everywhere: bool
    paths: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether an organization with this path is within reach."""
        return self.everywhere or any(path.startswith(root) for root in self.paths)


def sight_of(caller: Caller, *roles: Role) -> Sight:
    """Return what the caller sees by these roles, or by any role when none is named."""
    grants = [grant for grant in caller.grants if not roles or grant.role in roles]
    everywhere = any(grant.organization_id is None and grant.role in WHOLE_TREE for grant in grants)
    roots = frozenset(grant.organization_id for grant in grants if grant.organization_id)
    return Sight(everywhere, roots)
