"""The SQL of who stepped aside at an election and goes on: computed from terms, never entered."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.people.domain.elections import Body, ElectionState
from services.registry.people.domain.outcomes import KeptPay
from services.registry.people.tables import ElectionRow, TermRow
from shared.contracts.registry import Post

_election, _place = ElectionRow, OrganizationRow
# The term that the election ended, one that held on its first day, and those of the asked day.
_was, _then, _now = aliased(TermRow), aliased(TermRow), aliased(TermRow)
_SECRETARY = Post.SECRETARY.value
_OF_PARTY = (Body.PARTY_COMMITTEE.value, Body.BOTH.value)


@dataclass(frozen=True)
class Filter:
    """Who of those who stepped aside is asked about: in whose period the day lies."""

    reach: Reach
    as_of: date
    under: str | None = None


async def listed(
    session: AsyncSession, wanted: Filter, after: tuple[UUID, UUID] | None, limit: int
) -> list[KeptPay]:
    """Return up to `limit + 1` after an election and person, in the order of those."""
    key = (col(_election.id), col(_was.person_id))
    posts = sa.func.array_agg(aggregate_order_by(col(_now.post), col(_now.post)))
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(_election.id).label("election_id"),
            col(_election.organization_id),
            col(_place.short_name).label("name"),
            col(_was.person_id),
            col(_election.starts_on),
            col(_election.period_until).label("until"),
            posts.label("posts"),
        )
        .join(_place, col(_place.id) == col(_election.organization_id))
        .join(_was, _was_secretary())
        .join(_now, _holds(_now, wanted.as_of))
        .where(*_conditions(wanted))
        .group_by(*key, col(_place.short_name))
        .having(~sa.func.bool_or(col(_now.post) == _SECRETARY))
        .order_by(*key)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(sa.tuple_(*key) > sa.tuple_(*after))
    return [_kept(row) for row in await session.execute(statement)]


def _was_secretary() -> sa.ColumnElement[bool]:
    """The term of the 书记 that ended on the day before the new terms began."""
    return (
        (col(_was.organization_id) == col(_election.organization_id))
        & (col(_was.post) == _SECRETARY)
        & (col(_was.ends_on) == col(_election.starts_on) - timedelta(days=1))
    )


def _holds(term: Any, day: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- an alias, a day or a column
    """Whether the same person holds a post of the same organization on a day."""
    found: sa.ColumnElement[bool] = (
        (col(term.organization_id) == col(_election.organization_id))
        & (col(term.person_id) == col(_was.person_id))
        & (col(term.starts_on) <= day)
        & (col(term.ends_on).is_(None) | (col(term.ends_on) >= day))
    )
    return found


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    following = aliased(ElectionRow)
    begun = col(_election.starts_on)
    followed = sa.exists().where(
        col(following.organization_id) == col(_election.organization_id),
        col(following.state) == ElectionState.CONFIRMED.value,
        col(following.body).in_(_OF_PARTY),
        col(following.starts_on) > begun,
        col(following.starts_on) <= wanted.as_of,
    )
    conditions = [
        within(wanted.reach),
        col(_election.state) == ElectionState.CONFIRMED.value,
        col(_election.body).in_(_OF_PARTY),
        begun <= wanted.as_of,
        col(_election.period_until) >= wanted.as_of,
        sa.exists().where(_holds(_then, begun)),
        ~sa.exists().where(_holds(_then, begun), col(_then.post) == _SECRETARY),
        ~followed,
    ]
    if wanted.under is not None:
        conditions.append(col(_place.path).like(f"{wanted.under}%"))
    return conditions


def _kept(row: sa.Row[*tuple[Any, ...]]) -> KeptPay:
    said = dict(row._mapping)  # noqa: SLF001 -- its public name
    order = [post for post in Post if post.value in row.posts]
    return KeptPay(**said | {"posts": tuple(order)})
