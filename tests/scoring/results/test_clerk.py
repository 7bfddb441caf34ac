"""A printed annex, typed by a clerk without a code, judges a county; every figure by hand.

    村庄规划  厕所改造  日常保洁                  村容村貌      现场会      基本分  总分
0   36       92.5→20  25-min(3×2,10)-1×5=14  7.5+7=14.5  5       84.50  89.50  得星
1   40       90→20    25                      8+7=15      0      100.00 100.00  占耕地建房
2   36       89.9→10  25-min(6×2,10)=15       7.5+7=14.5  5       75.50  80.50  总分差4.50
3   40       100→20   25                      8+7=15      0      100.00 100.00  处分2025-07-31期满
4   40       100→20   25                      8+7=15      0      100.00 100.00  处分2026-07-09期满
5   36       95→20    25                      7.5+0       0       88.50  88.50  得星
6   40       50→0     25                      3+7=10      5       75.00  80.00  总分差5.00
7   40       90→20    25                      0+0         0       85.00  85.00  得星
"""

from typing import Any
from uuid import UUID

import pytest

from shared.caller import Caller, Role
from shared.contracts.notifications import AnnouncementClosed, AnnouncementPublished
from shared.tables import new_id
from tests.scoring.county import Service
from tests.scoring.kernel.annex.sheets import workbook
from tests.scoring.policies import clerk
from tests.scoring.results.story import MEETING, own_events

GROUP = {"members": [{"title": "组长"}, {"title": "成员"}]}
# planning, toilets, litter, sewage, green, yard, gate, meeting; then base and total by hand.
VILLAGES: tuple[tuple[Any, ...], ...] = (
    ("36", "92.5", 3, 1, "7.5", True, True, "5", 8450, 8950),
    ("40", "90", 0, 0, "8", True, True, "0", 10000, 10000),
    ("36", "89.9", 6, 0, "7.5", True, True, "5", 7550, 8050),
    ("40", "100", 0, 0, "8", True, True, "0", 10000, 10000),
    ("40", "100", 0, 0, "8", True, True, "0", 10000, 10000),
    ("36", "95", 0, 0, "7.5", True, False, "0", 8850, 8850),
    ("40", "50", 0, 0, "3", True, True, "5", 7500, 8000),
    ("40", "90", 0, 0, "0", False, False, "0", 8500, 8500),
)
AWARDED = (0, 3, 5, 7)
# What two villages claimed of their toilets; the township counted again.
CLAIMED = {2: "90.5", 6: "90"}


