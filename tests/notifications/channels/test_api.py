"""The account of deliveries over HTTP: who sees it, what it says, and trying again."""

import pytest
import sqlalchemy as sa

from services.notifications import main
from services.notifications.messages.domain.sending import Channels
from services.notifications.messages.tables import DeliveryRow
from services.notifications.settings import Settings
from shared.audit import audit_log
from shared.caller import Caller, Role
from shared.contracts.registry import Recipient
from shared.tables import new_id
from tests.accounts import caller
from tests.notifications.channels.conftest import Mailbox, by_mail
from tests.notifications.channels.test_deliver import begin
from tests.notifications.conftest import Service, problem
from tests.notifications.telling import account, run_jobs


@pytest.fixture
async def told(service: Service, secretaries: list[Recipient], mailbox: Mailbox) -> Service:
    """One event told to six people, two of whose letters were refused for good."""
    mailbox.refused = {str(each.email) for each in secretaries[:2]}
    await begin(service, by_mail(mailbox.server()))
    await run_jobs(service)
    return service


def office(service: Service) -> Caller:
    return service.county.caller(Role.ORGANIZATION_DEPARTMENT)


async def test_the_summary_counts_by_event_channel_and_state(told: Service) -> None:
    answer = await told.call("GET", "/v1/deliveries/summary", office(told), expect=200)
    counts = {"in_app": {"sent": 6}, "email": {"sent": 4, "dead": 2}}
    body = answer.json()
    assert body["totals"] == counts
    assert len(body["items"]) == 1
    event = body["items"][0]
    assert (event["kind"], event["told"], event["to_tell"]) == ("results.effective", 6, 6)
    assert event["counts"] == counts
    assert event["finished_at"] is not None


@pytest.mark.usefixtures("secretaries")
async def test_failures_are_found_without_addresses(told: Service) -> None:
    answer = await told.call(
        "GET",
        "/v1/deliveries",
        office(told),
        expect=200,
        params={"state": "dead", "channel": "email", "total": True, "limit": 1},
    )
    body = answer.json()
    assert body["total"] == 2
    assert body["items"][0]["error"] == "smtp_550"
    assert body["items"][0]["state_name"] == "多次失败已停止"
    assert "党支部" in body["items"][0]["organization_name"]
    assert "@" not in answer.text
    assert "第1人" not in answer.text
    following = await told.call(
        "GET",
        "/v1/deliveries",
        office(told),
        expect=200,
        params={"state": "dead", "cursor": body["next_cursor"]},
    )
    assert len(following.json()["items"]) == 1
    event = body["items"][0]["fan_out_id"]
    of_event = await told.call("GET", "/v1/deliveries", office(told), params={"event": event})
    assert len(of_event.json()["items"]) == 12


async def test_a_dead_delivery_is_sent_when_tried_again(told: Service, mailbox: Mailbox) -> None:
    listed = await told.call("GET", "/v1/deliveries", office(told), params={"state": "dead"})
    dead = listed.json()["items"][0]
    mailbox.refused.clear()
    path, who = f"/v1/deliveries/{dead['id']}/retry", office(told)
    key = {"Idempotency-Key": "retry-once-please"}
    first = await told.call("POST", path, who, expect=200, headers=key)
    assert (first.json()["state"], first.json()["attempts"]) == ("queued", 0)
    again = await told.call("POST", path, who, expect=200, headers=key)
    assert again.json() == first.json()
    await run_jobs(told)
    assert any(dead["id"] in each for each in mailbox.ids)
    answer = await told.call("POST", path, who, expect=409)
    assert problem(answer) == "illegal-transition"
    async with told.context.read() as work:
        actions = list(await work.session.scalars(sa.select(audit_log.c.action)))
    assert actions == ["delivery.retry"]


async def test_only_those_responsible_see_deliveries_and_only_their_counties(
    told: Service, secretaries: list[Recipient]
) -> None:
    async with told.context.read() as work:
        one = (await work.session.scalars(sa.select(DeliveryRow.id))).first()  # type: ignore[call-overload]  # a column
    for path in ("/v1/deliveries", "/v1/deliveries/summary", "/v1/channels"):
        for stranger in (account(secretaries[0]), told.county.caller(Role.TOWNSHIP)):
            answer = await told.call("GET", path, stranger, expect=403)
            assert problem(answer) == "forbidden"
        await told.call("GET", path, expect=401)
    elsewhere = told.other.caller(Role.ORGANIZATION_DEPARTMENT)
    summary = (await told.call("GET", "/v1/deliveries/summary", elsewhere, expect=200)).json()
    assert (summary["items"], summary["totals"]) == ([], {})
    listed = await told.call("GET", "/v1/deliveries", elsewhere, expect=200)
    assert listed.json()["items"] == []
    answer = await told.call("POST", f"/v1/deliveries/{one}/retry", elsewhere, expect=404)
    assert problem(answer) == "delivery-not-found"
    inspector = told.county.caller(Role.INSPECTOR)
    await told.call("GET", "/v1/deliveries/summary", inspector, expect=200)
    answer = await told.call("POST", f"/v1/deliveries/{one}/retry", inspector, expect=403)
    assert problem(answer) == "forbidden"
    administrator = caller(Role.SYSTEM_ADMINISTRATOR)
    everywhere = await told.call("GET", "/v1/deliveries/summary", administrator, expect=200)
    assert everywhere.json()["totals"]["in_app"] == {"sent": 6}


async def test_an_unknown_delivery_is_not_found(told: Service) -> None:
    answer = await told.call("POST", f"/v1/deliveries/{new_id()}/retry", office(told), expect=404)
    assert problem(answer) == "delivery-not-found"


async def test_a_channel_without_a_server_says_that_it_is_off(service: Service) -> None:
    answer = await service.call("GET", "/v1/channels", office(service), expect=200)
    on = {each["channel"]: each["on"] for each in answer.json()}
    assert on == {"in_app": True, "email": False}
    assert "没有配置邮件服务器" in answer.json()[1]["note"]


async def test_settings_wire_the_mail_server(settings: Settings) -> None:
    mail = {"smtp_host": "mail.huojia.test", "smtp_from": "组织部 <wuxing@huojia.test>"}
    app = main.create_app(settings.model_copy(update=mail))
    async with app.router.lifespan_context(app):
        channels: Channels = app.state.context.port(Channels)
        assert "email" in channels.live


def test_a_mail_server_without_a_sender_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="SMTP_FROM"):
        Settings.model_validate(settings.model_dump() | {"smtp_host": "mail.huojia.test"})
