"""What is known of organizations on a day: entries of the ledger, and what is derived."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from services.registry.facts.domain.catalogue import Definition
from services.registry.facts.domain.currency import is_current
from services.registry.facts.domain.ledger import DerivedValue, Fact, Known
from services.registry.facts.store import ledger
from services.registry.organizations.domain.tree import Organization
from shared.context import Work


class DerivedFacts(Protocol):
    """A ledger above that registry counts itself, so that nobody fills its numbers in."""

    async def values(
        self, work: Work, places: Sequence[Organization], codes: Collection[str], as_of: date
    ) -> list[DerivedValue]:
        """Return what follows on a day from the entries of these organizations."""


@dataclass(frozen=True)
class Ledgers:
    """Several ledgers asked as one; each answers for its own codes."""

    ledgers: tuple[DerivedFacts, ...]

    async def values(
        self, work: Work, places: Sequence[Organization], codes: Collection[str], as_of: date
    ) -> list[DerivedValue]:
        """Return what follows on a day from the entries of all ledgers."""
        return [
            value
            for ledger in self.ledgers
            for value in await ledger.values(work, places, codes, as_of)
        ]


async def known(
    work: Work,
    derived: DerivedFacts,
    places: Mapping[UUID, Organization],
    definitions: Iterable[Definition],
    as_of: date,
) -> list[Known]:
    """Return the values valid on a day, in the order of organization and code."""
    meant = {(each.county_id, each.code): each for each in definitions}
    kept = {code for _, code in meant if not meant[_, code].derived}
    computed = {code for _, code in meant} - kept

    def definition(value: Fact | DerivedValue) -> Definition | None:
        county = places[value.organization_id].county_id
        return meant.get((None, value.code)) or meant.get((county, value.code))

    found: list[Fact | DerivedValue] = []
    found += await ledger.newest_of(work.session, places, kept, as_of)
    if computed:
        found += await derived.values(work, list(places.values()), computed, as_of)
    values = [_known(each, meaning, as_of) for each in found if (meaning := definition(each))]
    return sorted(values, key=lambda each: (each.organization_id, each.code))


def _known(value: Fact | DerivedValue, definition: Definition, as_of: date) -> Known:
    filled = value if isinstance(value, Fact) else None
    return Known(
        organization_id=value.organization_id,
        code=value.code,
        value=value.value,
        valid_from=value.valid_from,
        source=value.source,
        unit=definition.unit,
        decimals=definition.decimals,
        current=filled is None or is_current(definition.every, value.valid_from, as_of),
        derived=filled is None,
        entry_id=filled.id if filled else None,
        filled_by=filled.filled_by if filled else None,
        filled_at=filled.filled_at if filled else None,
        generated=filled is not None and filled.generated,
    )
