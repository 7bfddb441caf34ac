"""Townships sign off and departments complete: with everything scored, by named members."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.scoring.applications.domain import Application, ApplicationState, last_day
from services.scoring.cycles.domain import CycleState, Participant
from services.scoring.reviews import store
from services.scoring.reviews.domain import access, departments, marks, recommendations, stages
from services.scoring.reviews.domain.outcomes import TOWNSHIP, Branch, stars_on_lines
from services.scoring.reviews.domain.recommendations import Recommendation
from services.scoring.reviews.domain.stages import Member, Stage, StageKind
from services.scoring.reviews.domain.verdicts import Closing
from services.scoring.reviews.usecases import progress
from services.scoring.reviews.usecases.desk import Desk, holding
from services.scoring.reviews.usecases.stages import require_party, take
from shared import directory
from shared.caller import Role
from shared.canonical import content_hash
from shared.context import Context


async def sign_off(
    ctx: Context, cycle_id: UUID, township_id: UUID, members: tuple[Member, ...]
) -> Closing:
    """Sign off a township's scores: it decides up to 二星 and recommends from 三星 on."""
    ctx.caller.require(Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT)
    async with ctx.work() as work:
        desk = await holding(work, cycle_id, CycleState.RECOMMENDING)
        stage = await _own_stage(desk, StageKind.TOWNSHIP, str(township_id), township_id)
        concerned = await desk.submitted(township_id)
        _require_back(desk, concerned)
        saved = await store.recommendations(work.session, cycle_id, township_id)
        await _require_scored(desk, concerned, saved)
        given = {str(each.id): _signed(saved.get(each.id)) for each in concerned}
        after = stages.complete(
            stage,
            ctx.caller,
            desk.timing(stage.kind),
            members,
            _receipt(desk, stage, members, given),
        )
        closed = await take(desk, after, stage)
        signed = [(saved[each.id], closed) for each in concerned if each.id in saved]
        found = await progress.close_township(desk, township_id, signed)
        await progress.advance(desk)
        return Closing(closed, found)


async def complete_department(
    ctx: Context, cycle_id: UUID, department: str, members: tuple[Member, ...]
) -> Stage:
    """Complete a department's reviews and spot checks."""
    ctx.caller.require(Role.DEPARTMENT, Role.ORGANIZATION_DEPARTMENT)
    async with ctx.work() as work:
        desk = await holding(work, cycle_id, CycleState.REVIEWING)
        county = desk.cycle.county_id
        stage = await _own_stage(desk, StageKind.DEPARTMENT, department, county)
        due = [t for t in await progress.review_tasks(desk) if t.department == department]
        done = await store.star_reviews(work.session, cycle_id, department=department)
        undone = departments.undone(due, done)
        if undone:
            raise recommendations.incomplete(await _gaps(desk, undone))
        given = {
            f"{each.application_id}/{each.kind.value}/{each.star}": _reviewed(each) for each in done
        }
        after = stages.complete(
            stage,
            ctx.caller,
            desk.timing(stage.kind),
            members,
            _receipt(desk, stage, members, given),
        )
        closed = await take(desk, after, stage)
        await progress.advance(desk)
        return closed


async def _own_stage(desk: Desk, kind: StageKind, party: str, organization_id: UUID) -> Stage:
    """Return the part, held, if the caller belongs to the body that may close it now."""
    caller, session = desk.work.caller, desk.work.session
    body = Role(kind.value)
    caller.require(body, Role.ORGANIZATION_DEPARTMENT)
    granted = caller.organizations(body, Role.ORGANIZATION_DEPARTMENT)
    place = await directory.require_within(session, granted, organization_id)
    await require_party(desk, kind, party)
    stage = await store.lock_stage(session, desk.cycle, kind, party)
    if kind is StageKind.DEPARTMENT and not stage.substituted:
        departments.require_lead(desk.policy, caller, party)
    stages.require_competent(stage, caller, desk.timing(kind))
    access.require_covered(access.competent_roots(caller, stage), place.path)
    return stage


def _require_back(desk: Desk, concerned: Sequence[Application]) -> None:
    """Raise while a returned application may still come back in time."""
    days = {
        each.id: last_day(each, desk.cycle, desk.calendar)
        for each in concerned
        if each.state is ApplicationState.RETURNED
    }
    waiting = [each for each in days.items() if each[1] >= desk.work.moment.today]
    recommendations.require_all_back(dict(waiting))


async def _require_scored(
    desk: Desk, concerned: Sequence[Application], saved: Mapping[UUID, Recommendation]
) -> None:
    participants = await desk.participants()
    gaps = {
        each.id: (participants[each.organization_id].name, codes)
        for each in concerned
        if (
            codes := recommendations.unfit(
                desk.plan, each.applied, await desk.standing_of(each), saved.get(each.id)
            )
        )
    }
    if gaps:
        raise recommendations.incomplete(gaps)
    _require_eligible(desk, concerned, saved, participants)


def _require_eligible(
    desk: Desk,
    concerned: Sequence[Application],
    saved: Mapping[UUID, Recommendation],
    participants: Mapping[UUID, Participant],
) -> None:
    for each in concerned:
        given = saved.get(each.id)
        if given is None or not given.refusals:
            continue
        layers = {TOWNSHIP: marks.words_of(given.marks)}
        branch = Branch.of(
            participants[each.organization_id], each, layers, {}, {}, desk.work.moment.today
        )
        recommendations.require_eligible(
            given.refusals, stars_on_lines(desk.plan, branch), branch.name
        )


async def _gaps(
    desk: Desk, undone: Sequence[departments.Task]
) -> dict[UUID, tuple[str, list[str]]]:
    names = {each.organization_id: each.name for each in (await desk.participants()).values()}
    found: dict[UUID, tuple[str, list[str]]] = {}
    for task in undone:
        found.setdefault(task.application_id, (names[task.organization_id], []))[1].append(
            task.star
        )
    return found


def _signed(given: Recommendation | None) -> dict[str, Any]:
    if given is None:
        return {}
    return {"items": store.marks_document(given.marks), "refusals": dict(given.refusals)}


def _reviewed(given: departments.StarReview) -> dict[str, Any]:
    return {
        "items": store.marks_document(given.marks),
        "refusal": given.refusal,
        "lift": given.lift,
    }


def _receipt(desk: Desk, stage: Stage, members: Sequence[Member], given: Mapping[str, Any]) -> str:
    """Return the hash of what is signed: by whom, under which policy, which scores."""
    return content_hash(
        {
            "cycle_id": str(desk.cycle.id),
            "policy_hash": desk.cycle.policy_hash,
            "kind": stage.kind.value,
            "party": stage.party,
            "members": [
                [each.title, str(each.person_id) if each.person_id else None] for each in members
            ],
            "scores": given,
        }
    )
