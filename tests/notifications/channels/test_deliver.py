"""Deliveries by e-mail: retried, freed when a worker dies, and never shown twice."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.notifications.channels.domain import MailServer
from services.notifications.channels.jobs import deliver_messages
from services.notifications.messages.domain.sending import Channels
from services.notifications.messages.tables import DeliveryRow, MessageRow
from shared.caller import Role
from shared.clients.registry import Registry
from shared.clock import real_now
from shared.contracts.registry import Recipient
from tests.notifications.channels.conftest import Mailbox, by_mail
from tests.notifications.conftest import Service
from tests.notifications.messages.test_fan_out import Away
from tests.notifications.telling import (
    effective,
    fake,
    person,
    run_cron,
    run_jobs,
    with_port,
)


async def rows(service: Service) -> list[DeliveryRow]:
    async with service.context.read() as work:
        found = await work.session.scalars(
            sa.select(DeliveryRow).where(sa.column("channel") == "email").order_by(sa.column("id"))
        )
        return list(found)


async def states(service: Service) -> set[str]:
    return {row.state for row in await rows(service)}


async def shift(service: Service, seconds: int) -> None:
    """Let so much real time pass for everything that is waiting or leased."""
    past = timedelta(seconds=seconds)
    async with service.context.work() as work:
        await work.session.execute(
            sa.update(DeliveryRow).values(
                due_at=sa.column("due_at") - past, leased_until=sa.column("leased_until") - past
            )
        )


async def begin(service: Service, channels: Channels) -> None:
    with_port(service, Channels, channels)
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))


async def test_every_message_is_also_an_e_mail(
    service: Service, secretaries: list[Recipient], mailbox: Mailbox
) -> None:
    await begin(service, by_mail(mailbox.server()))
    await run_jobs(service)
    assert await states(service) == {"sent"}
    assert {letter["To"] for letter in mailbox.letters} == {each.email for each in secretaries}
    assert len(set(mailbox.ids)) == len(mailbox.ids) == 6
    body = mailbox.letters[0].get_content()
    assert body.index("评定结果为二星") < body.index("your result is two stars")
    await deliver_messages(service.context)
    assert len(mailbox.letters) == 6


async def test_without_an_address_nothing_is_mailed_but_the_inbox_has_it(
    service: Service, mailbox: Mailbox
) -> None:
    recipient = person(service, service.county.branches[0].id, Role.VILLAGE)
    fake(service).people[:] = [recipient.model_copy(update={"email": None})]
    await begin(service, by_mail(mailbox.server()))
    await run_jobs(service)
    assert await rows(service) == []
    async with service.context.read() as work:
        assert len(list(await work.session.scalars(sa.select(MessageRow)))) == 1


async def test_an_address_that_went_away_meanwhile_is_final(
    service: Service, secretaries: list[Recipient], mailbox: Mailbox
) -> None:
    with_port(service, Channels, by_mail(mailbox.server()))
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))
    await run_cron(service)
    fake(service).people[0] = secretaries[0].model_copy(update={"email": None})
    await run_jobs(service)
    lost = [row for row in await rows(service) if row.user_id == secretaries[0].user_id]
    assert [(row.state, row.error) for row in lost] == [("dead", "no_address")]
    assert len(mailbox.letters) == 5


@pytest.mark.usefixtures("secretaries")
async def test_failures_are_tried_again_later_until_they_succeed(
    service: Service, mailbox: Mailbox
) -> None:
    mailbox.answers = ["451 later"] * 6 + ["421 busy"] + ["250"] * 5
    await begin(service, by_mail(mailbox.server()))
    await run_jobs(service)
    assert await states(service) == {"failed"}
    assert {row.attempts for row in await rows(service)} == {1}
    await deliver_messages(service.context)
    assert mailbox.letters == []
    await shift(service, 31)
    await deliver_messages(service.context)
    assert sorted(row.state for row in await rows(service)) == ["failed"] + ["sent"] * 5
    await shift(service, 61)
    await deliver_messages(service.context)
    assert await states(service) == {"sent"}
    assert len(set(mailbox.ids)) == len(mailbox.letters) == 6


@pytest.mark.usefixtures("secretaries")
async def test_after_the_last_attempt_a_delivery_is_dead_and_visible(
    service: Service, mailbox: Mailbox
) -> None:
    mailbox.answers = ["451 later"] * 100
    await begin(service, by_mail(mailbox.server()))
    await run_jobs(service)
    for _ in range(5):
        await shift(service, 86_400)
        await deliver_messages(service.context)
    assert {(row.state, row.attempts, row.error) for row in await rows(service)} == {
        ("dead", 3, "smtp_451")
    }


@pytest.mark.usefixtures("secretaries")
async def test_while_registry_is_away_mail_waits(service: Service, mailbox: Mailbox) -> None:
    present = fake(service)
    with_port(service, Channels, by_mail(mailbox.server()))
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))
    await run_cron(service)
    with_port(service, Registry, Away())
    await run_jobs(service)
    assert {row.error for row in await rows(service)} == {"registry_unavailable"}
    with_port(service, Registry, present)
    await shift(service, 31)
    await deliver_messages(service.context)
    assert await states(service) == {"sent"}


@pytest.mark.usefixtures("secretaries")
async def test_a_killed_workers_deliveries_go_on_when_its_lease_ends(
    service: Service, mailbox: Mailbox
) -> None:
    await begin(service, by_mail(mailbox.server(connections=1, timeout=30)))
    await run_cron(service)
    mailbox.hold_after = 1
    dying = asyncio.create_task(deliver_messages(service.context))
    while not mailbox.letters:
        await asyncio.sleep(0.02)
    dying.cancel()
    mailbox.release()
    with pytest.raises(asyncio.CancelledError):
        await dying
    assert await states(service) == {"sending"}
    await deliver_messages(service.context)
    assert await states(service) == {"sending"}  # the lease still runs
    await shift(service, 61)
    await deliver_messages(service.context)
    assert await states(service) == {"sent"}
    assert {row.attempts for row in await rows(service)} == {2}
    # What was on its way is repeated at worst, and recognisable by its id.
    assert len(set(mailbox.ids)) == 6
    async with service.context.read() as work:
        assert len(list(await work.session.scalars(sa.select(MessageRow)))) == 6


@pytest.mark.usefixtures("secretaries")
async def test_many_workers_send_each_letter_once(service: Service, mailbox: Mailbox) -> None:
    await begin(service, by_mail(mailbox.server(), chunk=2))
    await run_cron(service)
    await asyncio.gather(*(deliver_messages(service.context) for _ in range(4)))
    assert await states(service) == {"sent"}
    assert len(mailbox.ids) == len(set(mailbox.ids)) == 6


@pytest.mark.usefixtures("secretaries")
async def test_a_mail_server_that_hangs_does_not_take_all_workers_hands(
    service: Service, mailbox: Mailbox
) -> None:
    await begin(service, by_mail(mailbox.server(connections=1, timeout=30), chunk=1))
    await run_cron(service)
    mailbox.hold_after = 0
    jobs = [asyncio.create_task(deliver_messages(service.context)) for _ in range(2)]
    while sum(row.state == "sending" for row in await rows(service)) < 2:
        await asyncio.sleep(0.02)
    await deliver_messages(service.context)
    assert sum(row.state == "sending" for row in await rows(service)) <= 2
    assert mailbox.letters == []
    mailbox.release()
    await asyncio.gather(*jobs)
    assert await states(service) == {"sent"}


@pytest.mark.usefixtures("secretaries")
async def test_a_slow_worker_whose_lease_ended_does_not_overrule_the_next(
    service: Service, mailbox: Mailbox
) -> None:
    await begin(service, by_mail(mailbox.server(connections=1, timeout=30)))
    await run_cron(service)
    mailbox.hold_after = 1
    mailbox.answers = ["451 later"] * 6
    slow = asyncio.create_task(deliver_messages(service.context))
    while len(mailbox.answers) > 4:
        await asyncio.sleep(0.02)
    await shift(service, 61)
    mailbox.hold_after = None
    mailbox.answers.clear()
    await deliver_messages(service.context)
    assert not slow.done()
    mailbox.release()
    await slow
    assert {(row.state, row.attempts) for row in await rows(service)} == {("sent", 2)}


@pytest.mark.usefixtures("secretaries")
async def test_a_dead_server_costs_one_attempt_a_pause(service: Service) -> None:
    nowhere = MailServer("127.0.0.1", 9, "none", "a@huojia.test", timeout=timedelta(seconds=1))
    await begin(service, by_mail(nowhere))
    await run_jobs(service)
    found = await rows(service)
    assert {(row.state, row.attempts) for row in found} == {("failed", 1)}
    assert all(row.due_at > real_now() + timedelta(seconds=25) for row in found)
