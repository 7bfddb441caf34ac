"""A snapshot's parts, put together from what the lower capabilities hold."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.applications import store as applications
from services.scoring.applications.domain import Application
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Absence, Cycle, Participant
from services.scoring.results.domain.snapshot import Branch, Parts
from services.scoring.reviews import store as reviews
from shared.contracts.registry import FactRecord, TermRecord


async def parts(
    session: AsyncSession,
    cycle: Cycle,
    only: Collection[UUID] | None,
    assessed_on: date,
    terms: Sequence[TermRecord] = (),
    facts: Sequence[FactRecord] = (),
) -> Parts:
    """Return everything that counts for the participants, or for `only` these, as of a day."""
    submitted = {
        each.organization_id: each for each in await applications.for_cycle(session, cycle.id)
    }
    found = await cycles.participants(session, cycle.id)
    return Parts(
        branches=[
            _branch(each, submitted.get(each.organization_id))
            for each in found
            if only is None or each.organization_id in only
        ],
        scores=await reviews.scores(session, cycle.id),
        refusals=await reviews.refusals(session, cycle.id),
        answers=await reviews.answers(session, cycle.id),
        terms=terms,
        facts=facts,
        assessed_on=assessed_on,
    )


def _branch(participant: Participant, application: Application | None) -> Branch:
    counts = participant.assessed and application is not None and application.counts
    return Branch(
        organization_id=participant.organization_id,
        county_id=participant.county_id,
        township_id=participant.township_id,
        kind=participant.kind,
        sector=participant.sector,
        in_snapshot=participant.absence is not Absence.FOUNDED_LATER,
        applied=application.applied if application and counts else None,
        self_scores=application.self_scores if application and counts else {},
        facts=participant.facts,
    )
