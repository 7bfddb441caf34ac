"""The SQL of vacancies: computed from terms, for the organizations that existed on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import dated, periods
from services.registry.organizations.tables import OrganizationRow, OrganizationVersionRow
from services.registry.people.domain.months import latest_event
from services.registry.people.domain.vacancies import MUST_BE_FILLED, LastHolder, Vacancy
from services.registry.people.tables import PersonRow, TermRow
from shared.contracts.registry import OrganizationKind, Post, Tier

_place, _version, _term, _person = OrganizationRow, OrganizationVersionRow, TermRow, PersonRow


@dataclass(frozen=True)
class Filter:
    """Which vacancies a list shows: of more than so many months on a day."""

    reach: Reach
    as_of: date
    months: int
    under: str | None = None
    tier: Tier | None = None
    kind: OrganizationKind | None = None


async def listed(
    session: AsyncSession, wanted: Filter, after: Sequence[str] | None, limit: int
) -> list[Vacancy]:
    """Return up to `limit + 1` vacancies after a path and post, in the order of those."""
    event = latest_event(wanted.as_of, wanted.months)
    if event is None:
        return []
    needed = _needed()
    last = _last(needed, wanted.as_of)
    order = (col(_version.path), needed.c.post)
    statement = (
        sa.select(
            col(_version.organization_id),
            sa.func.coalesce(col(_place.county_id), col(_place.id)).label("county_id"),
            col(_version.path),
            col(_version.short_name).label("name"),
            col(_version.kind),
            col(_place.founded_on),
            needed.c.post,
            *last.c,
        )
        .select_from(_version)
        .join(_place, col(_place.id) == col(_version.organization_id))
        .join(needed, needed.c.kind == col(_version.kind))
        .outerjoin(last, sa.true())
        .where(*_conditions(wanted), _vacant_since(last, event))
        .order_by(*order)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(sa.tuple_(*order) > sa.tuple_(after[0], after[1]))
    rows = await session.execute(statement)
    return [_vacancy(row, wanted.as_of) for row in rows]


def _needed() -> sa.Values:
    """Which posts an organization of a kind must have filled, as a table."""
    rows = [(kind.value, post.value) for kind, posts in MUST_BE_FILLED.items() for post in posts]
    kind, post = sa.column("kind", sa.Text), sa.column("post", sa.Text)
    return sa.values(kind, post, name="needed").data(rows)


def _last(needed: sa.Values, as_of: date) -> sa.FromClause:
    """The term that lasts longest of those that had begun; a running one comes first."""
    ends = col(_term.ends_on)
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(_term.id).label("term_id"),
            col(_term.person_id).label("person_id"),
            col(_person.name).label("person_name"),
            ends.label("ends_on"),
        )
        .join(_person, col(_person.id) == col(_term.person_id))
        .where(
            col(_term.organization_id) == col(_version.organization_id),
            col(_term.post) == needed.c.post,
            col(_term.starts_on) <= as_of,
        )
        .order_by(ends.desc().nulls_first(), col(_term.id).desc())
        .limit(1)
    )
    return statement.lateral("last")


def _vacant_since(last: sa.FromClause, event: date) -> sa.ColumnElement[bool]:
    """Whether the last holder's term, or the time before there was any, ended long enough ago."""
    never = last.c.term_id.is_(None) & (col(_place.founded_on) <= event)
    return never | (last.c.ends_on <= event)


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions = [
        dated.within(wanted.reach),
        periods.valid(wanted.as_of),
        col(_place.deleted).is_(False),
    ]
    if wanted.under is not None:
        conditions.append(periods.under(wanted.under))
    if wanted.tier is not None:
        conditions.append(col(_place.tier) == wanted.tier.value)
    if wanted.kind is not None:
        conditions.append(col(_version.kind) == wanted.kind.value)
    return conditions


def _vacancy(row: sa.Row[*tuple[Any, ...]], as_of: date) -> Vacancy:
    last = None
    if row.term_id is not None:
        last = LastHolder(row.term_id, row.person_id, row.person_name, row.ends_on)
    return Vacancy(
        organization_id=row.organization_id,
        county_id=row.county_id,
        path=row.path,
        name=row.name,
        kind=OrganizationKind(row.kind),
        founded_on=row.founded_on,
        post=Post(row.post),
        as_of=as_of,
        last=last,
    )
