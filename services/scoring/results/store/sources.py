"""A snapshot's parts, put together from what the lower capabilities hold."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.applications import store as applications
from services.scoring.applications.domain import Claim
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
    submitted = await applications.submitted(session, cycle.id)
    scores, refusals = await reviews.counted(session, cycle.id)
    found = await cycles.participants(session, cycle.id)
    return Parts(
        branches=[
            _branch(each, submitted.get(each.organization_id))
            for each in found
            if only is None or each.organization_id in only
        ],
        scores=scores,
        refusals=refusals,
        answers=await reviews.answers(session, cycle.id),
        terms=terms,
        facts=facts,
        assessed_on=assessed_on,
    )


def _branch(participant: Participant, submitted: Claim | None) -> Branch:
    claim = submitted if participant.assessed else None
    return Branch(
        organization_id=participant.organization_id,
        county_id=participant.county_id,
        township_id=participant.township_id,
        kind=participant.kind,
        sector=participant.sector,
        in_snapshot=participant.absence is not Absence.FOUNDED_LATER,
        applied=None if claim is None else claim.applied,
        self_scores={} if claim is None else claim.words,
        facts=participant.facts,
    )
