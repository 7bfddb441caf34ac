"""Submitting, withdrawing, returning and the end of applying, over HTTP."""

import hashlib
import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared.caller import Caller, Role
from shared.canonical import content_hash
from shared.contracts.registry import OrganizationRecord
from tests.scoring.county import Service, problem, sheet

STAR = "party_building"
REASON = {"reason": "集体经济增收缺少合同复印件"}


class Office:
    """An open cycle and the people who deal with its applications."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.branch: OrganizationRecord = service.county.assessed[0]
        self.village = service.county.village(self.branch)
        self.township = service.county.township(self.branch)

    async def open(self) -> "Office":
        self.policy = await self.service.published_policy()
        self.cycle = await self.service.open_cycle(self.policy)
        return self

    async def filled(self, *stars: str, branch: OrganizationRecord | None = None) -> str:
        content = sheet(self.policy, *(stars or (STAR,)))
        return await self.service.filled(self.cycle, branch or self.branch, content)

    async def submitted(self, branch: OrganizationRecord | None = None) -> str:
        content = sheet(self.policy, STAR)
        return await self.service.submitted(self.cycle, branch or self.branch, content)

    async def post(self, who: Caller, application: str, verb: str, **body: Any) -> httpx.Response:  # noqa: ANN401 -- JSON
        path = f"/v1/applications/{application}/{verb}"
        content: Any = {"json": body} if body else {}
        return await self.service.call("POST", path, who, **content)

    async def get(self, who: Caller, application: str, part: str = "") -> httpx.Response:
        return await self.service.call("GET", f"/v1/applications/{application}{part}", who)

    async def edit(self, application: str, points: str = "10") -> httpx.Response:
        read = await self.get(self.village, application)
        return await self.service.call(
            "PUT",
            f"/v1/applications/{application}/stars/{STAR}/items/team_role",
            self.village,
            json={"points": points, "reference": "材料"},
            headers={"If-Match": read.headers["ETag"]},
        )


@pytest.fixture
async def office(service: Service) -> Office:
    return await Office(service).open()


async def test_the_receipt_is_the_hash_of_what_was_received(office: Office) -> None:
    application = await office.filled()
    receipt = (await office.post(office.village, application, "submit")).json()
    assert receipt["number"] == 1
    checked = (await office.get(office.village, application, "/receipts/1")).json()
    assert checked["intact"]
    # Anyone can recompute it from the content: canonical JSON, then sha256.
    content = json.dumps(
        checked["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert receipt["hash"] == "sha256:" + hashlib.sha256(content.encode()).hexdigest()
    assert checked["content"]["stars"][STAR]["items"]["team_role"]["points"] == 2000
    assert checked["content"]["policy_hash"] == office.policy["hash"]


async def test_receipts_of_every_submission_stay_verifiable(office: Office) -> None:
    application = await office.submitted()
    await office.post(office.township, application, "return", **REASON)
    await office.edit(application, "19.5")
    await office.post(office.village, application, "submit")
    receipts = (await office.get(office.village, application, "/receipts")).json()
    assert [each["number"] for each in receipts] == [1, 2]
    assert receipts[0]["hash"] != receipts[1]["hash"]
    first = (await office.get(office.village, application, "/receipts/1")).json()
    assert content_hash(first["content"]) == receipts[0]["hash"]
    assert problem(await office.get(office.village, application, "/receipts/3")) == "not-found"


@pytest.mark.parametrize("table", ["submissions", "application_changes"])
async def test_the_database_keeps_what_was_received(office: Office, table: str) -> None:
    await office.submitted()
    async with office.service.context.sessions() as session:
        with pytest.raises(DBAPIError, match="append-only"):
            await session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 -- a fixed name


async def test_an_incomplete_application_is_refused_with_everything_missing(
    office: Office,
) -> None:
    content = {STAR: sheet(office.policy, STAR)[STAR]}
    application = await office.service.filled(office.cycle, office.branch, content)
    refused = await office.post(office.village, application, "submit")
    assert problem(refused) == "application-incomplete"
    stars = {each["pointer"].split("/")[1] for each in refused.json()["errors"]}
    assert stars == {star["code"] for star in office.policy["policy"]["stars"]} - {STAR}
    assert (await office.get(office.village, application)).json()["state"] == "draft"


async def test_a_star_that_fell_below_the_lines_blocks_submission(office: Office) -> None:
    application = await office.filled()
    assert (await office.edit(application, "1")).status_code == 200
    assert problem(await office.post(office.village, application, "submit")) == "star-below-lines"
    shown = (await office.get(office.village, application, "/completeness")).json()
    assert not shown["complete"]


async def test_a_village_may_submit_without_applying_for_a_star(office: Office) -> None:
    content = sheet(office.policy)
    application = await office.service.filled(office.cycle, office.branch, content)
    assert (await office.post(office.village, application, "submit")).status_code == 200


async def test_a_repeated_submission_gives_the_same_receipt(office: Office) -> None:
    application = await office.filled()
    path, key = f"/v1/applications/{application}/submit", {"Idempotency-Key": "submit-once-0001"}
    first = await office.service.call("POST", path, office.village, headers=key, expect=200)
    again = await office.service.call("POST", path, office.village, headers=key, expect=200)
    assert again.content == first.content
    receipts = (await office.get(office.village, application, "/receipts")).json()
    assert len(receipts) == 1
    bare = await office.post(office.village, application, "submit")
    assert problem(bare) == "illegal-transition"


async def test_others_see_what_was_submitted_and_no_draft(office: Office) -> None:
    county = office.service.county
    application = await office.filled()
    stranger = county.township(county.townships[1])
    for who in (
        office.township,
        stranger,
        county.caller(Role.ORGANIZATION_DEPARTMENT),
        county.village(county.assessed[1]),
    ):
        assert problem(await office.get(who, application)) == "draft-not-visible"
        assert problem(await office.get(who, application, "/completeness")) == "draft-not-visible"
    inspector = county.caller(Role.INSPECTOR)
    assert (await office.get(inspector, application)).json()["working"]
    await office.post(office.village, application, "submit")
    assert (await office.get(office.township, application)).json()["working"] is False
    assert problem(await office.get(stranger, application)) == "out-of-scope"
    assert problem(await office.get(county.village(county.assessed[1]), application)) == (
        "out-of-scope"
    )
    department = county.caller(Role.DEPARTMENT, "publicity_department")
    assert problem(await office.get(department, application)) == "not-yet-visible"


async def test_after_a_return_others_still_see_the_submitted_version(office: Office) -> None:
    application = await office.submitted()
    await office.post(office.township, application, "return", **REASON)
    await office.edit(application, "3.5")
    seen = (await office.get(office.township, application)).json()
    assert seen["stars"][STAR]["items"]["team_role"]["points"] == "20.00"
    own = (await office.get(office.village, application)).json()
    assert own["stars"][STAR]["items"]["team_role"]["points"] == "3.50"
    assert own["return_reason"] == REASON["reason"]


async def test_a_return_needs_a_reason_and_gives_time_and_notice(office: Office) -> None:
    application = await office.submitted()
    assert (await office.post(office.township, application, "return")).status_code == 422
    await office.service.move_clock("2026-03-16 16:00")
    returned = (await office.post(office.township, application, "return", **REASON)).json()
    # On the last day itself: two working days more.
    assert returned["last_day"] == "2026-03-18"
    kind, data = (await office.service.sent())[-1]
    assert kind == "application.returned"
    assert data["due_on"] == "2026-03-18"
    assert data["reason"] == REASON["reason"]


async def test_an_early_return_leaves_the_whole_time(office: Office) -> None:
    application = await office.submitted()
    returned = (await office.post(office.township, application, "return", **REASON)).json()
    assert returned["last_day"] == office.cycle["apply_until"]


async def test_the_limit_of_returns_forces_a_score(office: Office) -> None:
    application = await office.submitted()
    for _ in range(2):
        await office.post(office.township, application, "return", **REASON)
        await office.post(office.village, application, "submit")
    refused = await office.post(office.township, application, "return", **REASON)
    assert problem(refused) == "return-limit-reached"
    assert (await office.get(office.village, application)).json()["state"] == "submitted"


async def test_a_township_acts_on_its_own_villages_only(office: Office) -> None:
    application = await office.submitted()
    stranger = office.service.county.township(office.service.county.townships[1])
    refused = await office.post(stranger, application, "return", **REASON)
    assert problem(refused) == "out-of-scope"
    draft = await office.filled(branch=office.service.county.assessed[1])
    early = await office.post(office.township, draft, "return", **REASON)
    assert problem(early) == "illegal-transition"
    village = await office.post(office.village, application, "return", **REASON)
    assert problem(village) == "forbidden"


async def test_a_return_that_is_not_answered_counts_as_submitted_last(office: Office) -> None:
    application = await office.submitted()
    await office.service.move_clock("2026-03-16 16:00")
    await office.post(office.township, application, "return", **REASON)
    await office.edit(application, "1.5")
    await office.service.after(office.cycle["apply_until"])
    # The cycle has moved on, but this village still has its two working days.
    assert (await office.edit(application, "2.5")).status_code == 200
    await office.service.after("2026-03-18")
    read = (await office.get(office.village, application)).json()
    assert read["state"] == "submitted"
    late = await office.edit(application)
    assert problem(late) == "deadline-passed"
    seen = (await office.get(office.township, application)).json()
    assert seen["stars"][STAR]["items"]["team_role"]["points"] == "20.00"


async def test_a_returned_application_is_submitted_again_after_the_common_deadline(
    office: Office,
) -> None:
    application = await office.submitted()
    await office.service.move_clock("2026-03-16 16:00")
    await office.post(office.township, application, "return", **REASON)
    await office.service.after(office.cycle["apply_until"])
    assert (await office.post(office.village, application, "submit")).status_code == 200


async def test_withdrawing_lets_the_village_start_over(office: Office) -> None:
    application = await office.submitted()
    assert problem(await office.edit(application)) == "illegal-transition"
    withdrawn = (await office.post(office.village, application, "withdraw")).json()
    assert withdrawn["state"] == "withdrawn"
    assert problem(await office.get(office.township, application)) == "draft-not-visible"
    assert (await office.edit(application, "19")).status_code == 200
    assert (await office.post(office.village, application, "submit")).json()["number"] == 2


async def test_it_is_too_late_to_withdraw_once_the_township_has_acted(office: Office) -> None:
    application = await office.submitted()
    await office.post(office.township, application, "return", **REASON)
    await office.post(office.village, application, "submit")
    refused = await office.post(office.village, application, "withdraw")
    assert problem(refused) == "township-has-acted"


async def test_after_the_deadline_nothing_can_be_done(office: Office) -> None:
    draft = await office.filled()
    sent = await office.submitted(branch=office.service.county.assessed[1])
    last = office.service.county.assessed[2]
    # Before the sweep has come round, the date alone decides.
    await office.service.move_clock("2026-03-17 00:01")
    for _ in range(2):
        start = {"cycle_id": office.cycle["id"], "organization_id": str(last.id)}
        attempts = [
            await office.edit(draft),
            await office.service.call(
                "POST", "/v1/applications", office.service.county.village(last), json=start
            ),
            await office.post(
                office.service.county.village(office.service.county.assessed[1]), sent, "withdraw"
            ),
        ]
        assert {problem(each) for each in attempts} == {"deadline-passed"}
        await office.service.run_job("sweep_applications")


async def test_submitting_late_is_its_own_problem(office: Office) -> None:
    draft = await office.filled()
    await office.service.move_clock("2026-03-17 00:01")
    assert problem(await office.post(office.village, draft, "submit")) == "deadline-passed"


async def test_whoever_submitted_nothing_is_recorded_as_not_having_applied(
    office: Office,
) -> None:
    first, second, third, *_ = office.service.county.assessed
    draft = await office.filled(branch=first)
    withdrawn = await office.submitted(branch=second)
    await office.post(office.service.county.village(second), withdrawn, "withdraw")
    sent = await office.submitted(branch=third)
    await office.service.move_clock("2026-03-17 00:01")
    await office.service.run_job("sweep_applications")
    listed = await office.service.call(
        "GET",
        f"/v1/applications?cycle_id={office.cycle['id']}",
        office.service.county.caller(Role.ORGANIZATION_DEPARTMENT),
        expect=200,
    )
    states = {each["id"]: each["state"] for each in listed.json()["items"]}
    assert len(states) == len(office.service.county.assessed)
    assert states.pop(sent) == "submitted"
    assert set(states.values()) == {"not_applied"}
    assert {draft, withdrawn} <= set(states)


async def test_applying_ends_early_only_when_everyone_is_done(office: Office) -> None:
    service, path = office.service, f"/v1/cycles/{office.cycle['id']}/applications/close"
    boss = service.county.caller(Role.ORGANIZATION_DEPARTMENT)
    *most, last = service.county.assessed
    for branch in most:
        await office.submitted(branch=branch)
    refused = await service.call("POST", path, boss, expect=409)
    assert problem(refused) == "applications-open"
    assert refused.json()["organization_ids"] == [str(last.id)]
    await office.submitted(branch=last)
    assert problem(await service.call("POST", path, office.township)) == "forbidden"
    stranger = service.other.caller(Role.ORGANIZATION_DEPARTMENT)
    assert problem(await service.call("POST", path, stranger)) == "out-of-scope"
    closed = (await service.call("POST", path, boss, expect=200)).json()
    assert closed == {"submitted": len(most) + 1, "returned": 0, "not_applied": 0}
    assert problem(await service.call("POST", path, boss)) == "illegal-transition"


async def test_lists_hold_the_callers_own_part_of_the_tree(office: Office) -> None:
    service, county = office.service, office.service.county
    for branch in county.assessed[:4]:
        await office.submitted(branch=branch)
    path = f"/v1/applications?cycle_id={office.cycle['id']}"
    own = (await service.call("GET", path, office.village)).json()["items"]
    assert [each["organization_id"] for each in own] == [str(office.branch.id)]
    township = (await service.call("GET", path, office.township)).json()["items"]
    assert len(township) == 3
    assert all(each["applied"] == [STAR] for each in township)
    first = (await service.call("GET", f"{path}&limit=2&total=true", office.township)).json()
    assert (len(first["items"]), first["total"]) == (2, 3)
    none = f"{path}&state=returned"
    assert (await service.call("GET", none, office.township)).json()["items"] == []
    department = county.caller(Role.DEPARTMENT, "publicity_department")
    assert problem(await service.call("GET", path, department)) == "not-yet-visible"
    finance = county.caller(Role.FINANCE)
    assert problem(await service.call("GET", path, finance)) == "forbidden"


async def test_a_branch_that_moves_keeps_its_place_in_the_running_cycle(office: Office) -> None:
    service, county = office.service, office.service.county
    application = await office.submitted()
    new = county.townships[1]
    moved = office.branch.model_copy(
        update={"parent_id": new.id, "path": f"{new.path}{office.branch.id}/"}
    )
    service.registry.organizations.append(moved)
    await service.run_job("follow_directory")
    assert problem(await office.get(county.township(new), application)) == "out-of-scope"
    assert (await office.get(office.township, application)).status_code == 200
    returned = await office.post(office.township, application, "return", **REASON)
    assert returned.status_code == 200
    assert (await office.edit(application)).status_code == 200
