"""The SQL of brand projects and their stages."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.brands.domain import BrandRuns, BrandUnknown, Project, Stage
from services.registry.brands.tables import BrandProjectRow, BrandStageRow
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.tables import OrganizationRow
from services.registry.tables import columns

_row, _stage = BrandProjectRow, BrandStageRow
_columns = columns(BrandProjectRow)
Rows = sa.Select[*tuple[Any, ...]]


def _project(row: sa.Row[*tuple[Any, ...]]) -> Project:
    return Project(**row._mapping)  # noqa: SLF001 -- its public name


def _placed() -> Rows:
    place = OrganizationRow
    statement: Rows = sa.select(*_columns).select_from(_row)
    return statement.join(place, col(place.id) == col(_row.organization_id))


async def add(session: AsyncSession, project: Project) -> None:
    """Insert a project; BrandRuns when the branch has one that is not concluded."""
    statement = insert(_row).values(vars(project)).on_conflict_do_nothing()
    if (await session.execute(statement.returning(col(_row.id)))).one_or_none() is None:
        raise BrandRuns(
            "一个支部一个品牌：该支部已有在办的项目，请先结项，再登记新的。",
            "One branch, one project: conclude the running one first.",
        )


async def find(
    session: AsyncSession, seen: Reach, project_id: UUID, *, for_change: bool = False
) -> Project:
    """Return a project within reach; BrandUnknown otherwise."""
    statement = _placed().where(col(_row.id) == project_id, within(seen))
    if for_change:
        statement = statement.with_for_update(of=_row)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise BrandUnknown(
            "没有找到这个品牌项目，请在列表中查找。", "No such project: look it up in the list."
        )
    return _project(row)


async def update(session: AsyncSession, project: Project) -> None:
    """Write a project as it now is."""
    statement = sa.update(_row).where(col(_row.id) == project.id)
    await session.execute(statement.values(vars(project)))


async def listed(
    session: AsyncSession,
    seen: Reach,
    page: tuple[UUID | None, int],
    under: str | None = None,
    running_on: date | None = None,
) -> list[Project]:
    """Return up to `limit + 1` projects after an id; those only that were running on a day."""
    after, limit = page
    statement = _placed().where(within(seen))
    if under is not None:
        statement = statement.where(col(OrganizationRow.path).like(f"{under}%"))
    if running_on is not None:
        ended = col(_row.ended_on)
        running = col(_row.begun_on) <= running_on, ended.is_(None) | (ended >= running_on)
        statement = statement.where(*running)
    if after is not None:
        statement = statement.where(col(_row.id) > after)
    rows = await session.execute(statement.order_by(col(_row.id)).limit(limit + 1))
    return [_project(row) for row in rows]


async def add_stage(session: AsyncSession, stage: Stage) -> None:
    """Insert a stage."""
    await session.execute(sa.insert(_stage).values(vars(stage)))


async def stages_of(session: AsyncSession, project_id: UUID) -> list[Stage]:
    """Return the stages of a project in the order of their days."""
    statement = sa.select(*columns(BrandStageRow)).where(col(_stage.project_id) == project_id)
    rows = await session.execute(statement.order_by(col(_stage.reached_on), col(_stage.id)))
    return [Stage(**row._mapping) for row in rows]  # noqa: SLF001 -- its public name


async def stages_reached(
    session: AsyncSession, organizations: Iterable[UUID], first: date, last: date
) -> dict[UUID, int]:
    """Return how many stages each organization reached from the first to the last day."""
    statement = (
        sa.select(col(_row.organization_id), sa.func.count())
        .join(_stage, col(_stage.project_id) == col(_row.id))
        .where(
            col(_row.organization_id).in_(set(organizations)),
            col(_stage.reached_on).between(first, last),
        )
        .group_by(col(_row.organization_id))
    )
    return {place: number for place, number in await session.execute(statement)}  # noqa: C416 -- rows, not pairs


async def counties_with_projects(
    session: AsyncSession, counties: Iterable[UUID], as_of: date
) -> set[UUID]:
    """Return those of the counties in which any branch had begun a project by a day."""
    statement = (
        sa.select(col(_row.county_id))
        .where(col(_row.county_id).in_(set(counties)), col(_row.begun_on) <= as_of)
        .distinct()
    )
    return set(await session.scalars(statement))
