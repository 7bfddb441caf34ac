"""Sparing a branch a kind of meeting, for a time and with a reason."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.life.domain.exemptions import DECIDERS, Exemption, ExemptionEnded
from services.registry.life.domain.rhythm import Kind
from services.registry.life.store import exemptions as store
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.organizations.domain.tree import DatesInvalid
from shared.context import Context, Work
from shared.errors import Fault, Text
from shared.tables import new_id


@dataclass(frozen=True)
class Draft:
    """What a branch is to be spared, and why."""

    organization_id: UUID
    kind: Kind
    valid_from: date
    valid_until: date | None
    reason: str


async def exempt(ctx: Context, draft: Draft) -> Exemption:
    """Spare a branch a kind of meeting; both dates are inclusive."""
    ctx.caller.require(*DECIDERS)
    _check(draft.valid_from, draft.valid_until)
    async with ctx.work() as work:
        place = await organizations.require_within(
            work.session, sight_of(ctx.caller, *DECIDERS), draft.organization_id
        )
        made = Exemption(
            id=new_id(),
            county_id=place.county_id or place.id,
            decided_by=ctx.caller.user_id,
            decided_at=work.moment.real,
            **vars(draft),
        )
        await store.add(work.session, made)
        await _record(work, "life_exemption.create", made)
    return made


def _check(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise DatesInvalid(
            f"结束日期不能早于开始日期 {first}，请改正。",
            "It cannot end before it begins.",
            faults=(Fault("/body/valid_until", Text("早于开始日期", "too early")),),
        )


async def end(ctx: Context, exemption_id: UUID, valid_until: date) -> Exemption:
    """End an exemption; `valid_until` is its last day."""
    ctx.caller.require(*DECIDERS)
    async with ctx.work() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller, *DECIDERS))
        before = await store.find(work.session, reach, exemption_id)
        if before.valid_until is not None and before.valid_until <= valid_until:
            raise ExemptionEnded(
                f"这项免开已于 {before.valid_until} 结束，不能延后；仍需免开请另行登记。",
                f"It ended on {before.valid_until}: register another one instead.",
            )
        _check(before.valid_from, valid_until)
        after = replace(before, valid_until=valid_until)
        await store.update(work.session, after)
        await _record(work, "life_exemption.end", after)
    return after


async def _record(work: Work, action: str, after: Exemption) -> None:
    said = {"kind": after.kind.value, "from": str(after.valid_from), "to": str(after.valid_until)}
    await work.audit(
        action,
        "organization",
        after.organization_id,
        county_id=after.county_id,
        after=said,
        reason=after.reason,
    )


async def list_exemptions(
    ctx: Context, under: UUID, after: UUID | None, limit: int
) -> list[Exemption]:
    """Return up to `limit + 1` exemptions below an organization, ended ones too."""
    async with ctx.read() as work:
        sight = sight_of(ctx.caller)
        root = await organizations.require_within(work.session, sight, under)
        reach = await organizations.reach(work.session, sight)
        return await store.listed(work.session, reach, root.path, after, limit)
