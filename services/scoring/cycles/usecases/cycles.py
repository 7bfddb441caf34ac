"""Drafting, opening, revising, cancelling and reading cycles."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.scoring.cycles import store
from services.scoring.cycles.domain import (
    CYCLE,
    Cycle,
    CycleExists,
    CycleState,
    Facts,
    NoParticipants,
    OnlyDeadlines,
    Participant,
    PolicyNotPublished,
    Schedule,
    Standing,
    check_extension,
    check_schedule,
    fact_codes,
    facts_day,
    freeze,
    plan_schedule,
    require_running,
    with_time_to_determine,
)
from services.scoring.kernel.procedure import Procedure
from services.scoring.policies import store as policies
from services.scoring.policies.domain import PolicyState
from shared import directory
from shared.caller import Role
from shared.clients.registry import Registry
from shared.context import Context, Work
from shared.contracts.registry import Tier
from shared.contracts.scoring import CycleOpened
from shared.errors import require_version
from shared.tables import new_id

_OFFICE = (Role.ORGANIZATION_DEPARTMENT,)
_DRAFT_READERS = (Role.ORGANIZATION_DEPARTMENT, Role.INSPECTOR)
_DATES = ("apply_until", "recommend_until", "review_until", "clear_until", "determine_until")


async def create(ctx: Context, policy_id: UUID, fields: Mapping[str, Any]) -> Cycle:
    """Draft a cycle; deadlines not given follow from the policy's working days."""
    ctx.caller.require(*_OFFICE)
    async with ctx.work() as work:
        session, today = work.session, work.moment.today
        stored = await policies.lock(session, policy_id)
        roots = ctx.caller.organizations(*_OFFICE)
        await directory.require_within(session, roots, stored.county_id)
        await _require_new(work, stored.county_id, fields["year"], policy_id)
        procedure = stored.policy.procedure
        planned = plan_schedule(procedure, today, await store.calendar(session))
        schedule = await _merged(work, procedure, planned, fields)
        check_schedule(schedule, today)
        cycle = Cycle(
            id=new_id(),
            county_id=stored.county_id,
            policy_id=policy_id,
            policy_hash=stored.hash,
            title=fields["title"],
            year=fields["year"],
            state=CycleState.DRAFT,
            version=1,
            snapshot_on=fields["snapshot_on"],
            **asdict(schedule),
            seed=secrets.token_hex(16),
            created_at=work.moment.real,
        )
        await store.add(session, cycle)
        await _audit(work, "cycle.create", cycle)
        return cycle


async def revise(
    ctx: Context, cycle_id: UUID, version: int, fields: Mapping[str, Any], reason: str | None
) -> Cycle:
    """Change a draft freely, or put off deadlines of a running cycle with a reason."""
    async with ctx.work() as work:
        cycle = await _held(work, cycle_id)
        require_version(version, cycle.version)
        require_running(cycle, work.moment)
        stored = await policies.lock(work.session, cycle.policy_id)
        schedule = await _merged(work, stored.policy.procedure, cycle.schedule, fields)
        if cycle.state is CycleState.DRAFT:
            check_schedule(schedule, work.moment.today)
            changed = replace(cycle, state=CYCLE.fire("edit", cycle.state, ctx.caller))
            changed = _with_words(changed, fields)
        else:
            changed = replace(cycle, state=CYCLE.fire("put_off", cycle.state, ctx.caller))
            _require_only_dates(fields, reason)
            check_extension(cycle.schedule, schedule, work.moment.today)
        saved = await store.save(work.session, changed.with_schedule(schedule))
        await _audit(work, "cycle.revise", saved, before=cycle, reason=reason)
        return saved


