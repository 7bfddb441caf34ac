"""From what is asked to what it would do: load what a change touches and plan it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.registry.organizations.domain import blocks, changes, codes, commands, scope, tree
from services.registry.organizations.domain.changes import Plan
from services.registry.organizations.domain.events import Action, Outcome
from services.registry.organizations.domain.timeline import Forest
from services.registry.organizations.domain.tree import Organization
from services.registry.organizations.store import periods
from services.registry.organizations.usecases.holding import (
    KEEPERS,
    above_county,
    division_of,
    in_keeping,
)
from shared.context import Work
from shared.contracts.registry import Tier
from shared.pinyin import spelled
from shared.tables import new_id

Planned = tuple[Outcome, Forest]


async def plan(work: Work, command: commands.Command) -> Planned:
    """Return what a command would do, with the part of the register it touches."""
    match command:
        case commands.Found():
            return await _found(work, command)
        case commands.Rename():
            return await _rename(work, command)
        case commands.Move():
            return await _move(work, command)
        case commands.Split():
            return await _split(work, command)
        case commands.Merge():
            return await _merge(work, command)
        case commands.Dissolve():
            return await _dissolve(work, command)


async def _forest(
    work: Work, whole: Sequence[UUID], named: Collection[UUID | None], on: date
) -> Forest:
    ids = [each for each in named if each is not None]
    for each in dict.fromkeys([*whole, *ids]):
        await in_keeping(work, each)
    return await periods.forest(work.session, whole, ids, on)


def _empty(forest: Forest, action: Action, on: date, reason: str) -> Plan:
    return Plan(forest, new_id(), action, on, reason)


async def _found(work: Work, command: commands.Found) -> Planned:
    draft = command.draft
    if draft.credit_code is not None:
        codes.check_credit_code(draft.credit_code)
    if draft.parent_id is None and not scope.sight_of(work.caller, *KEEPERS).everywhere:
        raise above_county()
    forest = await _forest(work, [], [draft.parent_id], draft.founded_on)
    parent = forest.organizations[draft.parent_id] if draft.parent_id else None
    if parent is None:
        tree.check_parent(None, draft.tier)
    made = await _made(work, draft, parent)
    planned = changes.found(new_id(), made, parent, forest)
    return planned.outcome(made.county_id), forest


async def _made(work: Work, draft: commands.Draft, parent: Organization | None) -> Organization:
    code = None
    if draft.division_id is not None:
        code = (await division_of(work, draft.division_id)).code
    own_id = new_id()
    pinyin, initials = spelled(draft.short_name)
    return Organization(
        id=own_id,
        county_id=tree.county_of(parent, draft.tier, own_id),
        path=tree.path_below(parent, own_id),
        pinyin=pinyin,
        initials=initials,
        division_code=code,
        **vars(draft),
    )


async def _new(
    work: Work, part: commands.NewPart, parent: Organization | None, tier: Tier, on: date
) -> Organization:
    """Make an organization that comes out of a split or a merger."""
    if part.credit_code is not None:
        codes.check_credit_code(part.credit_code)
    said = {name: value for name, value in vars(part).items() if name != "children"}
    parent_id = parent.id if parent else None
    draft = commands.Draft(parent_id=parent_id, tier=tier, founded_on=on, **said)
    return await _made(work, draft, parent)


async def _rename(work: Work, command: commands.Rename) -> Planned:
    forest = await _forest(work, [], [command.organization_id], command.effective_on)
    if command.renaming.division_id is not None:
        await division_of(work, command.renaming.division_id)
    planned = _empty(forest, Action.RENAME, command.effective_on, command.reason)
    changes.rename(planned, command.organization_id, command.renaming)
    return planned.outcome(forest.organizations[command.organization_id].county_id), forest


async def _move(work: Work, command: commands.Move) -> Planned:
    own_id = command.organization_id
    forest = await _forest(work, [own_id], [command.parent_id], command.effective_on)
    planned = _empty(forest, Action.MOVE, command.effective_on, command.reason)
    changes.move(planned, own_id, command.parent_id)
    return planned.outcome(forest.organizations[own_id].county_id), forest


async def _split(work: Work, command: commands.Split) -> Planned:
    own_id = command.organization_id
    forest = await _forest(work, [own_id], [], command.effective_on)
    origin, last = forest.organizations[own_id], forest.last(own_id)
    planned = _empty(forest, Action.SPLIT, command.effective_on, command.reason)
    parts: dict[UUID, Sequence[UUID]] = {}
    for part in command.parts:
        made = await _new(work, part, None, origin.tier, command.effective_on)
        made = replace(changes.part_of(last, made), county_id=origin.county_id, origin_id=own_id)
        planned.make(made)
        parts[made.id] = part.children
    successor = list(parts)[command.successor] if command.successor is not None else None
    changes.split(planned, own_id, parts, successor)
    return planned.outcome(origin.county_id), forest


async def _merge(work: Work, command: commands.Merge) -> Planned:
    ids = list(command.organization_ids)
    named = [command.successor_id, command.parent_id]
    forest = await _forest(work, ids, named, command.effective_on)
    planned = _empty(forest, Action.MERGE, command.effective_on, command.reason)
    if command.successor_id is not None:
        successor = forest.organizations[command.successor_id]
    else:
        successor = await _merged(work, command, forest, planned)
    changes.merge(planned, ids, successor)
    return planned.outcome(successor.county_id), forest


async def _merged(
    work: Work, command: commands.Merge, forest: Forest, planned: Plan
) -> Organization:
    """Make the new organization into which others merge, at its place in the tree."""
    first = forest.organizations[command.organization_ids[0]]
    parent_id = command.parent_id or first.parent_id
    if command.new is None or parent_id is None:
        message = "the request's form makes sure of a successor or a new organization"
        raise ValueError(message)
    if parent_id not in forest.organizations:
        forest = await _forest(work, command.organization_ids, [parent_id], command.effective_on)
        planned.forest = forest
    above = forest.organizations[parent_id]
    place = replace(above, path=forest.last(parent_id).path)
    made = await _new(work, command.new, place, first.tier, command.effective_on)
    planned.refuse(blocks.no_parent(forest, parent_id, command.effective_on, first.tier))
    planned.make(made)
    return made


async def _dissolve(work: Work, command: commands.Dissolve) -> Planned:
    own_id = command.organization_id
    forest = await _forest(work, [own_id], [command.successor_id], command.effective_on)
    planned = _empty(forest, Action.DISSOLVE, command.effective_on, command.reason)
    changes.dissolve(planned, own_id, command.successor_id)
    return planned.outcome(forest.organizations[own_id].county_id), forest
