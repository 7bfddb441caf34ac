"""Units come into the ledger, are corrected, and leave it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.coverage.domain import units as domain
from services.registry.coverage.domain.units import KEEPERS, Unit, UnitEnded, UnitKind, rejected
from services.registry.coverage.store import states
from services.registry.coverage.store import units as store
from services.registry.coverage.usecases.reading import History, history
from services.registry.coverage.usecases.recording import Said, faults_of, state_of, to_change
from services.registry.divisions import store as divisions
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import DatesInvalid, Organization
from shared.context import Context, Work
from shared.errors import Fault, Text, require_version
from shared.tables import new_id


@dataclass(frozen=True)
class Draft:
    """A unit as it is named; `division_code` is the code that its division has now."""

    organization_id: UUID
    kind: UnitKind
    name: str
    credit_code: str | None
    division_code: str | None


async def register(ctx: Context, draft: Draft, said: Said, *, generated: bool = False) -> History:
    """Bring a unit into the ledger with what is known of it from a day on."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        place = await _place(work, draft)
        unit = Unit(
            id=new_id(),
            county_id=place.county_id or place.id,
            generated=generated,
            **await _named(work, draft),
        )
        state = state_of(work, unit, said)
        await store.lock_county(work.session, unit.county_id)
        faults = await _faults(work, unit, draft) + await faults_of(work, unit, state)
        if faults:
            raise rejected(faults)
        await store.add(work.session, [unit])
        await states.add(work.session, [state])
        await _record(work, "coverage.register", unit)
        return await history(work, unit)


async def correct(ctx: Context, unit_id: UUID, version: int, draft: Draft) -> History:
    """Correct what a unit is called and where it lies; the version must be the stored one."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        before = await to_change(work, unit_id)
        require_version(version, before.version)
        place = await _place(work, draft)
        named = await _named(work, draft)
        after = replace(before, version=version + 1, **named)
        faults = await _faults(work, after, draft)
        if (place.county_id or place.id) != before.county_id:
            text = Text("不能移到别的县，请在那里另行登记", "it lies in another county")
            faults.append(Fault("/body/organization_id", text))
        if faults:
            raise rejected(faults)
        await store.update(work.session, after)
        await _record(work, "coverage.correct", after, before)
        return await history(work, after)


async def end(ctx: Context, unit_id: UUID, ended_on: date, reason: str) -> History:
    """Let a unit leave the ledger; `ended_on` is the first day on which it is not counted."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        before = await to_change(work, unit_id)
        if before.ended_on is not None:
            raise UnitEnded(
                f"该单位已于 {before.ended_on} 注销，不必重复办理。",
                f"The unit ended on {before.ended_on}.",
            )
        known = await states.of_units(work.session, [unit_id])
        last = max(state.valid_from for state in known[unit_id])
        if ended_on <= last or ended_on > work.moment.today:
            raise DatesInvalid(
                f"注销日期应晚于最后一次登记的 {last}，且不晚于今天，请改正。",
                f"It must lie after {last}, the last entry, and not in the future.",
                faults=(Fault("/body/ended_on", Text("请改正此项", "correct this")),),
            )
        after = replace(before, ended_on=ended_on, version=before.version + 1)
        await store.update(work.session, after)
        await _record(work, "coverage.end", after, before, reason)
        return await history(work, after)


async def _place(work: Work, draft: Draft) -> Organization:
    sight = sight_of(work.caller, *KEEPERS)
    return await organizations.require_within(work.session, sight, draft.organization_id)


async def _named(work: Work, draft: Draft) -> dict[str, Any]:
    named = {name: value for name, value in vars(draft).items() if name != "division_code"}
    found = None
    if draft.division_code is not None:
        found = await divisions.by_code(work.session, draft.division_code)
    return named | {"division_id": found.id if found else None}


async def _faults(work: Work, unit: Unit, draft: Draft) -> list[Fault]:
    codes = [unit.credit_code] if unit.credit_code else []
    others = await store.alike(work.session, [unit.county_id], [unit.organization_id], codes)
    found = [*domain.twins(unit, others)]
    if wrong := domain.wrong_code(unit.credit_code):
        found.append(("credit_code", wrong))
    if draft.division_code is not None and unit.division_id is None:
        found.append(("division_code", Text("没有登记这个区划，请核对代码", "no such division")))
    return [Fault(f"/body/{field}", text) for field, text in found]


async def _record(
    work: Work, action: str, after: Unit, before: Unit | None = None, reason: str | None = None
) -> None:
    await work.audit(
        action,
        "coverage_unit",
        after.id,
        county_id=after.county_id,
        before=_said(before) if before else None,
        after=_said(after),
        reason=reason,
    )


def _said(unit: Unit) -> dict[str, Any]:
    kept = ("organization_id", "kind", "name", "credit_code", "division_id", "ended_on")
    values = {name: getattr(unit, name) for name in kept}
    return {name: None if value is None else str(value) for name, value in values.items()}
