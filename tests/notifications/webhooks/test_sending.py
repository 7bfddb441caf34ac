"""Public facts reach their subscribers signed, in spite of everything, under stable ids."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from pytest_httpserver import HTTPServer

from services.notifications.webhooks.domain.secrets import SECRET
from services.notifications.webhooks.domain.subscription import Webhooks
from services.notifications.webhooks.jobs import deliver_webhooks
from services.notifications.webhooks.store.http import HttpPoster
from services.notifications.webhooks.tables import WebhookAttemptRow, WebhookEventRow, WebhookRow
from shared.caller import Caller, Role
from shared.contracts.scoring import ResultsCorrected
from shared.sealing.envelope import Seal
from shared.tables import new_id
from tests.notifications.conftest import Service
from tests.notifications.stories import Story, award
from tests.notifications.telling import effective, run_jobs, with_port
from tests.notifications.webhooks.conftest import (
    PATIENCE_SECONDS,
    Subscriber,
    later,
    rows,
    shift,
    subscribe,
)


async def tell(service: Service, level: int = 2) -> None:
    event = effective(service, level)
    await service.receive(service.envelope(event, event.cycle_id))


async def until(reached: Callable[[], bool]) -> None:
    """Wait for what a real server sees; less long than a closed subscriber keeps silent."""
    async with asyncio.timeout(PATIENCE_SECONDS - 2):
        while not reached():
            await asyncio.sleep(0.02)


async def attempts(service: Service) -> list[WebhookAttemptRow]:
    async with service.context.read() as work:
        found = await work.session.scalars(sa.select(WebhookAttemptRow).order_by(sa.column("id")))
        return list(found)


async def test_the_public_facts_of_a_whole_announcement_arrive_signed(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    story = await Story(service).published()
    await run_jobs(service)
    assert subscriber.types == ["announcement.published"]
    _, content = subscriber.taken[0]
    listed = content["data"]["listed"]
    assert {each["name"] for each in listed} == {each.name for each in story.listed}
    assert [each["level"] for each in listed if each["level_name"] == "五星"] == [5]
    assert all(each["township"] for each in listed)
    assert not any(str(branch.id) in str(content) for branch in story.starless)
    assert content["timestamp"].endswith("+00:00")
    assert subscriber.forged == 0


async def test_results_and_corrections_arrive_under_names(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    cycle = new_id()
    event = effective(service, 2)
    await service.receive(service.envelope(event, cycle))
    story = await Story(service).published()
    corrected = ResultsCorrected(
        cycle_id=story.cycle_id,
        determination_id=story.determination_id,
        objection_id=new_id(),
        entry=award(story.listed[0], 0),
    )
    await service.receive(service.envelope(corrected, story.cycle_id))
    await run_jobs(service)
    assert sorted(subscriber.types) == [
        "announcement.published",
        "results.corrected",
        "results.effective",
    ]
    contents = {content["type"]: content["data"] for _, content in subscriber.taken}
    assert contents["results.corrected"]["result"]["name"] == story.listed[0].name
    assert len(contents["results.effective"]["results"]) == 6


async def test_what_has_no_star_is_not_sent_at_all(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    await tell(service, level=0)
    await run_jobs(service)
    assert subscriber.taken == []


async def test_only_what_was_asked_for_and_only_of_the_county(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber, event_types=["results.corrected"])
    elsewhere = Subscriber(subscriber.url)
    await subscribe(service, service.other.caller(Role.PLATFORM), elsewhere)
    await tell(service)
    await run_jobs(service)
    assert await rows(service) == []


async def test_an_event_received_twice_is_sent_once(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    event = effective(service, 2)
    envelope = service.envelope(event, event.cycle_id)
    await service.receive(envelope)
    await service.receive(envelope)
    await run_jobs(service)
    await deliver_webhooks(service.context)
    assert list(subscriber.seen.values()) == [1]


async def test_two_failures_then_success_under_one_id_and_all_logged(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    subscriber.answers, subscriber.text = [500, 503], "忙"
    await tell(service)
    await run_jobs(service)
    first = (await rows(service))[0]
    assert (first.state, first.error) == ("failed", "http_500")
    await deliver_webhooks(service.context)
    assert sum(subscriber.seen.values()) == 1  # not before its time
    await later(service, 6)
    await later(service, 16)
    assert [row.state for row in await rows(service)] == ["sent"]
    assert list(subscriber.seen.values()) == [3]
    log = await attempts(service)
    assert [(each.number, each.status) for each in log] == [(1, 500), (2, 503), (3, 204)]
    assert log[0].response == "忙"


async def test_a_stalling_subscriber_times_out_and_is_tried_again(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    port = service.context.port(Webhooks)
    hasty = HttpPoster(port.rules, seconds=0.3)
    with_port(service, Webhooks, replace(port, poster=hasty))
    subscriber.stall = 1
    await tell(service)
    await run_jobs(service)
    await hasty.close()
    assert [(row.state, row.error) for row in await rows(service)] == [("failed", "timeout")]
    subscriber.stall = 0
    with_port(service, Webhooks, port)
    await later(service, 6)
    assert [row.state for row in await rows(service)] == ["sent"]
    assert len(set(subscriber.seen)) == 1


async def test_a_slow_subscriber_holds_up_no_other(
    service: Service, platform: Caller, subscriber: Subscriber, httpserver: HTTPServer
) -> None:
    slow = Subscriber(httpserver.url_for("/slow"))
    slow.open.clear()
    httpserver.expect_request("/slow").respond_with_handler(slow.take)
    await subscribe(service, platform, slow)
    await subscribe(service, platform, subscriber)
    for _ in range(3):
        await tell(service)
    sending = asyncio.create_task(run_jobs(service))
    # Everything has arrived here while the slow one has not answered its first.
    await until(lambda: len(subscriber.taken) == 3 and slow.seen.total() > 0)
    assert slow.taken == []
    slow.open.set()
    await sending
    assert len(slow.taken) == 3


async def test_a_slow_subscriber_takes_one_workers_hands_at_most(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    subscriber.open.clear()
    await tell(service)
    first = asyncio.create_task(deliver_webhooks(service.context))
    await until(lambda: subscriber.seen.total() > 0)
    await tell(service)
    await deliver_webhooks(service.context)
    assert subscriber.seen.total() == 1
    assert not first.done()  # the second worker did not wait for the slow one
    subscriber.open.set()
    await first  # which goes on with what came meanwhile
    assert len(subscriber.taken) == 2


async def test_a_killed_workers_deliveries_go_on_when_its_lease_ends(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    for _ in range(3):
        await tell(service)
    subscriber.open.clear()
    dying = asyncio.create_task(deliver_webhooks(service.context))
    await until(lambda: subscriber.seen.total() > 0)
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    subscriber.open.set()
    assert {row.state for row in await rows(service)} == {"sending"}
    await deliver_webhooks(service.context)
    assert {row.state for row in await rows(service)} == {"sending"}
    await later(service, 61)
    assert {row.state for row in await rows(service)} == {"sent"}
    assert len(subscriber.seen) == 3


async def test_many_workers_send_each_event_once(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    for _ in range(10):
        await tell(service)
    port = service.context.port(Webhooks)
    with_port(service, Webhooks, replace(port, chunk=2))
    await asyncio.gather(*(deliver_webhooks(service.context) for _ in range(4)))
    assert sorted(subscriber.seen.values()) == [1] * 10


async def test_an_emptied_queue_loses_nothing(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    await tell(service)
    service.queue.jobs.clear()
    await deliver_webhooks(service.context)
    assert len(subscriber.taken) == 1


async def test_after_the_last_attempt_it_is_dead_and_after_long_failure_disabled(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    path = await subscribe(service, platform, subscriber)
    port = service.context.port(Webhooks)
    few = replace(port, schedule=replace(port.schedule, attempts=2))
    with_port(service, Webhooks, few)
    subscriber.answers = [500] * 10
    await tell(service)
    await run_jobs(service)
    await later(service, 86_400)
    await later(service, 86_400)
    assert [(row.state, row.attempts) for row in await rows(service)] == [("dead", 2)]
    found = (await service.call("GET", path, platform, expect=200)).json()
    assert (found["state"], found["failing_since"] is None) == ("active", False)
    async with service.context.work() as work:
        await work.session.execute(
            sa.update(WebhookRow).values(failing_since=sa.func.now() - timedelta(days=6))
        )
    await tell(service)
    await run_jobs(service)
    found = (await service.call("GET", path, platform, expect=200)).json()
    assert (found["state"], found["disabled_reason"]) == ("disabled", "failing_too_long")
    await tell(service)
    await run_jobs(service)
    assert len(await rows(service)) == 2  # a disabled subscription is told nothing new


async def test_a_subscriber_that_says_gone_is_believed(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    path = await subscribe(service, platform, subscriber)
    subscriber.answers = [410]
    await tell(service)
    await run_jobs(service)
    assert [row.state for row in await rows(service)] == ["dead"]
    found = (await service.call("GET", path, platform, expect=200)).json()
    assert found["disabled_reason"] == "subscriber_gone"


async def test_a_secret_that_cannot_be_opened_holds_up_no_other(
    service: Service, platform: Caller, subscriber: Subscriber, httpserver: HTTPServer
) -> None:
    lost = Subscriber(httpserver.url_for("/lost"))
    path = await subscribe(service, platform, lost)
    await subscribe(service, platform, subscriber)
    own = UUID(path.rpartition("/")[2])
    foreign = Seal(lambda: {"a-key-that-was-here-before": bytes(32)})
    sealed = foreign.close(lost.secret, SECRET, own)
    async with service.context.work() as work:
        mine = sa.column("id") == own
        await work.session.execute(sa.update(WebhookRow).where(mine).values(sealed_secret=sealed))
    await tell(service)
    await run_jobs(service)
    assert len(subscriber.taken) == 1
    assert sorted(row.state for row in await rows(service)) == ["queued", "sent"]


async def test_what_time_does_not_suffice_for_is_put_back_uncounted(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    await subscribe(service, platform, subscriber)
    for _ in range(4):
        await tell(service)
    port = service.context.port(Webhooks)
    hurried = replace(port, begin_within=timedelta(seconds=0), chunk=50)
    with_port(service, Webhooks, hurried)
    await deliver_webhooks(service.context)
    assert {(row.state, row.attempts) for row in await rows(service)} == {("queued", 0)}
    assert await attempts(service) == []
    with_port(service, Webhooks, port)
    await shift(service, 1)
    await run_jobs(service)
    assert len(subscriber.taken) == 4


async def test_the_stored_bytes_are_those_that_are_sent(
    service: Service, platform: Caller, subscriber: Subscriber, httpserver: HTTPServer
) -> None:
    await subscribe(service, platform, subscriber)
    await tell(service)
    await run_jobs(service)
    async with service.context.read() as work:
        event = (await work.session.scalars(sa.select(WebhookEventRow))).one()
    assert httpserver.log[-1][0].get_data() == event.body.encode()
    assert f"evt_{event.id}" in subscriber.seen
