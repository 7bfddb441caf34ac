"""What is known of the register before a table of organizations is compared with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.registry.divisions.domain import Division
from services.registry.imports.domain.cells import id_of
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.domain.timeline import Forest
from services.registry.organizations.domain.tree import Organization
from shared.errors import Text


@dataclass(frozen=True)
class Register:
    """The organizations a file names, with all below them, and the divisions it names.

    `codes` are those of the numbering the file uses; a code may stand in several counties.
    `places` are the living organizations of the named divisions.
    """

    forest: Forest
    codes: Mapping[str, frozenset[UUID]]
    divisions: Mapping[str, Division]
    places: Mapping[UUID, Organization]
    reach: Reach

    def find(self, code: str) -> UUID | Text | None:
        """Return whom a code means; None where it is new, a text where that cannot be said."""
        own_id = id_of(code)
        if own_id is not None:
            if own_id in self.forest.organizations and self._seen(own_id):
                return own_id
            return Text(
                f"没有编号为“{code}”的组织，或不在您的管辖范围内，请核对",
                "no such organization within reach",
            )
        found = {each for each in self.codes.get(code, frozenset()) if self._seen(each)}
        if len(found) > 1:
            return Text(
                f"编号“{code}”在 {len(found)} 个县用过，请改填导出的组织编号",
                "several counties use this code: give the exported id",
            )
        return next(iter(found), None)

    def _seen(self, organization_id: UUID) -> bool:
        known = self.forest.organizations.get(organization_id)
        return known is not None and not known.deleted and self.reach.covers(known.path)
