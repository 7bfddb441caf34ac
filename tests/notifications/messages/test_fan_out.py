"""An event reaches everyone concerned once, whatever breaks on the way."""

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.notifications.messages import jobs, usecases
from services.notifications.messages.domain import fan_outs
from services.notifications.messages.tables import DeliveryRow, FanOutRow, MessageRow
from shared.caller import Role
from shared.clients.registry import FakeRegistry, Registry
from shared.clock import real_now
from shared.contracts.registry import GrantApproved, Recipient, SessionAlarm
from shared.contracts.scoring import ApplicationReturned, CycleOpened, DeadlineNear, StepOverdue
from shared.errors import Unavailable
from shared.tables import new_id
from tests.notifications.conftest import Service
from tests.notifications.stories import Story
from tests.notifications.telling import (
    effective,
    fake,
    person,
    run_cron,
    run_jobs,
    stage,
    with_port,
)


async def shown(service: Service) -> list[MessageRow]:
    async with service.context.read() as work:
        return list(await work.session.scalars(sa.select(MessageRow).order_by(MessageRow.id)))  # type: ignore[arg-type]  # a column


async def make_due(service: Service) -> None:
    async with service.context.work() as work:
        await work.session.execute(sa.update(FanOutRow).values(due_at=real_now()))


async def test_every_branch_reads_its_own_outcome_only(
    service: Service, secretaries: list[Recipient]
) -> None:
    event = stage(service, [0, 1, 2, 0, 1, 2])
    await service.receive(service.envelope(event, event.cycle_id))
    await run_jobs(service)
    rows = {row.user_id: row for row in await shown(service)}
    assert len(rows) == len(secretaries) == 6
    for index, (secretary, branch) in enumerate(
        zip(secretaries, service.county.branches, strict=True)
    ):
        row = rows[secretary.user_id]
        assert row.facts["level"] == index % 3
        assert branch.name in row.body
        assert row.facts["level_name"] in row.title
        others = {other.name for other in service.county.branches} - {branch.name}
        assert not any(name in row.body for name in others)
        assert "outcomes" not in row.facts


async def test_an_event_delivered_twice_is_told_once(
    service: Service, secretaries: list[Recipient]
) -> None:
    event = effective(service, 2)
    envelope = service.envelope(event, event.cycle_id)
    await service.receive(envelope)
    await service.receive(envelope)
    await run_jobs(service)
    await service.receive(envelope)
    await run_jobs(service)
    await run_cron(service)
    assert len(await shown(service)) == len(secretaries)


async def test_every_inspector_is_told_of_a_new_grant_and_nobody_else(
    service: Service, secretaries: list[Recipient]
) -> None:
    committee = service.county.committee
    inspectors = [person(service, committee.id, Role.INSPECTOR) for _ in range(2)]
    person(service, committee.id, Role.ORGANIZATION_DEPARTMENT)
    event = GrantApproved(
        grant_id=new_id(),
        organization_id=committee.id,
        role="committee",
        role_name="县委",
        starts_on=date(2026, 5, 8),
        ends_on=None,
    )
    envelope = service.envelope(event, new_id())
    for _ in range(2):
        await service.receive(envelope)
        await run_jobs(service)
    rows = await shown(service)
    assert {row.user_id for row in rows} == {each.user_id for each in inspectors}
    assert len(rows) == len(inspectors)
    assert "“县委”授权" in rows[0].title
    assert str(event.grant_id) in rows[0].body
    assert secretaries


async def test_a_late_step_is_told_to_those_who_lead_and_watch(service: Service) -> None:
    county = service.county.committee.id
    leading = {
        person(service, county, role).user_id
        for role in (Role.INSPECTOR, Role.COMMITTEE, Role.ORGANIZATION_DEPARTMENT)
    }
    person(service, county, Role.FINANCE)
    person(service, service.county.townships[0].id, Role.TOWNSHIP)
    event = StepOverdue(
        cycle_id=new_id(),
        county_id=county,
        inspection_id=new_id(),
        title="获嘉县2026年五星支部创建",
        step_name="联审与县委确定",
        due_on=date(2026, 5, 8),
        until=date(2026, 5, 25),
        waiting=["信访局：答复联审", "组织部：代为录入"],
    )
    await service.receive(service.envelope(event, event.cycle_id))
    await run_jobs(service)
    rows = await shown(service)
    assert {row.user_id for row in rows} == leading
    assert "1．信访局：答复联审\n" in rows[0].body
    assert "2026年5月25日" in rows[0].body


