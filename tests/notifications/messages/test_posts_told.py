"""What ends soon and what is vacant reaches the township and 组织部, and nobody else."""

from datetime import date

import sqlalchemy as sa

from services.notifications.messages.tables import MessageRow
from shared.caller import Role
from shared.contracts.registry import (
    EndingKind,
    EndingNear,
    EndingsNear,
    PostsVacant,
    PostVacant,
)
from tests.notifications.conftest import Service
from tests.notifications.telling import person, run_jobs


async def test_posts_are_told_to_those_who_look_after_them(service: Service) -> None:
    county, township = service.county.committee, service.county.townships[0]
    village = service.county.branches[0]
    office = person(service, county.id, Role.ORGANIZATION_DEPARTMENT)
    clerk = person(service, township.id, Role.TOWNSHIP)
    person(service, service.county.townships[1].id, Role.TOWNSHIP)
    person(service, village.id, Role.VILLAGE)
    person(service, county.id, Role.FINANCE)
    item = EndingNear(
        organization_id=village.id,
        name=village.short_name,
        kind=EndingKind.TERM,
        what="书记",
        ends_on=date(2026, 12, 31),
        planned_on=None,
    )
    vacant = PostVacant(
        organization_id=village.id,
        name=village.short_name,
        post_name="书记",
        since=date(2026, 7, 1),
    )
    for place in (township.id, county.id):
        near = EndingsNear(organization_id=place, items=[item])
        empty = PostsVacant(organization_id=place, months=3, items=[vacant])
        envelopes = [service.envelope(near, place), service.envelope(empty, place)]
        for envelope in envelopes * 2:
            await service.receive(envelope)
            await run_jobs(service)
    async with service.context.read() as work:
        rows = list(await work.session.scalars(sa.select(MessageRow)))
    told = {(row.kind, row.user_id) for row in rows}
    people = (office.user_id, clerk.user_id)
    assert told == {(kind, user) for kind in ("term.ending", "post.vacant") for user in people}
    assert len(rows) == 4
    assert all(village.short_name in row.body for row in rows)
