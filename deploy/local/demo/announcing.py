"""结果公示: the notice, its period, objections and findings, and what takes effect."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from deploy.local.demo import clock
from deploy.local.demo.actors import Refused
from deploy.local.demo.applying import Cycle
from deploy.local.demo.county import County, Place
from deploy.local.demo.reviewing import PATIENCE_SECONDS, reach

PARTS = {
    "unit": "中共获嘉县委组织部",
    "phone": "0373-0000000",
    "letter": "中共获嘉县委组织部基层组织科",
    "email": "gongshi@demo.example",
    "address": "获嘉县行政中心（演示地址）",
}


@dataclass
class Notice:
    """The published announcement and the receipts of its objections."""

    id: str
    published: dict[str, Any]
    receipts: list[str] = field(default_factory=list)
    clue: str = ""


async def publish(county: County, cycle: Cycle) -> Notice:
    """Complete the drafted notice and publish it as a person of 组织部."""
    office = county.staff["office"]
    drafted = await _drafted(county)
    path = f"/v1/announcements/{drafted}"
    etag = (await office.send("notifications", "GET", path)).headers["ETag"]
    await office.send("notifications", "PATCH", path, json=PARTS, etag=etag)
    published = await office.post("notifications", f"{path}/publish")
    await reach(county, cycle, "announced")
    return Notice(drafted, published)


async def _drafted(county: County) -> str:
    for _ in range(PATIENCE_SECONDS * 5):
        found = await county.staff["office"].get("notifications", "/v1/announcements")
        if found["items"]:
            announcement: str = found["items"][0]["id"]
            return announcement
        await asyncio.sleep(0.2)
    raise TimeoutError("no notice was drafted")


async def object_to(county: County, notice: Notice) -> None:
    """The public objects: by star, by whole award, anonymously, and to an omission."""
    for place in county.villages.values():
        if place.story and place.story.objection:
            notice.receipts.append(await _object(county, notice, _objection(place)))
    omitted = county.telling(name="none_left")
    body = {
        "kind": "omission",
        "organization_id": omitted[0].id,
        "text": "该村今年乡风文明工作有目共睹，请说明为何没有列入名单。",
    }
    notice.receipts.append(await _object(county, notice, body))


def _objection(place: Place) -> dict[str, Any]:
    story = place.story
    body: dict[str, Any] = {"kind": "branch", "organization_id": place.id}
    match story.objection if story else "":
        case "upheld_star":
            return body | {"star": "civility", "text": "村内今年三次大操大办，与公示不符，有照片。"}
        case "upheld_award":
            return body | {
                "text": "申报佐证中的会议记录系后补，签名雷同。",
                "name": "（演示）反映人",
                "contact": "demo-contact",
            }
        case "anonymous":
            return body | {"star": "industry", "text": "合作社今年没有分红，请核实产业发展一项。"}
        case _:
            return body | {"star": "peace_harmony", "text": "村口路灯损坏半年，治安隐患大。"}


async def _object(county: County, notice: Notice, body: dict[str, Any]) -> str:
    client = county.services.clients["notifications"]
    answer = await client.post(f"/v1/announcements/{notice.id}/objections", json=body)
    if not answer.is_success:
        raise Refused("POST", "objections", answer)
    number: str = answer.json()["number"]
    return number


async def find(county: County, notice: Notice) -> None:
    """Two inspectors settle the objections; one case stays open beyond the period's end."""
    inspector = county.staff["inspector"]
    objections = await inspector.pages("notifications", "/v1/objections")
    for each in objections:
        if _verdict(county, each)["verdict"] != "dismissed":
            await _settle(county, each)
    last = date.fromisoformat(notice.published["last_day"])
    await clock.move_to(county.services, last + timedelta(days=1))
    await _until_closed(county, notice)
    notice.clue = await _object_late(county, notice)
    for each in objections:
        if _verdict(county, each)["verdict"] == "dismissed":
            await _settle(county, each)


async def _settle(county: County, objection: dict[str, Any]) -> None:
    first, second = county.staff["inspector"], county.staff["inspector.second"]
    path = f"/v1/objections/{objection['id']}"
    await first.post("notifications", f"{path}/accept", {})
    organizations = objection["organization_ids"] or []
    if objection["kind"] == "branch":
        place = county.villages[organizations[0]]
        inquiry = {"organization_id": place.id, "text": "请就有关情况作出说明并附佐证。"}
        asked = await first.post("notifications", f"{path}/inquiries", inquiry)
        answer = {"text": "情况已书面报告镇党委，相关记录附后。"}
        await place.actor.post("notifications", f"/v1/inquiries/{asked['id']}/answer", answer)
    await first.post("notifications", f"{path}/finding", _verdict(county, objection))
    await second.post("notifications", f"{path}/finding/sign")


def _verdict(county: County, objection: dict[str, Any]) -> dict[str, Any]:
    organizations = objection["organization_ids"] or []
    place = county.villages.get(organizations[0]) if organizations else None
    story = place.story if place else None
    finding: dict[str, Any] = {"reasons": "经两名工作人员现场核查并调取记录，情况如上。"}
    if objection["named"]:
        finding["answer"] = "您反映的问题已核查办结，感谢监督。"
    match story.objection if story else "":
        case "upheld_star":
            scope = {"scope": "star", "star": "civility"}
        case "upheld_award":
            scope = {"scope": "whole_award"}
        case _:
            return finding | {"verdict": "dismissed"}
    return finding | scope | {"verdict": "upheld", "organization_ids": organizations}


async def _object_late(county: County, notice: Notice) -> str:
    """An objection after the period becomes a clue for the inspector."""
    body = {"kind": "procedure", "text": "公示栏张贴位置不显眼，群众不易看到。"}
    client = county.services.clients["notifications"]
    answer = await client.post(f"/v1/announcements/{notice.id}/objections", json=body)
    number: str = answer.json().get("clue_number") or answer.json().get("number") or ""
    return number


async def _until_closed(county: County, notice: Notice) -> None:
    path = f"/v1/announcements/{notice.id}"
    for _ in range(PATIENCE_SECONDS * 5):
        found = await county.staff["office"].get("notifications", path)
        if found["state"] == "closed":
            return
        await asyncio.sleep(0.2)
    raise TimeoutError("the period did not end")


async def take_effect(county: County, cycle: Cycle) -> None:
    """Wait until every result has taken effect or fallen."""
    await reach(county, cycle, "concluded")