class County:
    """The running service with the clerk's policy; codes are found by what things are called."""

    def __init__(self, service: Service, policy: dict[str, Any], cycle: dict[str, Any]) -> None:
        self.service, self.cycle = service, cycle
        self.star = policy["policy"]["stars"][0]
        self.ids: list[str] = []

    async def call(
        self, method: str, path: str, who: Caller, body: object = None, tag: str = ""
    ) -> Any:  # noqa: ANN401 -- JSON
        headers = {"If-Match": tag} if tag else {}
        answer = await self.service.call(method, path, who, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def item(self, name: str) -> dict[str, Any]:
        found = {}
        for item in self.star["items"]:
            for one in (item, *item["rule"].get("parts", ())):
                found[one["name"]] = one
        return dict(found[name])

    def words(self, number: int, *, own: bool = False) -> dict[str, Any]:
        """What is found in the n-th village, or (`own`) what it says of itself."""
        planning, toilets, litter, sewage, green, yard, gate, meeting = VILLAGES[number][:8]
        claimed = CLAIMED.get(number) if own else None
        events = [one["event"] for one in self.item("日常保洁")["rule"]["events"]]
        met = [one["code"] for one in self.item("庭院")["rule"]["conditions"]]
        measure = self.item("厕所改造")["rule"]["rows"][0]["any_of"][0]["measure"]
        said: dict[str, dict[str, Any]] = {
            "村庄规划": {"points": planning},
            "厕所改造": {"values": {measure: claimed or toilets}},
            "日常保洁": {"values": dict(zip(events, (litter, sewage), strict=True))},
            "绿化": {"points": green},
            "庭院": {"values": dict(zip(met, (yard, gate), strict=True))},
            "现场会": {"points": meeting},
        }
        if number in CLAIMED and not own:
            said["厕所改造"]["reason"] = "入户核查"
        return {self.item(name)["code"]: word for name, word in said.items()}

    async def applied(self) -> None:
        for number, branch in enumerate(self.service.county.assessed):
            who = self.service.county.village(branch)
            body = {"cycle_id": self.cycle["id"], "organization_id": str(branch.id)}
            made = await self.call("POST", "/v1/applications", who, body)
            path = f"/v1/applications/{made['id']}"
            items = {
                code: word | {"reference": "台账2026-01"}
                for code, word in self.words(number, own=True).items()
            }
            filled = {"apply": True, "items": items}
            await self.call("PUT", f"{path}/stars/{self.star['code']}", who, filled, '"1"')
            await self.call("POST", f"{path}/submit", who)
            self.ids.append(str(made["id"]))
        office = self.service.county.caller(Role.ORGANIZATION_DEPARTMENT)
        path = f"/v1/cycles/{self.cycle['id']}/applications/close"
        await self.call("POST", path, office)

    async def reviewed(self) -> None:
        """Townships and the department enter what they found; what was lowered is drawn, too."""
        county, base = self.service.county, f"/v1/cycles/{self.cycle['id']}"
        lead = county.caller(Role.DEPARTMENT, self.star["department"])
        for township in county.townships:
            who = county.township(township)
            for branch in county.of(township):
                number = county.assessed.index(branch)
                path = f"/v1/applications/{self.ids[number]}/recommendation"
                await self.call("PUT", path, who, {"items": self.words(number)}, '"0"')
            await self.call("POST", f"{base}/townships/{township.id}/sign-off", who, GROUP)
        for number, application in enumerate(self.ids):
            kind = "spot-checks" if number in CLAIMED else "reviews"
            path = f"/v1/applications/{application}/{kind}/{self.star['code']}"
            await self.call("PUT", path, lead, {"items": self.words(number)}, '"0"')
        path = f"{base}/departments/{self.star['department']}/complete"
        await self.call("POST", path, lead, GROUP)

    async def cleared(self) -> None:
        """Village 1 built on farmland; 3 and 4 have a cadre with a serious warning."""
        lines = {one["name"]: one for one in self.star["bottom_lines"]}
        land, warned = lines["占耕地建房"], lines["两委成员受处分"]
        sanction = warned["rule"]["sanctions"][0]["sanction"]
        told: dict[str, dict[int, dict[str, Any]]] = {
            land["source_office"]: {
                1: {land["code"]: {"hit": True, "reference": "获资卫〔2026〕1号"}}
            },
            warned["source_office"]: {
                number: {
                    warned["code"]: {
                        "sanctions": [
                            {
                                "sanction": sanction,
                                "decided_on": day,
                                "reference": "获纪发〔2025〕1号",
                            }
                        ]
                    }
                }
                for number, day in ((3, "2024-02-01"), (4, "2025-01-10"))
            },
        }
        for office, answers in told.items():
            who = self.service.county.caller(Role.SOURCE_OFFICE, office)
            own = {str(self.service.county.assessed[n].id): one for n, one in answers.items()}
            body = {"reference": "获函〔2026〕1号", "answers": own, "rest_none": True}
            path = f"/v1/cycles/{self.cycle['id']}/clearances/{office}"
            await self.call("PUT", path, who, body, '"0"')

    async def in_effect(self) -> None:
        """The meeting determines on 8 May; nobody objects."""
        await self.service.move_clock("2026-05-08 09:00")
        recorder = self.service.county.caller(Role.ORGANIZATION_DEPARTMENT)
        path = f"/v1/cycles/{self.cycle['id']}/determinations"
        made = await self.call("POST", path, recorder, {"meeting": MEETING})
        confirmer = self.service.county.caller(Role.COMMITTEE)
        await self.call("POST", f"/v1/determinations/{made['id']}/confirm", confirmer)
        announced = {
            "announcement_id": new_id(),
            "cycle_id": UUID(self.cycle["id"]),
            "determination_id": UUID(made["id"]),
        }
        period = {"published_on": "2026-05-11", "first_day": "2026-05-12", "last_day": "2026-05-18"}
        for event in (
            AnnouncementPublished.model_validate({**announced, **period, "provisional": False}),
            AnnouncementClosed.model_validate({**announced, "closed_on": "2026-05-19", "held": []}),
        ):
            envelope = self.service.envelope(event, announced["announcement_id"])
            await self.service.move_clock("2026-05-19 09:00")
            await self.service.receive(envelope)
            for own in await own_events(self.service):
                await self.service.receive(own)

    async def certificates(self) -> list[dict[str, Any]]:
        office = self.service.county.caller(Role.ORGANIZATION_DEPARTMENT)
        path = f"/v1/cycles/{self.cycle['id']}/results?limit=100"
        results = (await self.call("GET", path, office))["items"]
        own = {each["organization_id"]: each["id"] for each in results}
        return [
            await self.call("GET", f"/v1/results/{own[str(each.id)]}/certificate", office)
            for each in self.service.county.assessed
        ]


@pytest.fixture
async def county(service: Service) -> County:
    """The clerk's workbook imported, checked, published, and a cycle opened on it."""
    office = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    made = await service.call(
        "POST",
        "/v1/policies/import",
        office,
        data={"county_id": str(service.county.committee.id)},
        files={"file": ("美丽乡村星评价办法.xlsx", workbook(clerk.annex()))},
        expect=201,
    )
    path = f"/v1/policies/{made.json()['policy']['id']}"
    checked = await service.call("POST", f"{path}/check", office, expect=200)
    assert checked.json() == {"publishable": True, "faults": []}
    published = await service.call("POST", f"{path}/publish", office, expect=200)
    return County(service, published.json(), await service.open_cycle(published.json()))


async def test_every_figure_of_the_certificates_is_the_one_by_hand(county: County) -> None:
    await county.applied()
    await county.reviewed()
    await county.cleared()
    await county.in_effect()
    found = await county.certificates()
    stars = [one["certificate"]["stars"][0] for one in found]
    sums = [(star["sum"]["base"], star["sum"]["total"]) for star in stars]
    assert sums == [village[8:] for village in VILLAGES]
    assert [n for n, star in enumerate(stars) if star["awarded"]] == list(AWARDED)
    assert [one["level_name"] for one in found] == [
        "一星" if n in AWARDED else "无星" for n in range(8)
    ]
    money = [sum(line["amount"] for line in one["certificate"]["entitlements"]) for one in found]
    assert money == [300_000 if n in AWARDED else 0 for n in range(8)]
    texts = ["\n".join(s for part in one["sections"] for s in part["sentences"]) for one in found]
    expected = {
        0: ("垃圾未清3次×2.00分", "污水直排1次×5.00分", "一档，得20.00分", "每年3000.00元"),
        1: ("触碰底线标准“占耕地建房”（附件一底线1，获资卫〔2026〕1号）",),
        2: ("垃圾未清6次×2.00分，扣12.00分，以10.00分为限", "差4.50分"),
        4: ("两委成员受处分",),
        5: ("未达到：门前三包",),
        7: ("总分85.00",),
    }
    for number, sentences in expected.items():
        for sentence in sentences:
            assert sentence in texts[number], (number, texts[number])
