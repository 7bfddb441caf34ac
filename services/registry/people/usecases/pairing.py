"""Pairing a strong branch with a weak one, and ending it."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from services.registry.people.domain.pairs import KEEPERS, Pair, PairEnded, PairUnfit, check_apart
from services.registry.people.store import pairs as store
from services.registry.people.store import terms
from services.registry.people.usecases.checking import check_days, check_exists
from shared.context import Context, Work
from shared.errors import Fault, Text
from shared.tables import new_id


@dataclass(frozen=True)
class Draft:
    """Two organizations to be paired."""

    strong_id: UUID
    weak_id: UUID
    starts_on: date
    ends_on: date | None
    purpose: str
    reason: str


async def pair(ctx: Context, draft: Draft) -> Pair:
    """Pair two organizations of one county; the caller keeps both."""
    ctx.caller.require(*KEEPERS)
    check_days(draft.starts_on, draft.ends_on)
    async with ctx.work() as work:
        sight = sight_of(ctx.caller, *KEEPERS)
        strong = await organizations.require_within(work.session, sight, draft.strong_id)
        weak = await organizations.require_within(work.session, sight, draft.weak_id)
        if strong.id == weak.id or strong.county_id != weak.county_id:
            raise PairUnfit(
                "结对的应是同一个县的两个不同组织，请改选。",
                "A pair is two organizations of one county.",
                faults=(Fault("/body/weak_id", Text("请改选", "choose another")),),
            )
        for place in (strong, weak):
            check_exists(place, draft.starts_on, "starts_on")
        await terms.lock_organizations(work.session, [strong.id, weak.id])
        made = Pair(
            id=new_id(),
            county_id=strong.county_id or strong.id,
            entered_by=ctx.caller.user_id,
            entered_at=work.moment.real,
            **vars(draft),
        )
        check_apart(made, await store.of_two(work.session, strong.id, weak.id))
        await store.add(work.session, made)
        await _record(work, "pair.begin", made, made.reason)
    return made


async def _record(work: Work, action: str, pair: Pair, reason: str) -> None:
    said = {
        "strong_id": str(pair.strong_id),
        "weak_id": str(pair.weak_id),
        "starts_on": pair.starts_on.isoformat(),
        "ends_on": pair.ends_on.isoformat() if pair.ends_on else None,
    }
    await work.audit(action, "pair", pair.id, county_id=pair.county_id, after=said, reason=reason)


async def end(ctx: Context, pair_id: UUID, ends_on: date, reason: str) -> Pair:
    """End a pair, with the reason; `ends_on` is its last day."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller, *KEEPERS))
        before = await store.find(work.session, reach, pair_id)
        if before.ends_on is not None and before.ends_on <= ends_on:
            raise PairEnded(
                f"这个结对已定于 {before.ends_on} 结束，不能延后；继续结对请另行登记。",
                f"It ends on {before.ends_on}: enter another one instead.",
            )
        check_days(before.starts_on, ends_on)
        after = replace(before, ends_on=ends_on, end_reason=reason, version=before.version + 1)
        await store.update(work.session, after)
        await _record(work, "pair.end", after, reason)
    return after


async def list_pairs(
    ctx: Context, under: UUID | None, as_of: date | None, after: UUID | None, limit: int
) -> list[Pair]:
    """Return up to `limit + 1` pairs of which one lies within the caller's part of the tree."""
    async with ctx.read() as work:
        sight = sight_of(ctx.caller)
        root = None
        if under is not None:
            root = await organizations.require_within(work.session, sight, under)
        reach = await organizations.reach(work.session, sight)
        shown = store.Filter(reach, root.path if root else None, as_of)
        return await store.listed(work.session, shown, after, limit)


async def read(ctx: Context, pair_id: UUID) -> Pair:
    """Return a pair of which one lies within the caller's part of the tree."""
    async with ctx.read() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller))
        return await store.find(work.session, reach, pair_id, lock=False)
