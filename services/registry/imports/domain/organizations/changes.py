"""The dated changes that a table asks of organizations registered before, a county at a time."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.organizations.lines import Row
from services.registry.imports.domain.organizations.plan import Plan
from services.registry.organizations.domain import changes
from services.registry.organizations.domain.events import Action, Outcome
from services.registry.organizations.domain.timeline import Forest

REASON = "批量导入"
Plans = dict[UUID | None, changes.Plan]


def outcomes(
    plan: Plan, forest: Forest, on: date, faults: Faults, new_id: Callable[[], UUID]
) -> list[Outcome]:
    """Return what happens on the day; what stands in the way goes into the faults.

    `forest` holds what is renamed, and what is moved with everything below it.
    """
    renamings: Plans = {}
    moves: Plans = {}
    for each, (row, renaming) in plan.renamed.items():
        mine = _plan_of(renamings, forest, each, Action.RENAME, on, new_id)
        changes.rename(mine, each, renaming)
        _blocked(mine, row, "code", faults)
    # The upper one first, so that what it carries is known when its turn comes.
    for each in sorted(plan.moved, key=lambda moved: len(forest.last(moved).path)):
        row, parent_id = plan.moved[each]
        mine = _plan_of(moves, forest, each, Action.MOVE, on, new_id)
        if each in mine.parts or _below_one(forest, parent_id, plan.moved.keys() - {each}):
            zh = "它的上级（或新的上级）在本表中也变更隶属，请分两次导入"
            faults.add(row.row, "parent", zh, "something above it moves in this very file")
            continue
        changes.move(mine, each, parent_id)
        _blocked(mine, row, "parent", faults)
    carried = {each for mine in moves.values() for each in mine.parts}
    for each in plan.renamed.keys() & carried:
        row = plan.renamed[each][0]
        zh = "更名的同时，它或它的上级变更隶属：请分两次导入，后一次的生效日期要更晚"
        faults.add(row.row, "code", zh, "renamed and moved at once: import twice")
    found = [*renamings.items(), *moves.items()]
    return [mine.outcome(county_id) for county_id, mine in found]


def _plan_of(
    plans: Plans,
    forest: Forest,
    organization_id: UUID,
    action: Action,
    on: date,
    new_id: Callable[[], UUID],
) -> changes.Plan:
    county_id = forest.organizations[organization_id].county_id
    if county_id not in plans:
        plans[county_id] = changes.Plan(forest, new_id(), action, on, REASON)
    return plans[county_id]


def _below_one(forest: Forest, parent_id: UUID, moved: Iterable[UUID]) -> bool:
    path = forest.last(parent_id).path
    return any(str(each) in path for each in moved)


def _blocked(mine: changes.Plan, row: Row, key: str, faults: Faults) -> None:
    for problem in mine.blocked:
        faults.say(row.row, key, problem.detail)
    mine.blocked.clear()
