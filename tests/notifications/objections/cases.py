"""What tests do with objections: make them, check them, decide them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.notifications.objections.jobs import sweep_announcements
from shared.caller import Caller, Role
from shared.contracts.registry import OrganizationRecord
from tests.accounts import caller
from tests.notifications.conftest import Service
from tests.notifications.stories import Story

# What a JSON body may hold here.
Json = str | None | Sequence[str]

TEXT = "村东头的垃圾堆放点自三月以来没有清运。"
NAMED = {"name": "张三", "contact": "13800000000"}


async def object_to(story: Story, **fields: Json) -> str:
    """Object as the public; returns the receipt number."""
    body = {"kind": "branch", "text": TEXT} | fields
    answer = await story.service.call("POST", f"{story.path}/objections", json=body, expect=201)
    return str(answer.json()["number"])


async def to_branch(story: Story, index: int, **fields: Json) -> str:
    """Object to a listed branch; returns the receipt number."""
    return await object_to(story, organization_id=str(story.branches[index].id), **fields)


async def open_objections(story: Story) -> list[dict[str, Any]]:
    """All objections to the announcement, as an inspector lists them."""
    query = {"announcement_id": str(story.id), "limit": 500}
    answer = await story.service.call(
        "GET", "/v1/objections", story.inspector, params=query, expect=200
    )
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def progress(service: Service, number: str) -> dict[str, Any]:
    answer = await service.call("GET", f"/v1/objections/receipt/{number}", expect=200)
    found: dict[str, Any] = answer.json()
    return found


class Desk:
    """Two inspectors who check one objection."""

    def __init__(self, story: Story, objection_id: str) -> None:
        self.story, self.service = story, story.service
        self.path = f"/v1/objections/{objection_id}"
        self.first, self.second = story.inspector, story.inspector

    async def post(
        self, verb: str, who: Caller, json: dict[str, Any] | None = None, expect: int = 200
    ) -> dict[str, Any]:
        answer = await self.service.call(
            "POST", f"{self.path}/{verb}", who, json=json, expect=expect
        )
        found: dict[str, Any] = answer.json()
        return found

    async def accept(self) -> None:
        await self.post("accept", self.first, {})

    async def hear(self, branch: OrganizationRecord) -> None:
        """Put the redacted objection to the branch, which answers."""
        inquiry = {"organization_id": str(branch.id), "text": "请说明清运情况。"}
        asked = await self.post("inquiries", self.first, inquiry, 201)
        village = caller(Role.VILLAGE, branch.id)
        path = f"/v1/inquiries/{asked['id']}/answer"
        await self.service.call(
            "POST", path, village, json={"text": "五月起每日清运。"}, expect=200
        )

    async def draft(self, verdict: str, **fields: Json) -> dict[str, Any]:
        body = {"verdict": verdict, "reasons": "已核查。"} | fields
        return await self.post("finding", self.first, body, 201)

    async def sign(self) -> None:
        await self.post("finding/sign", self.second)

    async def dismiss(self) -> None:
        await self.draft("dismissed")
        await self.sign()

    async def uphold(self, branch: OrganizationRecord, **scope: Json) -> None:
        """Accept, hear the branch, draft and sign."""
        await self.accept()
        await self.hear(branch)
        await self.draft("upheld", organization_ids=[str(branch.id)], **scope)
        await self.sign()


async def only_desk(story: Story) -> Desk:
    """The desk for the only objection."""
    [objection] = await open_objections(story)
    return Desk(story, objection["id"])


async def close(story: Story) -> None:
    """Let the period pass and the sweep run."""
    await story.service.move_clock("2026-05-19 00:05")
    await sweep_announcements(story.service.context)


async def decided(service: Service) -> list[tuple[str, dict[str, Any]]]:
    """What scoring was told, without the publication."""
    return [each for each in await service.sent() if each[0] != "announcement.published"]


def ids(*organizations: OrganizationRecord) -> list[str]:
    return sorted(str(each.id) for each in organizations)


def milliseconds_of_day(text: str) -> int:
    """Milliseconds since midnight in a UUIDv7."""
    return (UUID(text).int >> 80) % 86_400_000
