"""Facts that follow from the ledger of party life, so that nobody fills a number twice."""

from collections.abc import Collection, Sequence
from datetime import date

from services.registry.facts.domain.ledger import DerivedValue
from services.registry.life.domain.reports import derived, report, year_to
from services.registry.life.domain.rhythm import BRANCHES
from services.registry.life.store import entries, exemptions
from services.registry.organizations.domain.tree import Organization
from shared.context import Work


class LifeFacts:
    """What the ledger says of the calendar year up to a day; see facts' `DerivedFacts`.

    Where nobody in the county has kept the ledger yet, there is no fact: absent is not zero.
    """

    async def values(
        self, work: Work, places: Sequence[Organization], codes: Collection[str], as_of: date
    ) -> list[DerivedValue]:
        """Return what follows on a day from the entries of these organizations."""
        counties = {each.county_id for each in places if each.county_id is not None}
        kept = await entries.counties_with_ledger(work.session, counties, as_of)
        mine = [
            each
            for each in places
            if each.kind in BRANCHES and each.county_id in kept and each.exists_on(as_of)
        ]
        ids, year = {each.id for each in mine}, year_to(as_of)
        held = await entries.months(work.session, ids, year)
        spared = await exemptions.of_organizations(work.session, ids)
        return [
            value
            for each in mine
            for value in derived(
                report(each, year, held.get(each.id, []), spared.get(each.id, [])), codes, as_of
            )
        ]
