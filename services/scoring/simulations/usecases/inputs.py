"""The inputs that are tried out: frozen by a determination, or those of a review that is over."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter

from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, CycleState, require_state
from services.scoring.kernel.errors import InputError
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.plan import Plan
from services.scoring.results.domain.corrections import Correction, corrected
from services.scoring.results.domain.snapshot import Snapshot, build, digest, with_facts
from services.scoring.results.domain.verdicts import incomplete
from services.scoring.results.store import known, snapshots, sources
from services.scoring.simulations.domain.simulating import Base, base_of
from services.scoring.simulations.domain.simulation import (
    Basis,
    Simulation,
    Source,
    provisional_source,
)
from shared import directory
from shared.caller import Role
from shared.clients.registry import Registry
from shared.context import Context, Work

# The policy in force tried out on the newest inputs: the same for every further question about
# them. Known by what it was made of, so it can never be stale.
_KEPT = 4
_DOCUMENTS = TypeAdapter(tuple[OrganizationInput, ...])
_bases: OrderedDict[tuple[object, ...], Base] = OrderedDict()


@dataclass(frozen=True)
class Material:
    """The cycle, its plan, and where the inputs come from, with what they are made of."""

    cycle: Cycle
    plan: Plan
    source: Source
    snapshot: Snapshot | None = None
    corrections: Sequence[Correction] = ()
    organizations: tuple[OrganizationInput, ...] = ()

    @property
    def hash(self) -> str:
        """The hash of the inputs as they are stored now, before any correction."""
        if self.snapshot is None:
            return provisional_source(self.organizations).hash
        return digest(self.snapshot.content)

    def read(self) -> tuple[OrganizationInput, ...]:
        """Return the inputs as the kernel takes them."""
        if self.snapshot is None:
            return self.organizations
        return corrected(self.snapshot.organizations, self.corrections)


async def reachable(work: Work, cycle_id: UUID, roles: tuple[Role, ...]) -> Cycle:
    """Return the cycle; NotFound in another county, OutOfScope without the whole county."""
    roots = work.caller.organizations(*roles)
    cycle = await cycles.find_visible(work.session, cycle_id, roots)
    await directory.require_within(work.session, roots, cycle.county_id)
    return cycle


async def determined(work: Work, cycle: Cycle) -> Material:
    """Return what stands: the newest snapshot with every correction since; ResultsNotReady else."""
    snapshot = await snapshots.newest(work.session, cycle.id)
    return await _frozen(work, cycle, snapshot, None)


async def again(work: Work, kept: Simulation) -> Material:
    """Return the inputs of an earlier simulation as they are stored."""
    cycle = await cycles.find(work.session, kept.cycle_id)
    source = kept.source
    if source.inputs is None:
        snapshot = await snapshots.newest(work.session, cycle.id, source.determination_id)
        return await _frozen(work, cycle, snapshot, source.corrected)
    plan = await cycles.plan(work.session, cycle)
    return Material(cycle, plan, source, organizations=_DOCUMENTS.validate_json(source.inputs))


async def provisional(ctx: Context, cycle_id: UUID, roles: tuple[Role, ...]) -> Material:
    """Return the inputs of a cycle whose reviews are over; CycleNotOpen in any other step.

    Before that, scores of stages that are not closed would be seen through their results.
    Posts, pay and facts are registry's of today, as the determination will ask for them.
    """
    async with ctx.read() as work:
        cycle = await _reviewed(work, cycle_id, roles)
        asked = await known.questions(work.session, cycle, work.moment.today)
    registry = ctx.port(Registry)  # type: ignore[type-abstract]  # a port is asked for by protocol
    answers = await known.answers(registry, asked)
    async with ctx.read() as work:
        cycle = await _reviewed(work, cycle_id, roles)
        plan = await cycles.plan(work.session, cycle)
        parts = await sources.parts(
            work.session, cycle, None, asked.today, answers.terms, answers.facts
        )
    organizations = build(plan.policy, with_facts(parts, answers.measured))
    source = provisional_source(organizations)
    return Material(cycle, plan, source, organizations=organizations)


async def base(material: Material) -> Base:
    """Return the policy in force tried out on the inputs; FactsMissing where scores are missing."""
    source = material.source
    frozen = (source.basis, source.determination_id, source.hash, source.corrected)
    key = (material.plan.policy_hash, *frozen)
    if key in _bases:
        _bases.move_to_end(key)
        return _bases[key]
    made = await asyncio.to_thread(tried, material)
    _bases[key] = made
    while len(_bases) > _KEPT:
        _bases.popitem(last=False)
    return made


def tried(material: Material) -> Base:
    """Try the policy in force out anew, past what is kept; FactsMissing likewise."""
    unanswered = material.source.basis is Basis.PROVISIONAL
    try:
        return base_of(material.plan, material.read(), provisional=unanswered)
    except InputError as error:
        raise incomplete(error) from None


async def _reviewed(work: Work, cycle_id: UUID, roles: tuple[Role, ...]) -> Cycle:
    cycle = await reachable(work, cycle_id, roles)
    require_state(cycle, CycleState.DETERMINING)
    return cycle


async def _frozen(work: Work, cycle: Cycle, snapshot: Snapshot, limit: int | None) -> Material:
    since = await snapshots.corrections(work.session, cycle.id)
    mine = [
        each
        for each in since
        if each.snapshot_id == snapshot.id and (limit is None or each.sequence <= limit)
    ]
    source = Source(Basis.DETERMINED, snapshot.hash, snapshot.determination_id, corrected=len(mine))
    plan = await cycles.plan(work.session, cycle)
    return Material(cycle, plan, source, snapshot, mine)