async def open_cycle(ctx: Context, cycle_id: UUID) -> Cycle:
    """Open a cycle: pin the policy, freeze who takes part, tell everyone."""
    ctx.caller.require(Role.ORGANIZATION_DEPARTMENT)
    await directory.pull(ctx)  # the list that is frozen must miss nobody
    facts = await _known(ctx, cycle_id)
    async with ctx.work() as work:
        session, today = work.session, work.moment.today
        cycle = await _held(work, cycle_id)
        state = CYCLE.fire("open", cycle.state, ctx.caller)
        check_schedule(cycle.schedule, today)
        pinned = await _pinned(work, cycle)
        snapshot = cycle.snapshot_on or today
        opened = replace(pinned, state=state, snapshot_on=snapshot, opened_at=work.moment.real)
        found = await _participants(work, opened, snapshot, facts)
        await store.add_participants(session, found)
        saved = await store.save(session, opened)
        await _audit(work, "cycle.open", saved, before=cycle)
        event = CycleOpened(
            cycle_id=saved.id,
            title=saved.title,
            year=saved.year,
            apply_until=saved.apply_until,
            organization_ids=[each.organization_id for each in found if each.assessed],
        )
        await work.emit(event, saved.id, saved.county_id)
        await _demand(work, saved)
        return saved


async def cancel(ctx: Context, cycle_id: UUID, reason: str) -> Cycle:
    """Cancel a cycle that has not been announced."""
    async with ctx.work() as work:
        cycle = await _held(work, cycle_id)
        require_running(cycle, work.moment)
        state = CYCLE.fire("cancel", cycle.state, ctx.caller)
        saved = await store.save(work.session, replace(cycle, state=state))
        await _audit(work, "cycle.cancel", saved, before=cycle, reason=reason)
        return saved


async def find(ctx: Context, cycle_id: UUID) -> Cycle:
    """Return a cycle of the caller's county; a draft only to the office and the inspector."""
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*Role)
        cycle = await store.find_visible(work.session, cycle_id, roots)
    if cycle.state is CycleState.DRAFT:
        ctx.caller.require(*_DRAFT_READERS)
    return cycle


async def page(ctx: Context, after: UUID | None, limit: int) -> list[Cycle]:
    """Return the cycles of the caller's county, newest first."""
    async with ctx.read() as work:
        return await store.page(
            work.session,
            ctx.caller.organizations(*Role),
            drafts=ctx.caller.has(*_DRAFT_READERS),
            after=after,
            limit=limit,
        )


async def count(ctx: Context) -> int:
    """Return how many cycles `page` lists in all."""
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*Role)
        return await store.count(work.session, roots, drafts=ctx.caller.has(*_DRAFT_READERS))


@dataclass(frozen=True)
class Wanted:
    """Which participants of a cycle are asked for."""

    standing: Standing | None
    township_id: UUID | None


async def participants(
    ctx: Context, cycle_id: UUID, wanted: Wanted, after: UUID | None, limit: int
) -> list[Participant]:
    """Return the frozen participants within the caller's part of the tree."""
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*Role)
        cycle = await store.find_visible(work.session, cycle_id, roots)
        return await store.participants_page(
            work.session,
            cycle.id,
            roots,
            standing=wanted.standing,
            township_id=wanted.township_id,
            after=after,
            limit=limit,
        )


async def participants_count(ctx: Context, cycle_id: UUID, wanted: Wanted) -> int:
    """Return how many participants there are within the caller's part of the tree."""
    async with ctx.read() as work:
        roots = ctx.caller.organizations(*Role)
        cycle = await store.find_visible(work.session, cycle_id, roots)
        return await store.participants_count(
            work.session, cycle.id, roots, wanted.standing, wanted.township_id
        )


async def _held(work: Work, cycle_id: UUID) -> Cycle:
    """Return a cycle that the caller's office is responsible for, locked."""
    work.caller.require(*_OFFICE)
    cycle = await store.lock(work.session, cycle_id)
    roots = work.caller.organizations(*_OFFICE)
    await directory.require_within(work.session, roots, cycle.county_id)
    return cycle


