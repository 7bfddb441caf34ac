"""A village opens its application and fills it in."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from services.scoring.applications import store
from services.scoring.applications.domain import (
    APPLICATION,
    Application,
    ApplicationExists,
    ApplicationState,
    Given,
    NotAssessed,
    Reading,
    Sheet,
    StarSheet,
    blank,
    entries,
    entry_document,
    require_in_time,
    require_lines,
    star_document,
    too_late,
)
from services.scoring.applications.usecases.holding import Held, hold, own_of, record, shown
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import (
    Cycle,
    CycleState,
    Participant,
    require_running,
    require_state,
    require_within,
)
from shared.caller import Role
from shared.context import Context, Work
from shared.errors import require_version
from shared.tables import new_id


async def start(ctx: Context, cycle_id: UUID, organization_id: UUID) -> Reading:
    """Open a branch's draft while the cycle takes applications."""
    ctx.caller.require(Role.VILLAGE)
    async with ctx.work() as work:
        session, roots = work.session, ctx.caller.organizations(Role.VILLAGE)
        cycle = await cycles.share(session, cycle_id)
        participant = await cycles.participant(session, cycle_id, organization_id)
        require_within(participant.path, roots, participant.name)
        _require_open(work, cycle)
        _require_assessed(participant)
        application = blank(participant, new_id(), ApplicationState.DRAFT)
        if not await store.add(session, application):
            raise await _existing(work, participant)
        await record(work, "start", application)
        return await shown(work, cycle, application)


async def save_star(
    ctx: Context,
    application_id: UUID,
    version: int,
    star: str,
    given: Mapping[str, Given],
    *,
    apply: bool,
) -> Reading:
    """Replace one star; files stay with their items."""
    async with ctx.work() as work:
        held = await _editable(work, application_id, version)
        plan = await cycles.plan(work.session, held.cycle)
        filled = StarSheet(apply, entries(plan, star, given, work.moment.today))
        sheet = held.application.sheet.with_star(star, filled)
        if apply:  # any other star has no lines to reach
            require_lines(plan, sheet, await own_of(work, held.application), [star])
        saved = await _saved(work, held, sheet)
        before, after = (star_document(s.star(star)) for s in (held.application.sheet, sheet))
        await record(work, "save_star", saved, star=star, before=before, after=after)
        return await shown(work, held.cycle, saved)


async def save_item(
    ctx: Context, application_id: UUID, version: int, star: str, item: str, given: Given
) -> Reading:
    """Replace what is said of one item, and its reference; its files stay."""
    async with ctx.work() as work:
        held = await _editable(work, application_id, version)
        plan = await cycles.plan(work.session, held.cycle)
        read = entries(plan, star, {item: given}, work.moment.today)[item]
        old = held.application.sheet.entry(star, item)
        sheet = held.application.sheet.with_entry(star, item, replace(read, files=old.files))
        saved = await _saved(work, held, sheet)
        before, after = entry_document(old), entry_document(sheet.entry(star, item))
        await record(work, "save_item", saved, star=star, item=item, before=before, after=after)
        return await shown(work, held.cycle, saved)


async def _editable(work: Work, application_id: UUID, version: int) -> Held:
    held = await hold(work, application_id, Role.VILLAGE)
    require_version(version, held.application.version)
    calendar = await cycles.calendar(work.session)
    require_in_time(held.application, held.cycle, work.moment.today, calendar)
    APPLICATION.fire("edit", held.application.state, work.caller)
    return held


async def _saved(work: Work, held: Held, sheet: Sheet) -> Application:
    state = APPLICATION.fire("edit", held.application.state, work.caller)
    return await store.save(work.session, replace(held.application, state=state, sheet=sheet))


def _require_open(work: Work, cycle: Cycle) -> None:
    require_running(cycle, work.moment)
    if cycle.state is CycleState.DRAFT:
        require_state(cycle, CycleState.APPLYING)
    if cycle.state is not CycleState.APPLYING or work.moment.today > cycle.apply_until:
        raise too_late(cycle.apply_until)


def _require_assessed(participant: Participant) -> None:
    if not participant.assessed:
        raise NotAssessed(
            f"“{participant.name}”在本周期不参评，无须申报，待遇不受影响。",
            "This organization is not assessed in the cycle: there is nothing to apply for.",
            absence=participant.absence,
        )


async def _existing(work: Work, participant: Participant) -> ApplicationExists:
    existing = await store.of_organization(
        work.session, participant.cycle_id, participant.organization_id
    )
    return ApplicationExists(
        "本支部在这个周期已有申报，请在原申报上填写。",
        "The branch has an application in this cycle: go on with that one.",
        application_id=existing.id if existing else None,
    )
