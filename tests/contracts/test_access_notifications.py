"""The access matrix of notifications, with a published notice and objections to it."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from services.notifications.webhooks.tables import WebhookDeliveryRow
from shared.caller import Caller, Role
from shared.contracts.registry import Recipient
from tests.contracts.access import County, World, check, let_in_with_a_false_token, observed
from tests.notifications.conftest import County as Known
from tests.notifications.conftest import Service, service, settings
from tests.notifications.messages.conftest import secretaries
from tests.notifications.objections.cases import only_desk, to_branch
from tests.notifications.stories import Story
from tests.notifications.telling import account, effective, run_jobs

__all__ = ["secretaries", "service", "settings"]

YEAR = "2026"


def county_of(known: Known) -> County:
    branch = known.branches[0]
    assert branch.parent_id is not None
    return County(known.committee.id, branch.parent_id, branch.id)


async def objected(service: Service) -> dict[str, str]:
    """A published notice, an objection that a branch was asked about, and a clue."""
    story = await Story(service).published()
    await to_branch(story, 0)
    desk = await only_desk(story)
    await desk.accept()
    branch = story.listed[0]
    asked = {"organization_id": str(branch.id), "text": "请说明清运情况。"}
    inquiry = await desk.post("inquiries", desk.first, asked, 201)
    await service.move_clock("2026-05-25 09:00")
    late = {"kind": "branch", "text": "围墙未修。", "organization_id": str(branch.id)}
    await service.call("POST", f"{story.path}/objections", json=late, expect=409)
    clues = await service.call("GET", "/v1/clues", story.inspector, expect=200)
    return {
        "announcement_id": str(story.id),
        "objection_id": desk.path.rpartition("/")[2],
        "inquiry_id": inquiry["id"],
        "clue_id": clues.json()["items"][0]["id"],
        "cycle_id": str(story.cycle_id),
        "number": "YY-0000-0000-0000",
    }


async def told(service: Service, reader: Caller) -> dict[str, str]:
    """A message in the first village's inbox, and its delivery."""
    event = effective(service, 2)
    await service.receive(service.envelope(event, event.cycle_id))
    await run_jobs(service)
    inbox = await service.call("GET", "/v1/messages", reader, expect=200)
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    deliveries = await service.call("GET", "/v1/deliveries", office, expect=200)
    async with service.context.read() as work:
        push = await work.session.scalar(sa.select(col(WebhookDeliveryRow.id)).limit(1))
    return {
        "message_id": inbox.json()["items"][0]["id"],
        "delivery_id": deliveries.json()["items"][0]["id"],
        "push_id": str(push),
    }


async def subscribed(service: Service, platform: Caller) -> dict[str, str]:
    body = {"url": "https://platform.example/hooks"}
    answer = await service.call("POST", "/v1/webhooks", platform, json=body, expect=201)
    return {"webhook_id": str(answer.json()["webhook"]["id"])}


@pytest.fixture
async def world(service: Service, secretaries: list[Recipient]) -> World:
    home = county_of(service.county)
    reader = account(secretaries[0])
    assert reader.user_id is not None
    platform = service.county.caller(Role.PLATFORM)
    assert platform.user_id is not None
    ids = await subscribed(service, platform) | await told(service, reader)
    ids |= await objected(service)
    ids |= {"county_id": str(home.county), "organization_id": str(home.village)}
    transport = service.http._transport
    desk = {"kind": "procedure", "text": "公示栏没有张贴。", "channel": "phone"}
    desk["received_on"] = "2026-05-14"
    return World(
        transport.app,  # type: ignore[attr-defined]  # httpx's transport for applications
        service.http,
        service.signer.key,
        "test",
        home,
        county_of(service.other),
        ids,
        query={
            "GET /v1/calendar/period": {"start": "2026-05-11", "working_days": "5"},
            "GET /v1/calendar/days": {"year": YEAR},
            "POST /v1/webhooks/{webhook_id}/replay": {"since": "2026-05-01T00:00:00Z"},
        },
        content={"POST /v1/announcements/{announcement_id}/objections/desk": {"json": desk}},
        accounts={
            (home.village, Role.VILLAGE): reader.user_id,
            (home.county, Role.PLATFORM): platform.user_id,
        },
    )


async def test_everybody_is_let_in_where_the_table_says_and_nowhere_else(world: World) -> None:
    check("notifications", await observed(world))


async def test_a_false_token_opens_nothing(world: World) -> None:
    assert await let_in_with_a_false_token(world) == []
