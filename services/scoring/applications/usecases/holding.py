"""Holding an application while it changes, and recording what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.scoring.applications import store
from services.scoring.applications.domain import (
    APPLICATION,
    Application,
    Change,
    Own,
    Reading,
    last_day,
    sheet_for,
)
from services.scoring.cycles import store as cycles
from services.scoring.cycles.domain import Cycle, require_running, require_within
from shared.caller import Role
from shared.context import Work
from shared.tables import new_id


@dataclass(frozen=True)
class Held:
    """A locked application in its running cycle."""

    application: Application
    cycle: Cycle


async def hold(work: Work, application_id: UUID, role: Role) -> Held:
    """Lock an application within the caller's part of the tree; CyclePaused while paused.

    The cycle is shared first, so that it cannot move on meanwhile.
    """
    work.caller.require(role)
    cycle_id, path = await store.share(work.session, application_id)
    require_within(path, work.caller.organizations(role))
    cycle = await cycles.find(work.session, cycle_id)
    application = await store.lock(work.session, application_id)
    require_running(cycle, work.moment)
    return Held(application, cycle)


async def own_of(work: Work, application: Application) -> Own:
    """Return what the rules of a sheet depend on beside its words."""
    branch = await cycles.participant(
        work.session, application.cycle_id, application.organization_id
    )
    return Own(
        str(branch.organization_id), branch.kind, branch.sector, work.moment.today, branch.facts
    )


async def shown(
    work: Work, cycle: Cycle, application: Application, *, writer: bool = True
) -> Reading:
    """Return an application as the caller may see it; DraftNotVisible for others' drafts."""
    sheet = sheet_for(application, writer=writer)
    return Reading(
        application=application,
        sheet=sheet,
        working=writer,
        last_day=last_day(application, cycle, await cycles.calendar(work.session)),
        verbs=tuple(APPLICATION.verbs(application.state, work.caller)),
    )


async def record(
    work: Work,
    action: str,
    application: Application,
    *,
    star: str | None = None,
    item: str | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str | None = None,
) -> None:
    """Append a change to the application's history, and who made it to the audit trail."""
    change = Change(
        id=new_id(),
        application_id=application.id,
        county_id=application.county_id,
        version=application.version,
        at=work.moment.real,
        actor_id=work.caller.user_id,
        action=action,
        star=star,
        item=item,
        before=before,
        after=after,
        reason=reason,
    )
    await store.add_change(work.session, change)
    # The audit trail names the place; the history holds the values.
    await work.audit(
        f"application.{action}",
        "application",
        application.id,
        county_id=application.county_id,
        after={"state": application.state.value, "star": star, "item": item},
        reason=reason,
    )
