"""Inquiries and findings."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.notifications.objections.domain.finding import (
    Decision,
    Finding,
    Inquiry,
    Signature,
    Verdict,
)
from services.notifications.objections.tables import FindingRow, InquiryRow
from shared.contracts.notifications import FallScope
from shared.errors import NotFound

_INQUIRY = tuple(Inquiry.__dataclass_fields__)


async def add_inquiry(session: AsyncSession, inquiry: Inquiry) -> None:
    """Store a new inquiry."""
    session.add(InquiryRow(**asdict(inquiry)))
    await session.flush()


async def save_inquiry(session: AsyncSession, inquiry: Inquiry) -> None:
    """Store an answered or lapsed inquiry."""
    mine = col(InquiryRow.id) == inquiry.id
    await session.execute(sa.update(InquiryRow).where(mine).values(asdict(inquiry)))


async def inquiry(session: AsyncSession, inquiry_id: UUID) -> Inquiry:
    """Return an inquiry whoever asks; NotFound when there is none."""
    found = select(InquiryRow).where(col(InquiryRow.id) == inquiry_id)
    row = await session.scalar(found.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("没有找到这份征询，请核对编号。", "No such inquiry.")
    return _inquiry(row)


async def inquiries(session: AsyncSession, objection_id: UUID) -> list[Inquiry]:
    """Return the inquiries of an objection, the first first."""
    row = InquiryRow
    mine = select(row).where(col(row.objection_id) == objection_id).order_by(col(row.id))
    return [_inquiry(each) for each in await session.scalars(mine)]


async def inquiries_to(
    session: AsyncSession, organization_ids: Iterable[UUID], after: UUID | None, limit: int
) -> list[Inquiry]:
    """Return what these organizations were asked, the newest first."""
    row = InquiryRow
    mine = select(row).where(col(row.organization_id).in_(list(organization_ids)))
    if after is not None:
        mine = mine.where(col(row.id) < after)
    found = await session.scalars(mine.order_by(col(row.id).desc()).limit(limit))
    return [_inquiry(each) for each in found]


async def overdue(session: AsyncSession, today: date) -> list[UUID]:
    """Return the objections with an inquiry whose time to answer has passed."""
    row = InquiryRow
    late = col(row.answer).is_(None) & col(row.lapsed).is_(False) & (col(row.due_on) < today)
    return list(await session.scalars(select(row.objection_id).where(late).distinct()))


async def add_finding(session: AsyncSession, finding: Finding) -> None:
    """Store a drafted finding."""
    decision = finding.decision
    session.add(
        FindingRow(
            id=finding.id,
            objection_id=finding.objection_id,
            verdict=decision.verdict.value,
            reasons=decision.reasons,
            answer=decision.answer,
            scope=None if decision.scope is None else decision.scope.value,
            star=decision.star,
            organization_ids=sorted(map(str, decision.organization_ids)),
            drafted_user=finding.drafted.user_id,
            drafted_person=finding.drafted.person_id,
            drafted_at=finding.drafted.at,
            second_user=None,
            second_person=None,
            second_at=None,
            returned_because=None,
        )
    )
    await session.flush()


async def save_finding(session: AsyncSession, finding: Finding) -> None:
    """Store what the second inspector did."""
    assert finding.second is not None  # noqa: S101 -- saved only when somebody acted
    values = {
        "second_user": finding.second.user_id,
        "second_person": finding.second.person_id,
        "second_at": finding.second.at,
        "returned_because": finding.returned_because,
    }
    mine = col(FindingRow.id) == finding.id
    await session.execute(sa.update(FindingRow).where(mine).values(values))


async def findings(session: AsyncSession, objection_id: UUID) -> list[Finding]:
    """Return the findings of an objection, the first first; the last may wait for signature."""
    row = FindingRow
    mine = select(row).where(col(row.objection_id) == objection_id).order_by(col(row.id))
    return [_finding(each) for each in await session.scalars(mine)]


def _inquiry(row: InquiryRow) -> Inquiry:
    return Inquiry(**{name: getattr(row, name) for name in _INQUIRY})


def _finding(row: FindingRow) -> Finding:
    decision = Decision(
        Verdict(row.verdict),
        row.reasons,
        row.answer,
        None if row.scope is None else FallScope(row.scope),
        row.star,
        frozenset(map(UUID, row.organization_ids)),
    )
    second = None
    if row.second_user is not None and row.second_at is not None:
        second = Signature(row.second_user, row.second_person, row.second_at)
    first = Signature(row.drafted_user, row.drafted_person, row.drafted_at)
    return Finding(row.id, row.objection_id, decision, first, second, row.returned_because)
