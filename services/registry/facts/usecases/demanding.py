"""Asking for facts: each organization only for what is not current, and the burden of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.facts.domain import demands as domain
from services.registry.facts.domain.catalogue import KEEPERS, Definition
from services.registry.facts.domain.demands import Burden, Demand
from services.registry.facts.store import catalogue
from services.registry.facts.store import demands as store
from services.registry.facts.usecases.knowing import DerivedFacts, known
from services.registry.facts.usecases.reading import require_all
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import Reach, sight_of
from services.registry.organizations.domain.tree import DatesInvalid, Organization
from services.registry.organizations.store import dated
from shared.caller import Role
from shared.context import Context, Work
from shared.errors import Fault, OutOfScope, Text
from shared.tables import new_id

# Who asks for facts: whoever keeps them, a department, and the other services.
ASKERS = (*KEEPERS, Role.DEPARTMENT, Role.SERVICE)
_CHUNK = 500
Left = list[tuple[Organization, list[Definition]]]


@dataclass(frozen=True)
class Draft:
    """Facts that are needed of all organizations below one, or of some of them, as of a day."""

    organization_id: UUID
    reference: str
    title: str
    codes: tuple[str, ...]
    as_of: date | None = None
    due_on: date | None = None
    organization_ids: Sequence[UUID] | None = None


async def ask(ctx: Context, draft: Draft) -> tuple[Demand, Burden]:
    """Register a demand and count what it asks of each organization."""
    ctx.caller.require(*ASKERS)
    async with ctx.work() as work:
        root = await organizations.require_within(
            work.session, sight_of(ctx.caller, *ASKERS), draft.organization_id
        )
        made = _demand(work, draft, root)
        asked_of = await _asked_of(work, draft, root)
        below = Reach(everywhere=False, paths=(root.path,))
        wanted, current = await _state(ctx, work, made, below, asked_of)
        counts = domain.count(wanted, current)
        await store.add(work.session, made, counts)
        asked, found = sum(each.asked for each in counts), sum(each.known for each in counts)
        said = {"reference": made.reference, "codes": list(made.codes), "asked": asked}
        await work.audit(
            "fact_demand.create", "fact_demand", made.id, county_id=made.county_id, after=said
        )
    return made, Burden(root.id, root.short_name, root.path, 1, asked, found)


def _demand(work: Work, draft: Draft, root: Organization) -> Demand:
    if root.county_id is None:
        raise OutOfScope(f"“{root.name}”在县级以上，请按县提出数据需求。", "Ask county by county.")
    if draft.due_on is not None and draft.due_on < work.moment.today:
        raise DatesInvalid(
            "填报期限已经过去，请改为今天或以后的日期。",
            "The due date lies in the past.",
            faults=(Fault("/body/due_on", Text("早于今天", "before today")),),
        )
    values = vars(draft) | {"as_of": draft.as_of or work.moment.today}
    values.pop("organization_ids")
    return Demand(
        id=new_id(),
        county_id=root.county_id,
        asked_on=work.moment.today,
        asked_by=work.caller.user_id,
        asked_at=work.moment.real,
        **values,
    )


async def _asked_of(work: Work, draft: Draft, root: Organization) -> Collection[UUID] | None:
    """Return the organizations that are named, or None where all are meant.

    Who has ended meanwhile is asked for nothing; who never stood below is unknown.
    """
    if draft.organization_ids is None:
        return None
    known = await organizations.find_all(work.session, draft.organization_ids)
    below = {each.id for each in known.values() if each.path.startswith(root.path)}
    require_all(draft.organization_ids, below)
    return below


async def _state(
    ctx: Context, work: Work, demand: Demand, reach: Reach, asked_of: Collection[UUID] | None
) -> tuple[dict[UUID, list[Definition]], set[tuple[UUID, str]]]:
    """Return what each organization within reach is asked for, and which of it is current."""
    derived = ctx.port(DerivedFacts)  # type: ignore[type-abstract]  # a port is asked for by protocol
    all_known = await catalogue.catalogue(work.session, {demand.county_id})
    definitions = all_known.require(demand.codes, {demand.county_id}, "/body/codes/{}")
    places = await _places(work, demand, reach)
    wanted = {
        each.id: domain.applicable(definitions, each.tier, demand.county_id)
        for each in places.values()
        if asked_of is None or each.id in asked_of
    }
    places = {each: places[each] for each in wanted}
    values = await known(work, derived, places, definitions, demand.as_of)
    return wanted, {(each.organization_id, each.code) for each in values if each.current}


async def _places(work: Work, demand: Demand, reach: Reach) -> dict[UUID, Organization]:
    root = await organizations.find(work.session, demand.organization_id)
    shown = dated.Filter(reach=reach, as_of=demand.as_of, under=root.path)
    found: dict[UUID, Organization] = {}
    after: str | None = None
    while page := await dated.listed(work.session, shown, after, _CHUNK, now=False):
        found |= {each.id: each for each in page}
        after = page[-1].path
    return found


async def read_missing(
    ctx: Context, demand_id: UUID, after: str | None, limit: int
) -> tuple[Demand, Left]:
    """Return a demand with up to `limit + 1` organizations that still have something to fill in."""
    async with ctx.read() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller))
        demand = await store.find(work.session, reach, demand_id)
        asked_of = await store.asked_of(work.session, demand_id)
        wanted, current = await _state(ctx, work, demand, reach, asked_of)
        left = domain.missing(wanted, current)
        places = await organizations.find_all(work.session, left)
    rows = sorted(((places[each], mine) for each, mine in left.items()), key=lambda r: r[0].path)
    return demand, [row for row in rows if after is None or row[0].path > after][: limit + 1]


async def list_demands(ctx: Context, before: UUID | None, limit: int) -> list[Demand]:
    """Return up to `limit + 1` demands that ask somebody within the caller's part of the tree."""
    async with ctx.read() as work:
        reach = await organizations.reach(work.session, sight_of(ctx.caller))
        return await store.listed(work.session, reach, before, limit)