async def _require_new(work: Work, county_id: UUID, year: int, policy_id: UUID) -> None:
    if await store.is_running(work.session, county_id, year, policy_id):
        raise CycleExists(
            f"本县{year}年已有按此方案的周期，请在原周期上修改，或先取消原周期。",
            f"The county has a cycle of this policy for {year}: revise or cancel that one.",
        )


async def _pinned(work: Work, cycle: Cycle) -> Cycle:
    stored = await policies.lock(work.session, cycle.policy_id)
    if stored.state is not PolicyState.PUBLISHED:
        raise PolicyNotPublished(
            "方案还没有发布，或者已被新版代替；请先发布方案，或改用现行的一版，再办理周期。",
            "The policy is not published, or superseded: use the edition in force.",
            policy_id=cycle.policy_id,
        )
    return replace(cycle, policy_hash=stored.hash)


async def _known(ctx: Context, cycle_id: UUID) -> Facts:
    """Return what registry knows now of all branches of the county that may take part."""
    async with ctx.read() as work:
        cycle = await store.find(work.session, cycle_id)
        policy = await store.policy(work.session, cycle)
        records = await directory.below(work.session, cycle.county_id)
        day = facts_day(cycle.year, work.moment.today)
    villages = [each.id for each in records if each.tier is Tier.VILLAGE]
    registry = ctx.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    return await store.known_facts(registry, policy, villages, day)


async def _demand(work: Work, cycle: Cycle) -> None:
    """Let the worker tell registry which facts the cycle asks for, if any."""
    if fact_codes(await store.policy(work.session, cycle)):
        await store.add_demand(work.session, cycle)
        work.wake("tell_demands")


async def _participants(
    work: Work, cycle: Cycle, snapshot: date, facts: Facts
) -> list[Participant]:
    policy = await store.policy(work.session, cycle)
    records = await directory.below(work.session, cycle.county_id)
    found = freeze(cycle.id, cycle.county_id, records, policy.applies_to, snapshot)
    if not any(each.assessed for each in found):
        raise NoParticipants(
            "本县没有符合方案适用范围的支部，请先在组织库登记组织，或修改方案的适用范围。",
            "No branch of the county falls under the policy: register organizations first.",
        )
    return [replace(each, facts=facts.get(each.organization_id, {})) for each in found]


async def _merged(
    work: Work, procedure: Procedure, schedule: Schedule, fields: Mapping[str, Any]
) -> Schedule:
    """Return the schedule with the dates given; the committee's follows the clearances'."""
    given = {name: fields[name] for name in _DATES if fields.get(name) is not None}
    merged = replace(schedule, **given)
    if "determine_until" in given:
        return merged
    calendar = await store.calendar(work.session)
    return with_time_to_determine(merged, procedure.determination_days, calendar)


def _with_words(cycle: Cycle, fields: Mapping[str, Any]) -> Cycle:
    words = {name: fields[name] for name in ("title", "snapshot_on") if fields.get(name)}
    return replace(cycle, **words)


def _require_only_dates(fields: Mapping[str, Any], reason: str | None) -> None:
    if reason is None or fields.get("title") or fields.get("snapshot_on"):
        raise OnlyDeadlines(
            "周期已经开始，只能延后截止日并写明理由（reason），名称和快照日不能再改。",
            "The cycle is running: only deadlines may be put off, and a reason is needed.",
        )


async def _audit(
    work: Work, action: str, cycle: Cycle, before: Cycle | None = None, reason: str | None = None
) -> None:
    await work.audit(
        action,
        "cycle",
        cycle.id,
        county_id=cycle.county_id,
        before=_facts(before) if before else None,
        after=_facts(cycle),
        reason=reason,
    )


def _facts(cycle: Cycle) -> dict[str, str]:
    dates = {name: day.isoformat() for name, day in asdict(cycle.schedule).items()}
    return {"state": cycle.state.value, "policy_hash": cycle.policy_hash, **dates}
