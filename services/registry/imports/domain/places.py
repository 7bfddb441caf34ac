"""Whose row it is: the organization that a row of people or of facts names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.registry.imports.domain.cells import id_of
from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.reading import Line
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.domain.tree import Organization


@dataclass(frozen=True)
class Places:
    """The organizations that a table names, by id and by the codes of its numbering."""

    organizations: Mapping[UUID, Organization]
    codes: Mapping[str, frozenset[UUID]]
    reach: Reach

    def of(self, line: Line, faults: Faults) -> Organization | None:
        """Return the organization of a row; what is wrong goes into the faults."""
        code = line["organization"]
        found = [each for each in self.named(code) if self.reach.covers(each.path)]
        if not code:
            return None
        if not found:
            zh = f"没有编号为“{code}”的组织，或不在您的管辖范围内，请核对编号或先导入组织"
            faults.add(line.row, "organization", zh, "no such organization within reach")
            return None
        if len(found) > 1:
            zh = f"编号“{code}”在 {len(found)} 个县用过，请改填导出的组织编号"
            faults.add(line.row, "organization", zh, "several counties use this code")
            return None
        self._check_name(line, found[0], faults)
        return found[0]

    def with_more(self, others: Mapping[UUID, Organization]) -> "Places":
        """Return the same with other organizations looked up, too."""
        return replace(self, organizations={**others, **self.organizations})

    def named(self, code: str) -> list[Organization]:
        """Return whom a code means, wherever that may be: in several counties perhaps several."""
        own_id = id_of(code)
        ids = {own_id} if own_id else self.codes.get(code, frozenset())
        return [self.organizations[each] for each in ids if each in self.organizations]

    def _check_name(self, line: Line, place: Organization, faults: Faults) -> None:
        said = line["organization_name"]
        if said and said not in {place.name, place.short_name}:
            zh = f"与编号不符：该编号是“{place.short_name}”，请核对是否错行"
            faults.add(line.row, "organization_name", zh, f"the code is that of {place.name}")
