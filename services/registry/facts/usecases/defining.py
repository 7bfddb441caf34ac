"""The catalogue: read it, and let a county add facts of its own."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.facts.domain.catalogue import (
    KEEPERS,
    Definition,
    DefinitionInvalid,
    Frequency,
    check_definition,
)
from services.registry.facts.store import catalogue as store
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from shared.caller import Role
from shared.context import Context, Work
from shared.contracts.registry import Tier
from shared.errors import Fault, OutOfScope, Text, require_version
from shared.tables import new_id


@dataclass(frozen=True)
class Draft:
    """A fact that a county wants to keep beside the shipped ones."""

    code: str
    name: str
    unit: str
    decimals: int
    minimum: int
    maximum: int
    every: Frequency
    tiers: tuple[Tier, ...]
    filled_by: Role | None = None
    department: str | None = None


async def read(ctx: Context, county_id: UUID | None) -> list[Definition]:
    """Return the shipped definitions and those of a county, or of all counties in sight."""
    async with ctx.read() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller))
        counties = {UUID(path.split("/")[1]) for path in reach.paths}
        if county_id is not None:
            county = await organizations.find(work.session, county_id)
            seen = reach.everywhere or county.id in counties
            counties = {county.id} if seen else set()
        return [*store.shipped(), *await store.own(work.session, counties)]


async def define(ctx: Context, county_id: UUID, draft: Draft) -> Definition:
    """Add a fact of a county's own."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        county = await organizations.require_within(
            work.session, sight_of(ctx.caller, *KEEPERS), county_id
        )
        if county.county_id != county.id:
            raise OutOfScope(
                f"“{county.name}”不是县委，自设数据以县为单位，请填写县委的组织编号。",
                "Facts are defined for a county: name its committee.",
            )
        made = Definition(**vars(draft), id=new_id(), county_id=county_id)
        check_definition(made)
        await store.add(work.session, made)
        await _record(work, "fact_definition.create", made)
    return made


async def change(
    ctx: Context, definition_id: UUID, version: int, changes: dict[str, Any]
) -> Definition:
    """Change name, bounds, rhythm or filler; unit and decimals stay, or old values would lie."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        before = await _to_change(work, definition_id)
        require_version(version, before.version)
        after = replace(before, **changes)
        check_definition(after)
        after = await store.update(work.session, after)
        await _record(work, "fact_definition.change", after)
    return after


async def retire(ctx: Context, definition_id: UUID, on: date) -> Definition:
    """Stop asking for a fact: from that day on no value may begin; what was entered stays."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        before = await _to_change(work, definition_id)
        if before.retired_on is not None:
            raise DefinitionInvalid(
                f"“{before.name}”已自 {before.retired_on} 起停用，不必再次停用。",
                f"It is retired from {before.retired_on} already.",
                faults=(Fault("/body/retired_on", Text("已经停用", "retired already")),),
            )
        after = await store.update(work.session, replace(before, retired_on=on))
        await _record(work, "fact_definition.retire", after)
    return after


async def _to_change(work: Work, definition_id: UUID) -> Definition:
    found = await store.find(work.session, definition_id)
    if found.county_id is not None:
        sight = sight_of(work.caller, *KEEPERS)
        await organizations.require_within(work.session, sight, found.county_id)
    return found


async def _record(work: Work, action: str, after: Definition) -> None:
    if after.id is not None:
        said = {"code": after.code, "version": after.version, "retired_on": str(after.retired_on)}
        await work.audit(action, "fact_definition", after.id, county_id=after.county_id, after=said)