async def test_only_the_office_that_owes_is_told(service: Service) -> None:
    county = service.county.committee.id
    silent = person(service, county, Role.SOURCE_OFFICE, department="petition_bureau")
    person(service, county, Role.SOURCE_OFFICE, department="public_security_bureau")
    person(service, county, Role.DEPARTMENT, department="petition_bureau")
    event = DeadlineNear(
        cycle_id=new_id(),
        title="获嘉县2026年五星支部创建",
        duty="clear",
        duty_name="答复联审（“无”也是答复）",
        duty_name_en="answer the clearance",
        afterwards="不答复即不能确定结果。",
        afterwards_en="Silence blocks the determination.",
        due_on=date(2026, 4, 21),
        role="source_office",
        department="petition_bureau",
        organization_ids=[county],
    )
    await service.receive(service.envelope(event, event.cycle_id))
    await run_jobs(service)
    [row] = await shown(service)
    assert row.user_id == silent.user_id
    assert row.title == "请于2026年4月21日前答复联审（“无”也是答复）"
    assert "不答复即不能确定结果" in row.body


async def test_a_stolen_token_is_told_to_its_user_and_the_security_administrators(
    service: Service, secretaries: list[Recipient]
) -> None:
    user, watching, other = secretaries[0].user_id, new_id(), new_id()
    event = SessionAlarm(
        user_id=user,
        display_name="四街村申报员",
        session_id=new_id(),
        device="手机",
        security_administrators=[watching, other],
    )
    envelope = service.envelope(event, user)
    for _ in range(2):
        await service.receive(envelope)
        await run_jobs(service)
    told = {row.user_id: row for row in await shown(service)}
    assert set(told) == {user, watching, other}
    assert told[user].title.startswith("您的登录凭据")
    assert "四街村申报员" in told[watching].title
    assert told[user].organization_id is None


async def test_events_out_of_order_are_told_in_order(
    service: Service, secretaries: list[Recipient]
) -> None:
    cycle = new_id()
    first = service.envelope(stage(service, [1] * 6), cycle)
    second = service.envelope(effective(service, 1), cycle)
    await service.receive(second)
    await run_jobs(service)
    assert await shown(service) == []
    await service.receive(first)
    await run_jobs(service)
    kinds = [row.kind for row in await shown(service)]
    assert kinds == ["stage.completed"] * 6 + ["results.effective"] * len(secretaries)


async def test_a_wake_up_that_redis_forgot_is_made_good_by_cron(
    service: Service, secretaries: list[Recipient]
) -> None:
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))
    service.queue.jobs.clear()
    await run_cron(service)
    assert len(await shown(service)) == len(secretaries)


class Away(FakeRegistry):
    """Registry while it does not answer."""

    async def recipients(
        self, organization_ids: Sequence[UUID], roles: Sequence[str]
    ) -> list[Recipient]:
        raise Unavailable("组织库没有响应。", f"not asked: {organization_ids} {roles}")


async def test_while_registry_is_away_a_fan_out_waits_and_then_goes_on(
    service: Service, secretaries: list[Recipient]
) -> None:
    present = fake(service)
    with_port(service, Registry, Away())
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))
    await run_jobs(service)
    async with service.context.read() as work:
        row = (await work.session.scalars(sa.select(FanOutRow))).one()
    assert (row.position, row.attempts, row.error) == (0, 1, "Unavailable")
    assert row.due_at > real_now()
    with_port(service, Registry, present)
    await make_due(service)
    await run_cron(service)
    assert len(await shown(service)) == len(secretaries)


class Dying(FakeRegistry):
    """Registry whose asker is killed after so many answers."""

    answers = 0

    async def recipients(
        self, organization_ids: Sequence[UUID], roles: Sequence[str]
    ) -> list[Recipient]:
        self.answers += 1
        if self.answers > 2:
            raise asyncio.CancelledError
        return await super().recipients(organization_ids, roles)


async def test_a_killed_worker_leaves_off_where_the_next_goes_on(
    service: Service, secretaries: list[Recipient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_outs, "CHUNK", 2)
    present = fake(service)
    with_port(service, Registry, Dying(people=present.people))
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))
    with pytest.raises(asyncio.CancelledError):
        await run_jobs(service)
    assert len(await shown(service)) == 4
    with_port(service, Registry, present)
    await run_cron(service)
    rows = await shown(service)
    assert {row.user_id for row in rows} == {each.user_id for each in secretaries}
    assert len(rows) == len(secretaries)


