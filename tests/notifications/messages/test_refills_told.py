"""Who is next for a place that fell free is told to those who settle it, and to nobody else."""

from shared.caller import Role
from shared.contracts.scoring import RefillProposed
from shared.tables import new_id
from tests.notifications.conftest import Service
from tests.notifications.messages.test_fan_out import shown
from tests.notifications.telling import person, run_jobs


async def test_who_is_next_for_a_place_is_told_to_those_who_settle_and_watch_it(
    service: Service,
) -> None:
    county = service.county.committee.id
    leading = {
        person(service, county, role).user_id
        for role in (Role.INSPECTOR, Role.COMMITTEE, Role.ORGANIZATION_DEPARTMENT)
    }
    branch = service.county.branches[0]
    person(service, branch.id, Role.VILLAGE)
    person(service, service.county.townships[0].id, Role.TOWNSHIP)
    event = RefillProposed(
        cycle_id=new_id(),
        county_id=county,
        refill_id=new_id(),
        title="获嘉县2026年五星支部创建",
        quota_name="平安和谐星",
        name=branch.name,
        left=["马庄村党支部"],
    )
    await service.receive(service.envelope(event, event.cycle_id))
    await run_jobs(service)
    rows = await shown(service)
    assert {row.user_id for row in rows} == leading
    assert branch.name in rows[0].title
    assert "马庄村党支部退出“平安和谐星”名额" in rows[0].body
