"""Subscriptions over HTTP: the secret once, two secrets while rotating, replay, and who may."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.notifications import factory
from services.notifications.settings import Settings
from services.notifications.webhooks.domain.subscription import Webhooks
from services.notifications.webhooks.tables import WebhookRow
from shared.audit import audit_log
from shared.caller import Caller, Role
from shared.clock import real_now
from shared.idempotency import idempotency_keys
from shared.tables import new_id
from tests.accounts import caller
from tests.notifications.conftest import Service, problem
from tests.notifications.telling import effective, run_jobs
from tests.notifications.webhooks.conftest import Subscriber, later, rows, subscribe


async def tell(service: Service) -> None:
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))
    await run_jobs(service)


async def test_the_secret_is_shown_once_and_stored_sealed(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    key = {"Idempotency-Key": "subscribe-0001"}
    content = {"url": subscriber.url, "description": "市级平台"}
    first = await service.call(
        "POST", "/v1/webhooks", platform, expect=201, json=content, headers=key
    )
    secret = first.json()["secret"]
    assert secret.startswith("whsec_")
    assert first.headers["cache-control"] == "no-store"
    again = await service.call(
        "POST", "/v1/webhooks", platform, expect=201, json=content, headers=key
    )
    assert again.json() == {"webhook": first.json()["webhook"], "secret": None}
    path = f"/v1/webhooks/{first.json()['webhook']['id']}"
    for other in (path, "/v1/webhooks"):
        assert "whsec_" not in (await service.call("GET", other, platform, expect=200)).text
    async with service.context.read() as work:
        rows = (await work.session.execute(sa.select(sa.text("w::text FROM webhooks w")))).all()
        kept = (await work.session.execute(sa.select(idempotency_keys.c.body))).all()
        audit = (await work.session.execute(sa.select(audit_log.c.after))).all()
    assert len(rows) == len(kept) == 1
    assert secret not in str(rows)
    assert secret not in str(kept)
    assert "secret" not in str(audit)


async def test_changes_need_the_version_they_are_based_on(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    path = await subscribe(service, platform, subscriber)
    change = {"description": "省级平台", "event_types": ["results.effective"]}
    answer = await service.call("PATCH", path, platform, expect=428, json=change)
    assert problem(answer) == "if-match-required"
    tag = (await service.call("GET", path, platform, expect=200)).headers["etag"]
    changed = await service.call(
        "PATCH", path, platform, expect=200, json=change, headers={"If-Match": tag}
    )
    assert changed.json()["event_types"] == ["results.effective"]
    assert changed.json()["url"] == subscriber.url
    stale = await service.call(
        "PATCH", path, platform, expect=412, json=change, headers={"If-Match": tag}
    )
    assert problem(stale) == "stale-version"
    bad = await service.call(
        "PATCH",
        path,
        platform,
        expect=422,
        json={"url": "https://10.0.0.1/"},
        headers={"If-Match": changed.headers["etag"]},
    )
    assert problem(bad) == "webhook-address-refused"
    assert bad.json()["errors"][0]["pointer"] == "/body/url"


async def test_while_a_secret_is_rotated_both_verify(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    path = await subscribe(service, platform, subscriber)
    old = subscriber.secret
    rotated = await service.call("POST", f"{path}/rotate-secret", platform, expect=200)
    new = rotated.json()["secret"]
    assert new != old
    await tell(service)
    subscriber.secret = new
    await tell(service)
    assert (len(subscriber.taken), subscriber.forged) == (2, 0)
    async with service.context.work() as work:
        await work.session.execute(sa.update(WebhookRow).values(previous_until=real_now()))
    subscriber.secret = old
    await tell(service)
    assert subscriber.forged == 1


async def test_a_ping_goes_to_its_subscription_alone(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    path = await subscribe(service, platform, subscriber)
    await subscribe(service, platform, Subscriber("http://127.0.0.1:9/nobody"))
    sent = (await service.call("POST", f"{path}/ping", platform, expect=202)).json()
    assert (sent["event_type"], sent["state"]) == ("webhook.ping", "queued")
    await run_jobs(service)
    assert subscriber.types == ["webhook.ping"]
    assert len(await rows(service)) == 1
    log = await service.call("GET", f"{path}/deliveries/{sent['id']}", platform, expect=200)
    assert log.json()["delivery"]["state"] == "sent"
    assert [each["status"] for each in log.json()["attempts"]] == [204]


async def test_a_replay_sends_everything_again_under_the_same_ids(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    path = await subscribe(service, platform, subscriber)
    await tell(service)
    await service.call("POST", f"{path}/disable", platform, expect=200)
    await tell(service)  # missed
    since = {"since": (real_now() - timedelta(hours=1)).isoformat()}
    answer = await service.call("POST", f"{path}/replay", platform, expect=409, params=since)
    assert problem(answer) == "webhook-inactive"
    await service.call("POST", f"{path}/enable", platform, expect=200)
    await service.call("POST", f"{path}/ping", platform, expect=202)
    await run_jobs(service)
    replayed = await service.call("POST", f"{path}/replay", platform, expect=202, params=since)
    assert replayed.json() == {"events": 2}
    await run_jobs(service)
    assert sorted(subscriber.seen.values()) == [1, 1, 2]
    assert {row.state for row in await rows(service)} == {"sent"}
    future = {"since": (real_now() + timedelta(hours=1)).isoformat()}
    none = await service.call("POST", f"{path}/replay", platform, expect=202, params=future)
    assert none.json() == {"events": 0}
    naive = await service.call(
        "POST", f"{path}/replay", platform, expect=422, params={"since": "2026-05-11T00:00:00"}
    )
    assert problem(naive) == "invalid-content"


async def test_a_failed_delivery_is_retried_by_hand(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    path = await subscribe(service, platform, subscriber)
    subscriber.answers = [500]
    await tell(service)
    listed = await service.call(
        "GET", f"{path}/deliveries", platform, expect=200, params={"state": "failed"}
    )
    failed = listed.json()["items"][0]
    assert failed["error"] == "http_500"
    retry = f"{path}/deliveries/{failed['id']}/retry"
    assert (await service.call("POST", retry, platform, expect=200)).json()["state"] == "queued"
    await run_jobs(service)
    assert len(subscriber.taken) == 1
    assert problem(await service.call("POST", retry, platform, expect=409)) == "illegal-transition"
    unknown = f"{path}/deliveries/{new_id()}"
    for method, address in (("GET", unknown), ("POST", f"{unknown}/retry")):
        answer = await service.call(method, address, platform, expect=404)
        assert problem(answer) == "webhook-delivery-not-found"


async def test_a_deleted_subscription_is_gone_and_told_nothing(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    path = await subscribe(service, platform, subscriber)
    subscriber.answers = [500]
    await tell(service)
    await service.call("DELETE", path, platform, expect=428)
    await service.call("DELETE", path, platform, expect=204, headers={"If-Match": '"1"'})
    assert problem(await service.call("GET", path, platform, expect=404)) == "webhook-not-found"
    await later(service, 3600)
    await tell(service)
    assert sum(subscriber.seen.values()) == 1
    async with service.context.read() as work:
        actions = list(await work.session.scalars(sa.select(audit_log.c.action)))
    assert actions == ["webhook.create", "webhook.delete"]


async def test_platforms_see_their_own_and_administrators_their_county(
    service: Service, platform: Caller, subscriber: Subscriber
) -> None:
    path = await subscribe(service, platform, subscriber)
    other = service.county.caller(Role.PLATFORM)
    theirs = await subscribe(service, other, subscriber)
    elsewhere = service.other.caller(Role.SYSTEM_ADMINISTRATOR)
    for stranger in (other, elsewhere):
        for method, address in (
            ("GET", path),
            ("GET", f"{path}/deliveries"),
            ("POST", f"{path}/ping"),
            ("POST", f"{path}/rotate-secret"),
            ("POST", f"{path}/disable"),
        ):
            answer = await service.call(method, address, stranger, expect=404)
            assert problem(answer) == "webhook-not-found"

    async def seen(who: Caller) -> set[str]:
        listed = await service.call("GET", "/v1/webhooks", who, expect=200)
        return {f"/v1/webhooks/{each['id']}" for each in listed.json()["items"]}

    assert await seen(platform) == {path}
    assert await seen(other) == {theirs}
    assert await seen(elsewhere) == set()
    county_wide = service.county.caller(Role.SYSTEM_ADMINISTRATOR)
    for administrator in (county_wide, caller(Role.SYSTEM_ADMINISTRATOR)):
        assert await seen(administrator) == {path, theirs}


@pytest.mark.parametrize(
    "role", [Role.VILLAGE, Role.TOWNSHIP, Role.ORGANIZATION_DEPARTMENT, Role.INSPECTOR]
)
async def test_others_have_no_business_with_webhooks(service: Service, role: Role) -> None:
    who = service.county.caller(role)
    one = f"/v1/webhooks/{new_id()}"
    for method, path in (
        ("GET", "/v1/webhooks"),
        ("POST", "/v1/webhooks"),
        ("GET", one),
        ("POST", f"{one}/ping"),
        ("POST", f"{one}/rotate-secret"),
        ("POST", f"{one}/enable"),
        ("GET", f"{one}/deliveries"),
    ):
        content = {"url": "https://platform.example/"} if method == "POST" else None
        answer = await service.call(method, path, who, expect=403, json=content)
        assert problem(answer) == "forbidden"
        unknown = await service.call(method, path, expect=401, json=content)
        assert problem(unknown) == "not-signed-in"


async def test_a_subscription_names_one_county_of_the_caller(
    service: Service, platform: Caller
) -> None:
    url = {"url": "https://platform.example/"}
    outside = url | {"county_id": str(service.other.committee.id)}
    answer = await service.call("POST", "/v1/webhooks", platform, expect=403, json=outside)
    assert problem(answer) == "out-of-scope"
    below = url | {"county_id": str(service.county.townships[0].id)}
    answer = await service.call("POST", "/v1/webhooks", platform, expect=422, json=below)
    assert problem(answer) == "webhook-county-invalid"
    everywhere = caller(Role.SYSTEM_ADMINISTRATOR)
    answer = await service.call("POST", "/v1/webhooks", everywhere, expect=422, json=url)
    assert problem(answer) == "webhook-county-invalid"
    chosen = url | {"county_id": str(service.other.committee.id)}
    await service.call("POST", "/v1/webhooks", everywhere, expect=201, json=chosen)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"url": "https://a.example/", "event_types": []},
        {"url": "https://a.example/", "event_types": ["objection.upheld"]},
        {"url": "https://a.example/", "secret": "whsec_mine"},
        {"url": "https://a.example/" + "x" * 2000},
    ],
)
async def test_bad_content_is_refused(
    service: Service, platform: Caller, content: dict[str, object]
) -> None:
    answer = await service.call("POST", "/v1/webhooks", platform, expect=422, json=content)
    assert problem(answer) == "invalid-content"


async def test_production_takes_https_alone(settings: Settings) -> None:
    changed = {"environment": "production", "webhook_networks": ()}
    parts = await factory.build(settings.model_copy(update=changed))
    rules = parts.context.port(Webhooks).rules
    assert (rules.plain_http, rules.allows("127.0.0.1")) == (False, False)
    await parts.close()
