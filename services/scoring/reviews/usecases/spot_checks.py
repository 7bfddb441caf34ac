"""The draw of the spot check, for those who carry it out and those who watch."""

from uuid import UUID

from services.scoring.reviews import store
from services.scoring.reviews.domain.spot_checks import DrawnList, not_drawn
from services.scoring.reviews.usecases.desk import reading
from shared.caller import Role
from shared.context import Context

_READERS = (
    Role.DEPARTMENT,
    Role.ORGANIZATION_DEPARTMENT,
    Role.COMMITTEE,
    Role.INSPECTOR,
)


async def find_draw(ctx: Context, cycle_id: UUID) -> DrawnList:
    """Return the draw; its strata tell levels, so that townships and villages do not see it."""
    ctx.caller.require(*_READERS)
    async with ctx.read() as work:
        desk = await reading(work, cycle_id)
        draw = await store.find_draw(work.session, cycle_id)
        if draw is None:
            raise not_drawn()
        names = {each.organization_id: each.name for each in (await desk.participants()).values()}
        found = await store.applied(work.session, cycle_id)
        shown = {each.id: names[each.organization_id] for each in found}
        return DrawnList(draw, shown)
