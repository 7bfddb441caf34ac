"""Reading and writing policies."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Plan, compile_policy
from services.scoring.policies.domain import PolicyState, StoredPolicy
from services.scoring.policies.tables import PolicyRow
from shared.directory import organizations
from shared.errors import NotFound

T = TypeVar("T")

# What was published never changes, so a compiled document may be kept by its hash.
_KEPT = 16
_published: dict[str, Policy] = {}
_plans: dict[str, Plan] = {}


def of_county(
    roots: Iterable[UUID] | sa.BindParameter[UUID], county: sa.SQLColumnExpression[UUID]
) -> sa.ColumnElement[bool]:
    """Return the predicate: one of the roots lies in this county, or above it."""
    above = sa.exists().where(_TOP.c.id == county, _TOP.c.path.like(_ROOT.c.path + "%"))
    given = roots if isinstance(roots, sa.BindParameter) else list(roots)
    return sa.exists().where(_ROOT.c.id.in_(given), (_ROOT.c.county_id == county) | above)


# Made once: naming a table anew copies all its columns, and every step asks whose cycle it is.
_ROOT, _TOP = organizations.alias(), organizations.alias()


async def add(session: AsyncSession, stored: StoredPolicy) -> None:
    """Insert a draft."""
    session.add(_row(stored))
    await session.flush()


async def save(session: AsyncSession, stored: StoredPolicy) -> StoredPolicy:
    """Write a draft back with its version raised by one."""
    row = _row(stored)
    row.version += 1
    await session.merge(row)
    await session.flush()
    return _stored(row)


async def find(session: AsyncSession, policy_id: UUID, roots: Iterable[UUID]) -> StoredPolicy:
    """Return a policy of a county that one of the roots belongs to; NotFound otherwise."""
    statement = _select().where(
        col(PolicyRow.id) == policy_id, of_county(roots, col(PolicyRow.county_id))
    )
    return _one((await session.execute(statement)).one_or_none())


async def lock(session: AsyncSession, policy_id: UUID) -> StoredPolicy:
    """Return a policy and hold it until the transaction ends; NotFound otherwise."""
    statement = _select().where(col(PolicyRow.id) == policy_id).with_for_update(of=PolicyRow)
    return _one((await session.execute(statement)).one_or_none())


async def earlier(session: AsyncSession, stored: StoredPolicy) -> StoredPolicy | None:
    """Return the county's edition of this code that was published last before; None if none."""
    statement = _select().where(
        col(PolicyRow.county_id) == stored.county_id,
        col(PolicyRow.code) == stored.policy.code,
        col(PolicyRow.id) != stored.id,
        col(PolicyRow.state) == PolicyState.PUBLISHED,
    )
    if stored.published_at is not None:
        statement = statement.where(col(PolicyRow.published_at) < stored.published_at)
    newest = statement.order_by(col(PolicyRow.published_at).desc(), col(PolicyRow.id)).limit(1)
    found = (await session.execute(newest)).one_or_none()
    return None if found is None else _one(found)


async def policy(session: AsyncSession, policy_id: UUID, content_hash: str) -> Policy:
    """Return what a published policy says; kept in memory by its hash."""
    if content_hash not in _published:
        row = await session.get(PolicyRow, policy_id)
        if row is None or row.hash != content_hash:
            raise _missing()
        _keep(_published, content_hash, Policy.model_validate(row.document))
    return _published[content_hash]


async def plan(session: AsyncSession, policy_id: UUID, content_hash: str) -> Plan:
    """Return a published policy compiled; kept in memory by its hash."""
    if content_hash not in _plans:
        _keep(_plans, content_hash, compile_policy(await policy(session, policy_id, content_hash)))
    return _plans[content_hash]


async def page(
    session: AsyncSession,
    roots: Iterable[UUID],
    *,
    drafts: bool,
    after: UUID | None,
    limit: int,
) -> list[StoredPolicy]:
    """Return policies of the roots' counties, newest first; drafts only where asked for."""
    statement = _listed(roots, drafts=drafts)
    if after is not None:
        statement = statement.where(col(PolicyRow.id) < after)
    rows = await session.execute(statement.order_by(col(PolicyRow.id).desc()).limit(limit))
    return [_stored(row, superseded=superseded) for row, superseded in rows]


async def count(session: AsyncSession, roots: Iterable[UUID], *, drafts: bool) -> int:
    """Return how many policies `page` would list in all."""
    listed = _listed(roots, drafts=drafts).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(listed)) or 0


async def is_published(session: AsyncSession, county_id: UUID, code: str, edition: str) -> bool:
    """Whether the county has already published this edition of this policy.

    Holds the county's editions until the transaction ends, so that the answer stays true.
    """
    key = sa.func.hashtextextended(f"editions:{county_id}", 0)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
    statement = sa.select(sa.literal(1)).where(
        col(PolicyRow.county_id) == county_id,
        col(PolicyRow.code) == code,
        col(PolicyRow.edition) == edition,
        col(PolicyRow.state) == PolicyState.PUBLISHED,
    )
    return await session.scalar(statement) is not None


def _select() -> sa.Select[PolicyRow, bool]:
    """Select policies, each with whether a later edition of its code is published."""
    later = aliased(PolicyRow)
    superseded = sa.exists().where(
        col(later.county_id) == col(PolicyRow.county_id),
        col(later.code) == col(PolicyRow.code),
        col(later.state) == PolicyState.PUBLISHED,
        col(later.published_at) > col(PolicyRow.published_at),
    )
    return sa.select(PolicyRow, superseded)


def _listed(roots: Iterable[UUID], *, drafts: bool) -> sa.Select[PolicyRow, bool]:
    statement = _select().where(of_county(roots, col(PolicyRow.county_id)))
    if drafts:
        return statement
    return statement.where(col(PolicyRow.state) == PolicyState.PUBLISHED)


def _keep(kept: dict[str, T], content_hash: str, value: T) -> None:
    while len(kept) >= _KEPT:
        kept.pop(next(iter(kept)))
    kept[content_hash] = value


def _one(found: sa.Row[PolicyRow, bool] | None) -> StoredPolicy:
    if found is None:
        raise _missing()
    row, superseded = found
    return _stored(row, superseded=superseded)


def _missing() -> NotFound:
    return NotFound("没有找到这个方案，请核对编号。", "No such policy.")


def _stored(row: PolicyRow, *, superseded: bool = False) -> StoredPolicy:
    return StoredPolicy(
        id=row.id,
        county_id=row.county_id,
        state=PolicyState.SUPERSEDED if superseded else PolicyState(row.state),
        version=row.version,
        text=row.text,
        policy=Policy.model_validate(row.document),
        hash=row.hash,
        preset=row.preset,
        created_at=row.created_at,
        published_at=row.published_at,
        published_by=row.published_by,
        published_by_person=row.published_by_person,
    )


def _row(stored: StoredPolicy) -> PolicyRow:
    return PolicyRow(
        id=stored.id,
        county_id=stored.county_id,
        code=stored.policy.code,
        edition=stored.policy.edition,
        title=stored.policy.title,
        state=stored.state,
        version=stored.version,
        text=stored.text,
        document=stored.policy.model_dump(mode="json"),
        hash=stored.hash,
        preset=stored.preset,
        created_at=stored.created_at,
        published_at=stored.published_at,
        published_by=stored.published_by,
        published_by_person=stored.published_by_person,
    )
