"""What goes with every change of terms: reserve cadres are linked, a record, and the news."""

from collections.abc import Sequence
from uuid import UUID

from services.registry.people.domain.terms import Term
from services.registry.people.store import reserve
from services.registry.people.store import terms as store
from shared.context import Work
from shared.contracts.registry import TermChanged


async def begin(work: Work, terms: Sequence[Term]) -> None:
    """Enter terms; who stood ready for such a post is appointed by it, and that is recorded."""
    await store.add_terms(work.session, terms)
    for entry in await reserve.appoint(work.session, terms):
        await work.audit(
            "reserve.appoint",
            "organization",
            entry.organization_id,
            county_id=entry.county_id,
            after={"reserve": str(entry.id), "term": str(entry.term_id)},
        )


async def tell(work: Work, action: str, terms: Sequence[Term]) -> None:
    """Record a change once a county, and announce it once for each organization concerned."""
    by_county: dict[UUID, list[Term]] = {}
    for term in terms:
        by_county.setdefault(term.county_id, []).append(term)
    for county_id, mine in by_county.items():
        after = {"terms": [term.record().model_dump(mode="json") for term in mine]}
        await work.audit(action, "organization", county_id, county_id=county_id, after=after)
        places = sorted({term.organization_id for term in mine})
        events = [(TermChanged(organization_id=each), each) for each in places]
        await work.emit_all(events, county_id)
