"""What source offices answered."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle
from services.scoring.kernel.inputs import Answer
from services.scoring.reviews.domain.answers import Answers
from services.scoring.reviews.domain.clearances import Sheet, gaps
from services.scoring.reviews.store.versions import write_version
from services.scoring.reviews.tables import ClearanceRow, ClearanceSheetRow

_ANSWERS: TypeAdapter[dict[str, Answer]] = TypeAdapter(dict[str, Answer])


async def clearance_sheet(
    session: AsyncSession, cycle: Cycle, office: str, *, lock: bool = False
) -> Sheet:
    """Return an office's answers, version 0 while it is silent.

    With `lock`, nobody else changes them until the transaction ends.
    """
    statement = sa.select(ClearanceSheetRow).where(
        col(ClearanceSheetRow.cycle_id) == cycle.id, col(ClearanceSheetRow.office) == office
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = await session.scalar(statement)
    found = await answers(session, cycle.id, office)
    return Sheet(cycle.id, cycle.county_id, office, found, row.version if row else 0)


async def save_clearance_sheet(
    session: AsyncSession, sheet: Sheet, changed: Answers, reference: str, receipt: str
) -> int:
    """Write the changed answers and raise the sheet's version; returns the new version.

    Stale where somebody else saved the first version at the same time.
    """
    version = sheet.version + 1
    values = {
        "cycle_id": sheet.cycle_id,
        "office": sheet.office,
        "county_id": sheet.county_id,
        "reference": reference,
        "receipt": receipt,
        "version": version,
    }
    await write_version(session, "clearance_sheets", values)
    rows = [
        {
            "cycle_id": sheet.cycle_id,
            "organization_id": organization_id,
            "bottom_line": code,
            "office": sheet.office,
            "county_id": sheet.county_id,
            "answer": answer.model_dump(mode="json"),
        }
        for organization_id, each in changed.items()
        for code, answer in each.items()
    ]
    if rows:
        await session.execute(_upsert(), rows)
    return version


def _upsert() -> Any:  # noqa: ANN401 -- SQLAlchemy's statement type is generic over its rows
    statement = insert(ClearanceRow)
    return statement.on_conflict_do_update(
        index_elements=["cycle_id", "organization_id", "bottom_line"],
        set_={"answer": statement.excluded.answer},
    )


async def answers(
    session: AsyncSession, cycle_id: UUID, office: str | None = None
) -> dict[UUID, dict[str, Answer]]:
    """Return organization → bottom line → answer; of one office where one is given."""
    together = sa.func.jsonb_object_agg(
        col(ClearanceRow.bottom_line), col(ClearanceRow.answer), type_=JSONB
    )
    statement = _by_organization(cycle_id, together)
    if office is not None:
        statement = statement.where(col(ClearanceRow.office) == office)
    rows = await session.execute(statement)
    return {organization: _ANSWERS.validate_python(documents) for organization, documents in rows}


def _by_organization(
    cycle_id: UUID, together: sa.ColumnElement[Any]
) -> sa.Select[tuple[UUID, Any]]:
    """Select one row an organization: far fewer to carry and to read than one an answer."""
    organization = col(ClearanceRow.organization_id)
    return (
        sa.select(organization, together)
        .where(col(ClearanceRow.cycle_id) == cycle_id)
        .group_by(organization)
    )


async def missing_clearances(session: AsyncSession, cycle_id: UUID) -> list[tuple[str, UUID, str]]:
    """Return every (office, organization, bottom line) on which the office is silent.

    Every assessed branch is asked about, those that did not apply included.
    """
    cycle = await cycles.find(session, cycle_id)
    policy = await cycles.policy(session, cycle)
    everyone = await cycles.participants(session, cycle_id)
    assessed = [each.organization_id for each in everyone if each.assessed]
    codes = sa.func.array_agg(col(ClearanceRow.bottom_line))
    rows = await session.execute(_by_organization(cycle_id, codes))
    answered = {organization: set(lines) for organization, lines in rows}
    found = gaps(policy, assessed, answered)
    return [(gap.office, gap.organization_id, gap.bottom_line) for gap in found]
