"""What was applied for, without the scores: all that worklists and progress need.

The sheets of a whole county are megabytes; these rows are a few kilobytes.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.applications.domain.application import COUNTING
from services.scoring.reviews.domain.departments import Applied

_APPLIED = sa.text("""
    SELECT id, organization_id, township_id, ARRAY(
        SELECT star.key FROM jsonb_each(submitted) AS star
        WHERE (star.value ->> 'apply')::boolean
        ORDER BY star.key
    ) AS applied
    FROM applications
    WHERE cycle_id = :cycle_id AND state = ANY(:states) AND submitted IS NOT NULL
    ORDER BY path
""")


async def applied(session: AsyncSession, cycle_id: UUID) -> list[Applied]:
    """Return every application in which something counts, in the order of their paths."""
    rows = await session.execute(
        _APPLIED, {"cycle_id": cycle_id, "states": [state.value for state in COUNTING]}
    )
    return [
        Applied(row.id, row.organization_id, row.township_id, tuple(row.applied)) for row in rows
    ]
