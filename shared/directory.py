"""The few fields of every organization that scoring and notifications keep for scoping.

`organization.changed` only wakes `pull`, and cron pulls too: registry's change feed is the
truth, this table follows it. Subtrees are path prefixes.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clients.registry import Registry
from shared.context import Context
from shared.contracts.registry import ChangePage, OrganizationRecord
from shared.errors import NotFound, OutOfScope
from shared.tables import PLUMBING

organizations = sa.Table(
    "organizations",
    PLUMBING,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("parent_id", sa.Uuid, index=True),
    sa.Column("county_id", sa.Uuid, index=True),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("sector", sa.Text, nullable=False),
    sa.Column("tier", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("short_name", sa.Text, nullable=False),
    sa.Column("division_code", sa.Text),
    sa.Column("founded_on", sa.Date, nullable=False),
    sa.Column("dissolved_on", sa.Date),
    sa.Column("successor_id", sa.Uuid),
    sa.Column("sort", sa.Integer, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Index("ix_organizations_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
)

# One row, id 1: how far the change feed has been read.
feed_position = sa.Table(
    "feed_position",
    PLUMBING,
    sa.Column("id", sa.SmallInteger, primary_key=True),
    sa.Column("cursor", sa.Text),
)


async def pull(ctx: Context) -> None:
    """Follow registry's change feed to its end, in transactions of its own.

    A job of scoring and of notifications, and the first step of what must not miss a change.
    """
    own = ctx.apart()
    client = own.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    async with own.read() as work:
        cursor = await work.session.scalar(_POSITION)
    while True:
        page = await client.changes(cursor)
        if not page.items:
            return
        async with own.work() as work:
            cursor = await _advance(work.session, cursor, page)


_POSITION = sa.select(feed_position.c.cursor)
# Any fixed number: one puller of a service writes at a time.
_LOCK = 20_260_101


async def _advance(session: AsyncSession, read_after: str | None, page: ChangePage) -> str | None:
    """Save a page and return its end, or where another puller has got to in the meantime."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    reached: str | None = await session.scalar(_POSITION)
    if reached != read_after:
        return reached
    await save(session, [change.organization for change in page.items])
    end = page.items[-1].cursor
    position = insert(feed_position).values(id=1, cursor=end)
    await session.execute(
        position.on_conflict_do_update(index_elements=["id"], set_={"cursor": end})
    )
    return end


async def save(session: AsyncSession, records: Iterable[OrganizationRecord]) -> None:
    """Insert or replace the kept fields of these organizations; the last of a page wins."""
    names = set(organizations.c.keys())
    rows = {record.id: record.model_dump(include=names) for record in records}
    if not rows:
        return
    statement = insert(organizations)
    replaced = {name: statement.excluded[name] for name in names - {"id"}}
    await session.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=replaced), list(rows.values())
    )


async def find(session: AsyncSession, organization_id: UUID) -> OrganizationRecord:
    """Return one organization; NotFound where it is unknown or deleted."""
    return (await _found(session, organization_id, sa.true()))[0]


async def _found(
    session: AsyncSession, organization_id: UUID, condition: sa.ColumnElement[bool]
) -> tuple[OrganizationRecord, bool]:
    statement = sa.select(organizations, condition.label("holds")).where(
        organizations.c.id == organization_id, organizations.c.deleted.is_(False)
    )
    row = (await session.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("没有找到这个组织，请核对后再试。", "No such organization.")
    return OrganizationRecord.model_validate(dict(row)), bool(row["holds"])


async def below(
    session: AsyncSession, root_id: UUID, *, on: date | None = None
) -> list[OrganizationRecord]:
    """Return an organization and all below it, in the order of their paths.

    With `on`, only those that exist on that date.
    """
    statement = sa.select(organizations).where(
        within([root_id], organizations.c.path), organizations.c.deleted.is_(False)
    )
    if on is not None:
        dissolved = organizations.c.dissolved_on
        statement = statement.where(
            organizations.c.founded_on <= on, dissolved.is_(None) | (dissolved > on)
        )
    rows = await session.execute(statement.order_by(organizations.c.path))
    return [OrganizationRecord.model_validate(dict(row)) for row in rows.mappings()]


def within(roots: Iterable[UUID], path: sa.SQLColumnExpression[str]) -> sa.ColumnElement[bool]:
    """Return the predicate: `path` lies in the subtree of one of the roots (roots included)."""
    root = organizations.alias()
    prefix = sa.select(sa.literal(1)).where(
        root.c.id.in_(list(roots)), path.like(root.c.path + sa.literal("%"))
    )
    return sa.exists(prefix)


async def require_within(
    session: AsyncSession, roots: Iterable[UUID], organization_id: UUID
) -> OrganizationRecord:
    """Return the organization if it lies below one of the roots; raise OutOfScope otherwise."""
    inside = within(roots, organizations.c.path)
    found, holds = await _found(session, organization_id, inside)
    if not holds:
        raise OutOfScope(
            f"“{found.name}”不在您的管辖范围内，请换用该单位或其上级的账号办理。",
            f"{found.name} is outside the part of the tree you are responsible for.",
        )
    return found
