"""What is known of a unit from a day on: checked and added to the ledger."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.coverage.domain import states as domain
from services.registry.coverage.domain.states import State
from services.registry.coverage.domain.units import KEEPERS, Unit, rejected
from services.registry.coverage.store import states as store
from services.registry.coverage.store import units
from services.registry.coverage.usecases.reading import History, history
from services.registry.organizations import store as organizations
from services.registry.organizations.domain.scope import sight_of
from shared.context import Context, Work
from shared.errors import Fault
from shared.tables import new_id


@dataclass(frozen=True)
class Said:
    """People and 正式党员 of a unit from a day on, and the branch that covers it, if one does."""

    valid_from: date
    employees: int
    members: int
    branch_id: UUID | None


async def record(ctx: Context, unit_id: UUID, said: Said) -> History:
    """Add what is known of a unit from a day on; a correction is entered for the same day."""
    ctx.caller.require(*KEEPERS)
    async with ctx.work() as work:
        unit = await to_change(work, unit_id)
        made = state_of(work, unit, said)
        faults = await faults_of(work, unit, made)
        if faults:
            raise rejected(faults)
        await store.add(work.session, [made])
        await work.audit(
            "coverage.record",
            "coverage_unit",
            unit.id,
            county_id=unit.county_id,
            after={"state": str(made.id)},
        )
        return await history(work, unit)


async def to_change(work: Work, unit_id: UUID) -> Unit:
    """Return a unit the caller may change, while nobody else changes its county's ledger."""
    reach = await organizations.reach(work.session, sight_of(work.caller, *KEEPERS))
    found = await units.find(work.session, reach, unit_id)
    await units.lock_county(work.session, found.county_id)
    return await units.find(work.session, reach, unit_id)


def state_of(work: Work, unit: Unit, said: Said) -> State:
    """Return the entry that says this."""
    return State(
        id=new_id(),
        county_id=unit.county_id,
        unit_id=unit.id,
        entered_by=work.caller.user_id,
        entered_at=work.moment.real,
        **vars(said),
    )


async def faults_of(work: Work, unit: Unit, state: State) -> list[Fault]:
    """Return everything that is wrong with an entry, its branch included."""
    found = [
        Fault(f"/body/{field}", text)
        for field, text in domain.faults_of(unit, state, work.moment.today)
    ]
    if state.branch_id is not None:
        branches = await organizations.find_all(work.session, [state.branch_id])
        entries = await store.of_covered(work.session, [state.branch_id])
        known = await units.find_all(work.session, entries)
        others = {each: (known[each], entries[each]) for each in entries}
        wrong = domain.faults_of_branch(state, branches.get(state.branch_id), others)
        found += [Fault("/body/branch_id", text) for text in wrong]
    return found
