"""The catalogue: the shipped definitions of `presets/catalogue.yaml`, and the SQL of counties' own.

The shipped file is no database: it travels with the code that reads it.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ruamel.yaml import YAML
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.facts.domain.catalogue import (
    Catalogue,
    Definition,
    DefinitionExists,
    DefinitionUnknown,
    Frequency,
)
from services.registry.facts.tables import FactDefinitionRow
from services.registry.tables import columns
from shared.caller import Role
from shared.contracts.registry import Tier

_PRESET = Path(__file__).parents[1] / "presets" / "catalogue.yaml"
_row = FactDefinitionRow
_columns = columns(FactDefinitionRow)


@cache
def shipped() -> tuple[Definition, ...]:
    """Return the definitions that every county has, in the order of the file."""
    entries = YAML(typ="safe").load(_PRESET.read_text(encoding="utf-8"))
    return tuple(_definition(each) for each in entries)


def _definition(values: dict[str, Any]) -> Definition:
    filled_by = values.get("filled_by")
    enums = {
        "every": Frequency(values["every"]),
        "tiers": tuple(Tier(each) for each in values["tiers"]),
        "filled_by": Role(filled_by) if filled_by else None,
    }
    return Definition(**values | enums)


def _values(definition: Definition) -> dict[str, Any]:
    return {column.name: getattr(definition, column.name) for column in _columns} | {
        "tiers": list(definition.tiers)
    }


async def catalogue(session: AsyncSession, counties: Iterable[UUID | None]) -> Catalogue:
    """Return what may be filled in and read in these counties."""
    ids = {each for each in counties if each is not None}
    return Catalogue(shipped(), await own(session, ids))


async def own(session: AsyncSession, counties: Iterable[UUID]) -> list[Definition]:
    """Return what these counties have defined for themselves, by code."""
    statement = sa.select(*_columns).where(col(_row.county_id).in_(set(counties)))
    rows = await session.execute(statement.order_by(col(_row.code), col(_row.county_id)))
    return [_definition(dict(row._mapping)) for row in rows]  # noqa: SLF001 -- its public name


async def find(session: AsyncSession, definition_id: UUID) -> Definition:
    """Return a county's definition, locked for change; DefinitionUnknown otherwise."""
    statement = sa.select(*_columns).where(col(_row.id) == definition_id).with_for_update()
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise DefinitionUnknown(
            "本县目录中没有这一项；系统自带的目录项不能修改，请另设一项。",
            "No such definition of the county; shipped ones cannot be changed.",
        )
    return _definition(dict(row._mapping))  # noqa: SLF001 -- its public name


async def add(session: AsyncSession, definition: Definition) -> None:
    """Insert a county's definition; DefinitionExists when its code is taken."""
    statement = insert(_row).values(_values(definition)).on_conflict_do_nothing()
    done = await session.execute(statement.returning(col(_row.id)))
    if done.one_or_none() is None:
        raise DefinitionExists(
            f"本县已有代码“{definition.code}”，请换一个代码，或修改原有的一项。",
            f"The county has a definition {definition.code}: change it, or take another code.",
        )


async def update(session: AsyncSession, definition: Definition) -> Definition:
    """Write a definition as it now is, one version on."""
    after = replace(definition, version=definition.version + 1)
    statement = sa.update(_row).where(col(_row.id) == after.id)
    await session.execute(statement.values(_values(after)))
    return after
