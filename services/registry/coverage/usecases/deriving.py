"""Facts that follow from the ledger of 两新 units, so that nobody fills a number twice."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from services.registry.coverage.domain.reports import Tally, below, derived
from services.registry.coverage.store import standings
from services.registry.facts.domain.ledger import DerivedValue
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.domain.tree import Organization
from shared.context import Work


class CoverageFacts:
    """What the ledger says of the units at and below an organization; see `DerivedFacts`.

    Where nobody in the county has kept the ledger yet, there is no fact: absent is not zero.
    """

    async def values(
        self, work: Work, places: Sequence[Organization], codes: Collection[str], as_of: date
    ) -> list[DerivedValue]:
        """Return what follows on a day from the units at and below these organizations."""
        counties = {each.county_id for each in places if each.county_id is not None}
        kept = await standings.counties_with_ledger(work.session, counties, as_of)
        found = {each: await self._tallies(work, each, as_of) for each in kept}
        return [
            value
            for each in places
            if each.county_id is not None and each.county_id in kept and each.exists_on(as_of)
            for value in derived(each.id, below(found[each.county_id], each.id), codes, as_of)
        ]

    async def _tallies(self, work: Work, county_id: UUID, as_of: date) -> list[tuple[str, Tally]]:
        # A county stands at the top of its own path.
        whole = standings.Filter(Reach(everywhere=True), as_of, under=f"/{county_id}/")
        return await standings.tallies(work.session, whole)