async def test_two_workers_on_one_fan_out_show_nothing_twice(
    service: Service, secretaries: list[Recipient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_outs, "CHUNK", 1)
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))
    await asyncio.gather(*(jobs.tell_waiting(service.context) for _ in range(4)))
    assert len(await shown(service)) == len(secretaries)


async def test_who_speaks_for_two_branches_is_told_about_each(service: Service) -> None:
    first, second = service.county.branches[:2]
    user = person(service, first.id, Role.VILLAGE).user_id
    person(service, second.id, Role.VILLAGE, user)
    event = effective(service, 1)
    await service.receive(service.envelope(event, event.cycle_id))
    await run_jobs(service)
    rows = await shown(service)
    assert [row.user_id for row in rows] == [user, user]
    assert {row.organization_id for row in rows} == {first.id, second.id}


async def test_a_notice_is_told_to_everyone_of_the_county_once(service: Service) -> None:
    county = service.county
    branch = person(service, county.branches[0].id, Role.VILLAGE)
    person(service, county.branches[1].id, Role.VILLAGE, branch.user_id)
    township = person(service, county.townships[0].id, Role.TOWNSHIP)
    office = person(service, county.committee.id, Role.ORGANIZATION_DEPARTMENT)
    person(service, county.branches[2].id, Role.FINANCE)
    person(service, service.other.branches[0].id, Role.VILLAGE)
    story = await Story(service).published()
    await run_jobs(service)
    rows = await shown(service)
    assert {row.user_id for row in rows} == {branch.user_id, township.user_id, office.user_id}
    assert len(rows) == 3
    assert {row.about_id for row in rows} == {story.id}
    assert all("2026年5月18日" in row.body for row in rows)
    assert rows[0].title.startswith("2026年度农村党支部“五星”创建评定结果公示")


async def test_a_cycle_and_a_returned_application_reach_their_villages(
    service: Service, secretaries: list[Recipient]
) -> None:
    cycle, branch = new_id(), service.county.branches[2]
    opened = CycleOpened.model_validate(
        {
            "cycle_id": cycle,
            "title": "2026年度五星支部创建",
            "year": 2026,
            "apply_until": "2026-05-20",
            "organization_ids": [each.id for each in service.county.branches],
        }
    )
    returned = ApplicationReturned.model_validate(
        {
            "cycle_id": cycle,
            "application_id": new_id(),
            "organization_id": branch.id,
            "reason": "会议记录缺页。",
            "due_on": "2026-05-22",
        }
    )
    await service.receive(service.envelope(opened, cycle))
    await service.receive(service.envelope(returned, cycle))
    await run_jobs(service)
    rows = await shown(service)
    assert [row.kind for row in rows] == ["cycle.opened"] * 6 + ["application.returned"]
    assert rows[-1].user_id == secretaries[2].user_id
    assert "会议记录缺页。" in rows[-1].body
    assert rows[-1].created_at.date().isoformat() == "2026-05-11"


async def test_without_a_mail_server_no_e_mail_delivery_is_pretended(
    service: Service, secretaries: list[Recipient]
) -> None:
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))
    await run_jobs(service)
    async with service.context.read() as work:
        rows = list(await work.session.scalars(sa.select(DeliveryRow)))
    assert {(row.channel, row.state) for row in rows} == {("in_app", "sent")}
    assert len(rows) == len(secretaries)


async def test_an_event_that_concerns_nobody_is_done_at_once(service: Service) -> None:
    event = stage(service, [])
    await service.receive(service.envelope(event, event.cycle_id))
    async with service.context.read() as work:
        row = (await work.session.scalars(sa.select(FanOutRow))).one()
    assert row.finished_at is not None
    await usecases.tell(service.context, row.id)
    assert await shown(service) == []


async def test_one_fan_out_that_cannot_be_told_holds_up_no_other(
    service: Service, secretaries: list[Recipient]
) -> None:
    cycle = new_id()
    await service.receive(service.envelope(effective(service, 2), cycle))
    async with service.context.work() as work:
        await work.session.execute(sa.update(FanOutRow).values(kind="no.such.text"))
    await service.receive(service.envelope(stage(service, [1] * 6), cycle))
    service.queue.jobs.clear()
    await run_cron(service)
    assert {row.kind for row in await shown(service)} == {"stage.completed"}
    assert len(await shown(service)) == len(secretaries)
