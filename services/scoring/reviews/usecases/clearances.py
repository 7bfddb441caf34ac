"""Source offices answer for every branch; 组织部 may enter a late office's written answer."""

from collections import Counter
from typing import Any
from uuid import UUID

from services.scoring.cycles.domain import CycleState, Participant
from services.scoring.reviews import store
from services.scoring.reviews.domain import access, answers, clearances
from services.scoring.reviews.domain.answers import Answers
from services.scoring.reviews.domain.clearances import (
    Gap,
    OfficeAnswers,
    OfficeStatus,
    SavedSheet,
    Sheet,
)
from services.scoring.reviews.domain.references import require_document_number
from services.scoring.reviews.usecases.desk import Desk, acting, reading
from shared import directory
from shared.caller import Role
from shared.canonical import content_hash
from shared.context import Context
from shared.errors import require_version

# From the end of applying until the determination is confirmed.
_STEPS = (CycleState.RECOMMENDING, CycleState.REVIEWING, CycleState.DETERMINING)
_OVERSEERS = (Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE, Role.INSPECTOR)


async def save_clearances(
    ctx: Context, cycle_id: UUID, office: str, version: int, given: OfficeAnswers
) -> SavedSheet:
    """Save an office's answers, whole or in part; what was answered before stays."""
    ctx.caller.require(Role.SOURCE_OFFICE, Role.ORGANIZATION_DEPARTMENT)
    async with ctx.work() as work:
        desk = await acting(work, cycle_id, *_STEPS)
        lines = clearances.lines_of(desk.policy, office)
        await _require_office(desk, office, given)
        sent = answers.require_forms(given.answers)
        answers.require_given(sent, rest_none=given.rest_none)
        require_document_number(given.reference)
        participating = [each.organization_id for each in await _assessed(desk)]
        answers.check_answers(lines, set(participating), sent)
        before = await store.clearance_sheet(work.session, desk.cycle, office, lock=True)
        require_version(version, before.version)
        after = clearances.merge(before.answers, sent)
        if given.rest_none:
            after = clearances.fill_rest(lines, participating, after, given.reference)
        changed = clearances.changes(before.answers, after)
        receipt = content_hash(_document(desk, office, given, changed))
        saved = await store.save_clearance_sheet(
            work.session, before, changed, given.reference, receipt
        )
        await _audit(desk, before, changed, given, receipt)
        sheet = Sheet(desk.cycle.id, desk.cycle.county_id, office, after, saved)
        return _saved(desk, sheet, participating, receipt)


async def find_clearances(ctx: Context, cycle_id: UUID, office: str) -> SavedSheet:
    """Return an office's answers to itself, 组织部, the committee and the inspector."""
    async with ctx.read() as work:
        desk = await reading(work, cycle_id)
        clearances.lines_of(desk.policy, office)
        await _require_reader(desk, office)
        sheet = await store.clearance_sheet(work.session, desk.cycle, office)
        participating = [each.organization_id for each in await _assessed(desk)]
        return _saved(desk, sheet, participating, None)


async def clearance_status(ctx: Context, cycle_id: UUID) -> list[OfficeStatus]:
    """Return how far each office is that the caller may know of."""
    ctx.caller.require(Role.SOURCE_OFFICE, *_OVERSEERS)
    async with ctx.read() as work:
        desk = await reading(work, cycle_id)
        people = await _assessed(desk)
        silent = Counter(gap.office for gap in await _gaps(desk, people))
        return [
            OfficeStatus(
                office,
                clearances.office_name(desk.policy, office),
                len(people) * len(clearances.lines_of(desk.policy, office)),
                silent[office],
            )
            for office in clearances.offices(desk.policy)
            if _may_read(desk, office)
        ]


async def missing_clearances(
    ctx: Context, cycle_id: UUID, office: str | None
) -> list[tuple[Gap, str]]:
    """Return the silences the caller may know of, each with its branch's name, in order."""
    ctx.caller.require(Role.SOURCE_OFFICE, *_OVERSEERS)
    async with ctx.read() as work:
        desk = await reading(work, cycle_id)
        people = await _assessed(desk)
        names = {each.organization_id: each.name for each in people}
        found = [
            gap
            for gap in await _gaps(desk, people)
            if office in (None, gap.office) and _may_read(desk, gap.office)
        ]
        return [(gap, names[gap.organization_id]) for gap in sorted(found, key=lambda g: g.key)]


async def _gaps(desk: Desk, people: list[Participant]) -> list[Gap]:
    found = await store.answers(desk.work.session, desk.cycle.id)
    return clearances.gaps(desk.policy, [each.organization_id for each in people], found)


async def _assessed(desk: Desk) -> list[Participant]:
    return [each for each in (await desk.participants()).values() if each.assessed]


async def _require_office(desk: Desk, office: str, given: OfficeAnswers) -> None:
    """Raise unless the caller answers for this office, or enters its late written answer."""
    caller, county = desk.work.caller, desk.cycle.county_id
    own = access.roots(caller, Role.SOURCE_OFFICE, office)
    if own:
        await directory.require_within(desk.work.session, own, county)
        return
    if not caller.has(Role.ORGANIZATION_DEPARTMENT):
        raise clearances.other_office(clearances.office_name(desk.policy, office))
    roots = caller.organizations(Role.ORGANIZATION_DEPARTMENT)
    await directory.require_within(desk.work.session, roots, county)
    clearances.require_late(desk.work.moment.today, desk.cycle.clear_until, given.reason)


async def _require_reader(desk: Desk, office: str) -> None:
    if not _may_read(desk, office):
        raise clearances.other_office(clearances.office_name(desk.policy, office))


def _may_read(desk: Desk, office: str) -> bool:
    """Whether the caller is the office or oversees all; the county's scope was checked."""
    caller = desk.work.caller
    return caller.has(*_OVERSEERS) or bool(access.roots(caller, Role.SOURCE_OFFICE, office))


def _saved(desk: Desk, sheet: Sheet, participating: list[UUID], receipt: str | None) -> SavedSheet:
    silent = [
        gap
        for gap in clearances.gaps(desk.policy, participating, sheet.answers)
        if gap.office == sheet.office
    ]
    name = clearances.office_name(desk.policy, sheet.office)
    return SavedSheet(sheet, name, len(silent), receipt)


def _document(desk: Desk, office: str, given: OfficeAnswers, changed: Answers) -> dict[str, Any]:
    return {
        "cycle_id": str(desk.cycle.id),
        "office": office,
        "reference": given.reference,
        "rest_none": given.rest_none,
        "answers": _plain(changed),
    }


def _plain(answers: Answers) -> dict[str, Any]:
    return {
        str(organization_id): {
            code: answer.model_dump(mode="json") for code, answer in each.items()
        }
        for organization_id, each in answers.items()
    }


async def _audit(
    desk: Desk, before: Sheet, changed: Answers, given: OfficeAnswers, receipt: str
) -> None:
    replaced = {
        org: {code: old[code] for code in each if code in old}
        for org, each in changed.items()
        if (old := before.answers.get(org))
    }
    await desk.work.audit(
        "clearance.save",
        "cycle",
        desk.cycle.id,
        county_id=desk.cycle.county_id,
        before={"office": before.office, "version": before.version, "answers": _plain(replaced)},
        after={"office": before.office, "receipt": receipt, "answers": _plain(changed)},
        reason=given.reason,
    )
