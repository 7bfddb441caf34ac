"""The SQL of terms and of periods of the 两委 that end soon, with the next planned election."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.people.domain.elections import OPEN, Body, ElectionState
from services.registry.people.domain.endings import Ending
from services.registry.people.tables import ElectionRow, PersonRow, TermRow
from shared.contracts.registry import EndingKind, Post

_place, _term, _election = OrganizationRow, TermRow, ElectionRow


@dataclass(frozen=True)
class Filter:
    """Which endings a list shows; both days are inclusive."""

    reach: Reach
    first: date
    last: date
    under: str | None = None


async def listed(
    session: AsyncSession, wanted: Filter, after: tuple[date, UUID] | None, limit: int
) -> list[Ending]:
    """Return up to `limit + 1` endings after a day and id, in the order of those."""
    ending = sa.union_all(_terms(wanted), _periods(wanted)).subquery("ending")
    person = PersonRow
    statement = (
        sa.select(
            *ending.c,
            sa.func.coalesce(col(_place.county_id), col(_place.id)).label("county_id"),
            col(_place.path),
            col(_place.short_name).label("name"),
            col(person.name).label("person_name"),
            _planned(ending).label("planned_on"),
        )
        .join(_place, col(_place.id) == ending.c.organization_id)
        .outerjoin(person, col(person.id) == ending.c.person_id)
        .where(within(wanted.reach), col(_place.deleted).is_(False), _there(ending.c.ends_on))
        .order_by(ending.c.ends_on, ending.c.id)
        .limit(limit + 1)
    )
    if wanted.under is not None:
        statement = statement.where(col(_place.path).like(f"{wanted.under}%"))
    if after is not None:
        statement = statement.where(sa.tuple_(ending.c.ends_on, ending.c.id) > sa.tuple_(*after))
    return [_ending(row) for row in await session.execute(statement)]


def _there(day: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    """Nothing ends in an organization that will have ended before."""
    dissolved = col(_place.dissolved_on)
    return dissolved.is_(None) | (dissolved > day)


def _terms(wanted: Filter) -> sa.Select[*tuple[Any, ...]]:
    """Terms that end within the days and that nobody's next term follows."""
    following = aliased(_term)
    same = (col(following.person_id) == col(_term.person_id)) | (
        col(_term.post) == Post.SECRETARY.value
    )
    followed = sa.exists().where(
        col(following.organization_id) == col(_term.organization_id),
        col(following.post) == col(_term.post),
        col(following.starts_on) > col(_term.ends_on),
        same,
    )
    return sa.select(
        col(_term.id),
        sa.literal(EndingKind.TERM.value).label("kind"),
        col(_term.organization_id),
        col(_term.ends_on),
        col(_term.person_id),
        col(_term.post),
        sa.null().cast(sa.Text).label("body"),
    ).where(col(_term.ends_on).between(wanted.first, wanted.last), ~followed)


def _periods(wanted: Filter) -> sa.Select[*tuple[Any, ...]]:
    """Periods that end within the days and that no later election has followed."""
    following = aliased(_election)
    both = Body.BOTH.value
    followed = sa.exists().where(
        col(following.organization_id) == col(_election.organization_id),
        col(following.state) == ElectionState.CONFIRMED.value,
        col(following.starts_on) > col(_election.starts_on),
        (col(following.body) == col(_election.body)) | (col(following.body) == both),
    )
    return sa.select(
        col(_election.id),
        sa.literal(EndingKind.PERIOD.value).label("kind"),
        col(_election.organization_id),
        col(_election.period_until).label("ends_on"),
        sa.null().cast(sa.Uuid).label("person_id"),
        sa.null().cast(sa.Text).label("post"),
        col(_election.body),
    ).where(
        col(_election.state) == ElectionState.CONFIRMED.value,
        col(_election.period_until).between(wanted.first, wanted.last),
        ~followed,
    )


def _planned(ending: sa.Subquery) -> sa.ScalarSelect[date]:
    coming = aliased(_election)
    return (
        sa.select(sa.func.min(col(coming.planned_on)))
        .where(
            col(coming.organization_id) == ending.c.organization_id,
            col(coming.state).in_([state.value for state in OPEN]),
        )
        .scalar_subquery()
    )


def _ending(row: sa.Row[*tuple[Any, ...]]) -> Ending:
    said = dict(row._mapping)  # noqa: SLF001 -- its public name
    said["kind"] = EndingKind(row.kind)
    said["post"] = Post(row.post) if row.post else None
    said["body"] = Body(row.body) if row.body else None
    return Ending(**said)
