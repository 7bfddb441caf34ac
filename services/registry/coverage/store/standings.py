"""The SQL of units as they stood on a day: the 明细账 and its sums."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.coverage.domain.reports import Tally
from services.registry.coverage.domain.states import LEAST_MEMBERS, Cover, Standing, State
from services.registry.coverage.domain.units import Unit, UnitKind
from services.registry.coverage.tables import CoverageStateRow, CoverageUnitRow
from services.registry.organizations.domain.scope import Reach
from services.registry.organizations.store import within
from services.registry.organizations.store.periods import valid
from services.registry.organizations.tables import OrganizationRow, OrganizationVersionRow
from services.registry.tables import columns
from shared.contracts.registry import OrganizationKind

_unit, _place, _branch = CoverageUnitRow, OrganizationRow, OrganizationVersionRow
_UNIT, _STATE = columns(CoverageUnitRow), columns(CoverageStateRow)
Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Filter:
    """Which units a ledger shows, as of a day; all given conditions hold together."""

    reach: Reach
    as_of: date
    under: str | None = None
    kind: UnitKind | None = None
    cover: Cover | None = None
    qualifying: bool | None = None


class _Day:
    """The rows of a day: each unit with its state, its place, and its branch if that exists."""

    def __init__(self, as_of: date) -> None:
        row = CoverageStateRow
        self.state = (
            sa.select(*_STATE)
            .where(col(row.unit_id) == col(_unit.id), col(row.valid_from) <= as_of)
            .order_by(col(row.valid_from).desc(), col(row.id).desc())
            .limit(1)
            .lateral("state")
        )
        covering = col(_branch.organization_id) == self.state.c.branch_id
        ended = col(_unit.ended_on)
        self.rows = (
            sa.join(_unit, _place, col(_place.id) == col(_unit.organization_id))
            .join(self.state, sa.true())
            .outerjoin(_branch, covering & valid(as_of))
        )
        self.counted = ended.is_(None) | (ended > as_of)
        self.cover = sa.case(
            (col(_branch.kind).is_(None), Cover.NONE.value),
            (col(_branch.kind) == OrganizationKind.JOINT_BRANCH.value, Cover.JOINT.value),
            else_=Cover.OWN.value,
        )
        self.qualifies = self.state.c.members >= LEAST_MEMBERS

    def shown(self, statement: Rows, wanted: Filter) -> Rows:
        """Narrow a statement over the day's rows to what is wanted."""
        conditions = [self.counted, within(wanted.reach)]
        if wanted.under is not None:
            conditions.append(col(_place.path).like(f"{wanted.under}%"))
        if wanted.kind is not None:
            conditions.append(col(_unit.kind) == wanted.kind.value)
        if wanted.cover is not None:
            conditions.append(self.cover == wanted.cover.value)
        if wanted.qualifying is not None:
            conditions.append(self.qualifies.is_(wanted.qualifying))
        return statement.select_from(self.rows).where(*conditions)


async def listed(
    session: AsyncSession, wanted: Filter, after: UUID | None, limit: int
) -> list[Standing]:
    """Return up to `limit + 1` units after an id, each as it stood on the day."""
    day = _Day(wanted.as_of)
    own = [column.label(f"unit_{column.name}") for column in _UNIT]
    then = [day.state.c[column.name].label(f"state_{column.name}") for column in _STATE]
    statement = day.shown(sa.select(*own, *then, day.cover.label("cover")), wanted)
    if after is not None:
        statement = statement.where(col(_unit.id) > after)
    rows = await session.execute(statement.order_by(col(_unit.id)).limit(limit + 1))
    return [_standing(row) for row in rows]


def _standing(row: sa.Row[*tuple[Any, ...]]) -> Standing:
    found = row._mapping  # noqa: SLF001 -- its public name
    unit = {column.name: found[f"unit_{column.name}"] for column in _UNIT}
    state = {column.name: found[f"state_{column.name}"] for column in _STATE}
    return Standing(
        Unit(**unit | {"kind": UnitKind(unit["kind"])}), State(**state), Cover(row.cover)
    )


async def tallies(session: AsyncSession, wanted: Filter) -> list[tuple[str, Tally]]:
    """Return what the wanted units add up to in each place, by the place's path."""
    day = _Day(wanted.as_of)
    kind = col(_unit.kind)

    def number(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(which)

    sums = (
        sa.func.count(),
        number(kind == UnitKind.ENTERPRISE.value),
        number(kind == UnitKind.SOCIAL_ORGANIZATION.value),
        sa.func.sum(day.state.c.employees),
        sa.func.sum(day.state.c.members),
        number(day.qualifies),
        number(day.cover == Cover.OWN.value),
        number(day.cover == Cover.JOINT.value),
        number(day.qualifies & (day.cover == Cover.NONE.value)),
    )
    statement = day.shown(sa.select(col(_place.path), *sums), wanted)
    rows = await session.execute(statement.group_by(col(_place.path)))
    return [(path, Tally(*(int(each) for each in numbers))) for path, *numbers in rows]


async def counties_with_ledger(
    session: AsyncSession, counties: Iterable[UUID], as_of: date
) -> set[UUID]:
    """Return those of the counties in which anybody has kept the ledger up to a day."""
    state = CoverageStateRow
    statement = (
        sa.select(col(state.county_id))
        .where(col(state.county_id).in_(set(counties)), col(state.valid_from) <= as_of)
        .distinct()
    )
    return set(await session.scalars(statement))
