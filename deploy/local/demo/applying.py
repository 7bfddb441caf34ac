"""村级申报: the policy, the cycle, and every village's application."""

from dataclasses import dataclass, field
from typing import Any

from deploy.local.demo.actors import together
from deploy.local.demo.county import County, Place
from deploy.local.demo.points import Sheet
from deploy.local.demo.stories import NOT_APPLIED, STARS, Mark

YEAR = 2026
TITLE = f"获嘉县{YEAR}年五星支部创建"
PRESET = "five_star_edition_2"


@dataclass
class Cycle:
    """The running cycle: its policy, and each village's application."""

    id: str
    sheet: Sheet
    policy_id: str
    deadlines: dict[str, str]
    applications: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)


async def open_cycle(county: County, **content: str) -> Cycle:
    """Publish a policy, edition 2 unless `content` is another one, and open the year's cycle."""
    office = county.staff["office"]
    body = {"county_id": county.id} | (content or {"preset": PRESET})
    policy = await office.post("scoring", "/v1/policies", body)
    checked = await office.post("scoring", f"/v1/policies/{policy['id']}/check")
    if not checked["publishable"]:
        raise RuntimeError(checked["faults"])
    published = await office.post("scoring", f"/v1/policies/{policy['id']}/publish")
    draft = {"policy_id": policy["id"], "title": TITLE, "year": YEAR}
    cycle = await office.post("scoring", "/v1/cycles", draft)
    opened = await office.post("scoring", f"/v1/cycles/{cycle['id']}/open")
    deadlines = {name: opened[name] for name in opened if name.endswith("_until")}
    return Cycle(cycle["id"], Sheet(published["policy"]), policy["id"], deadlines)


async def apply(county: County, cycle: Cycle) -> int:
    """Let every village that wants to fill in and submit; returns how many submitted."""
    assessed = [each for each in county.villages.values() if each.story]
    await together(_apply(cycle, place) for place in assessed)
    return len(cycle.receipts)


async def _apply(cycle: Cycle, place: Place) -> None:
    story = place.story
    if story is None or story.name == "never_applied":
        return
    body = {"cycle_id": cycle.id, "organization_id": place.id}
    answer = await place.actor.send("scoring", "POST", "/v1/applications", json=body)
    application = answer.json()["id"]
    cycle.applications[place.id] = application
    etag: str | None = answer.headers["ETag"]
    for star in STARS:
        path = f"/v1/applications/{application}/stars/{star}"
        body = star_body(cycle.sheet, star, story.applied.get(star))
        etag = (await place.actor.put("scoring", path, body, etag)).headers["ETag"]
    receipt = await place.actor.post("scoring", f"/v1/applications/{application}/submit")
    cycle.receipts[place.id] = receipt["hash"]
    if story.name == "withdrawn":
        reason = {"reason": "材料尚不完整，先撤回"}
        await place.actor.post("scoring", f"/v1/applications/{application}/withdraw", reason)


def star_body(sheet: Sheet, star: str, mark: Mark | None) -> dict[str, Any]:
    """One star's items with points and evidence; without a mark the star is not applied for."""
    items = {
        item: {"points": points, "reference": "年度台账及会议记录"}
        for item, points in sheet.points(star, mark or NOT_APPLIED).items()
    }
    return {"apply": mark is not None, "items": items}
