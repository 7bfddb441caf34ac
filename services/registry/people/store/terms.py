"""The SQL of terms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.people.domain.terms import Term, TermUnknown
from services.registry.people.tables import TermRow
from services.registry.tables import columns
from shared.contracts.registry import Post

_terms = columns(TermRow)


Rows = sa.Select[*tuple[Any, ...]]


def _term(row: sa.Row[*tuple[Any, ...]]) -> Term:
    return Term(**{**row._mapping, "post": Post(row.post)})  # noqa: SLF001 -- its public name


def _any_of(ids: Iterable[UUID]) -> sa.CollectionAggregate[bool]:
    # One array instead of thousands of parameters.
    return sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))


async def lock_organizations(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Let one transaction at a time change the terms of these organizations."""
    statement = (
        sa.select(col(OrganizationRow.id))
        .where(col(OrganizationRow.id) == _any_of(ids))
        .order_by(col(OrganizationRow.id))
        .with_for_update(key_share=True)
    )
    await session.execute(statement)


async def lock_terms(session: AsyncSession) -> None:
    """Let nobody else change terms until the transaction ends."""
    await session.execute(sa.text("LOCK TABLE terms IN SHARE ROW EXCLUSIVE MODE"))


async def terms_of(session: AsyncSession, organizations: Iterable[UUID]) -> list[Term]:
    """Return all terms of these organizations, ended ones too."""
    statement = sa.select(*_terms).where(col(TermRow.organization_id) == _any_of(organizations))
    return [_term(row) for row in await session.execute(statement)]


async def terms_of_person(session: AsyncSession, person_id: UUID) -> list[Term]:
    """Return all terms of a person, ended ones too, oldest first."""
    statement = sa.select(*_terms).where(col(TermRow.person_id) == person_id)
    rows = await session.execute(statement.order_by(col(TermRow.starts_on), col(TermRow.id)))
    return [_term(row) for row in rows]


async def add_terms(session: AsyncSession, terms: Sequence[Term]) -> None:
    """Insert terms."""
    if not terms:
        return
    await session.execute(sa.insert(TermRow), [vars(term) for term in terms])


async def find_term(session: AsyncSession, seen: Reach, term_id: UUID) -> Term:
    """Return a term within reach, locked for change; TermUnknown otherwise."""
    statement = (
        sa.select(*_terms)
        .select_from(TermRow)
        .join(OrganizationRow, col(OrganizationRow.id) == col(TermRow.organization_id))
        .where(col(TermRow.id) == term_id, within(seen))
        .with_for_update(of=TermRow)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise TermUnknown(
            "没有找到这个任期，请在任期列表中查找。", "No such term: look it up in the list."
        )
    return _term(row)


async def update_term(session: AsyncSession, term: Term) -> None:
    """Write a term as it now is."""
    statement = sa.update(TermRow).where(col(TermRow.id) == term.id)
    await session.execute(statement.values(vars(term)))


@dataclass(frozen=True)
class TermFilter:
    """Which terms a list shows; all given conditions hold together."""

    reach: Reach
    as_of: date | None
    under: str | None = None
    person_id: UUID | None = None
    post: Post | None = None


async def list_terms(
    session: AsyncSession, wanted: TermFilter, after: UUID | None, limit: int
) -> list[Term]:
    """Return up to `limit + 1` terms after an id."""
    statement = _shown(sa.select(*_terms).select_from(TermRow), wanted)
    if after is not None:
        statement = statement.where(col(TermRow.id) > after)
    rows = await session.execute(statement.order_by(col(TermRow.id)).limit(limit + 1))
    return [_term(row) for row in rows]


async def count_terms(session: AsyncSession, wanted: TermFilter) -> int:
    """Return how many terms the filter shows."""
    statement = _shown(sa.select(sa.func.count()).select_from(TermRow), wanted)
    return await session.scalar(statement) or 0


def _shown(statement: Rows, wanted: TermFilter) -> Rows:
    organization = OrganizationRow
    statement = statement.join(
        organization, col(organization.id) == col(TermRow.organization_id)
    ).where(within(wanted.reach), col(organization.deleted).is_(False))
    if wanted.as_of is not None:
        ended, dissolved = col(TermRow.ends_on), col(organization.dissolved_on)
        statement = statement.where(
            col(TermRow.starts_on) <= wanted.as_of,
            ended.is_(None) | (ended >= wanted.as_of),
            # Nobody holds a post in an organization that no longer exists.
            dissolved.is_(None) | (dissolved > wanted.as_of),
        )
    if wanted.under is not None:
        statement = statement.where(col(organization.path).like(f"{wanted.under}%"))
    if wanted.person_id is not None:
        statement = statement.where(col(TermRow.person_id) == wanted.person_id)
    if wanted.post is not None:
        statement = statement.where(col(TermRow.post) == wanted.post.value)
    return statement
