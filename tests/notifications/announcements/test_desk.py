"""The desk: drafts from determinations, the parts of a notice, publication."""

import asyncio

import pytest

from shared.caller import Role
from shared.contracts.scoring import ResultsCorrected
from shared.tables import new_id
from tests.notifications.conftest import Service, problem
from tests.notifications.stories import PARTS, Story, award


async def test_a_determination_drafts_a_notice_without_the_starless(service: Service) -> None:
    story = await Story(service, levels=(5, 3, 0, 4)).drafted()
    draft = (await story.read()).json()
    names = [(each["level"], each["name"], each["township"]) for each in draft["entries"]]
    assert names == [
        (5, "前李村党支部", "城关镇党委"),
        (4, "后寺村党支部", "照镜镇党委"),
        (3, "后寺村党支部", "城关镇党委"),
    ]
    assert (draft["state"], draft["last_day"]) == ("draft", None)
    assert draft["missing"] == [
        "公示单位全称",
        "受理电话",
        "来信收件人",
        "电子邮箱",
        "来信来访地址",
    ]
    assert "实施方案（第二版）" in draft["parts"]["basis"]


async def test_the_same_determination_twice_makes_one_draft(service: Service) -> None:
    story = Story(service)
    envelope = service.envelope(story.event(), story.cycle_id)
    again = service.envelope(story.event(), story.cycle_id)
    for each in (envelope, envelope, again):
        await service.receive(each)
    found = await service.call("GET", "/v1/announcements", story.department, expect=200)
    assert len(found.json()["items"]) == 1


async def test_publication_counts_the_period_from_today_and_tells_scoring(
    service: Service,
) -> None:
    story = await Story(service).published()
    found = (await story.read()).json()
    assert (found["state"], found["published_on"]) == ("published", "2026-05-11")
    assert (found["first_day"], found["last_day"]) == ("2026-05-12", "2026-05-18")
    [(kind, data)] = await service.sent()
    assert kind == "announcement.published"
    assert data == {
        "announcement_id": str(story.id),
        "cycle_id": str(story.cycle_id),
        "determination_id": str(story.determination_id),
        "published_on": "2026-05-11",
        "first_day": "2026-05-12",
        "last_day": "2026-05-18",
        "provisional": False,
    }
    assert await service.sent("notifications") == await service.sent()


async def test_the_day_of_publication_counts_where_the_policy_says_so(service: Service) -> None:
    story = await Story(service, first_day_counts=True).published()
    assert (await story.notice())["last_day"] == "2026-05-15"


async def test_an_incomplete_notice_is_not_published(service: Service) -> None:
    story = await Story(service).drafted()
    answer = await service.call("POST", f"{story.path}/publish", story.department, expect=409)
    assert problem(answer) == "notice-incomplete"
    pointers = [each["pointer"] for each in answer.json()["errors"]]
    assert pointers == ["/unit", "/phone", "/letter", "/email", "/address"]
    assert (await story.read()).json()["state"] == "draft"
    assert await service.sent() == []


@pytest.mark.parametrize(
    ("role", "county", "slug"),
    [
        (Role.VILLAGE, "county", "forbidden"),
        (Role.INSPECTOR, "county", "forbidden"),
        (Role.ORGANIZATION_DEPARTMENT, "other", "out-of-scope"),
    ],
)
async def test_only_the_countys_own_department_publishes(
    service: Service, role: Role, county: str, slug: str
) -> None:
    story = await Story(service).drafted()
    await story.edited()
    who = getattr(service, county).caller(role)
    answer = await service.call("POST", f"{story.path}/publish", who, expect=403)
    assert problem(answer) == slug
    await service.call("POST", f"{story.path}/publish", expect=401)


async def test_an_edit_needs_the_version_it_is_based_on(service: Service) -> None:
    story = await Story(service).drafted()
    call = service.call
    answer = await call("PATCH", story.path, story.department, json=PARTS, expect=428)
    assert problem(answer) == "if-match-required"
    await story.edited()
    answer = await call(
        "PATCH", story.path, story.department, json=PARTS, headers={"If-Match": '"1"'}, expect=412
    )
    assert problem(answer) == "stale-version"


@pytest.mark.parametrize(
    "number",
    [
        "110101199003074578",
        "11010119900307457X",
        "６２２８４８００１０９９８８７７６６５",
        "6228 4800 1099 8877 665",
        "110101 19900307 4578",
    ],
)
async def test_id_and_bank_numbers_never_enter_a_notice(service: Service, number: str) -> None:
    story = await Story(service).drafted()
    answer = await service.call(
        "PATCH",
        story.path,
        story.department,
        json={"basis": f"负责人证件 {number}"},
        headers={"If-Match": '"1"'},
        expect=422,
    )
    assert problem(answer) == "personal-number-in-notice"
    assert answer.json()["errors"][0]["pointer"] == "/body/basis"


async def test_two_telephone_numbers_are_no_bank_card(service: Service) -> None:
    story = await Story(service).drafted()
    found = await story.edited(phone="0373-4591234 0373-4591235")
    assert found["parts"]["phone"] == "0373-4591234 0373-4591235"


async def test_a_published_notice_is_not_edited_or_published_again(service: Service) -> None:
    story = await Story(service).published()
    version = (await story.read()).headers["etag"]
    answer = await service.call(
        "PATCH",
        story.path,
        story.department,
        json=PARTS,
        headers={"If-Match": version},
        expect=409,
    )
    assert problem(answer) == "notice-settled"
    answer = await service.call("POST", f"{story.path}/publish", story.department, expect=409)
    assert problem(answer) == "illegal-transition"


async def test_two_who_publish_at_once_publish_once(service: Service) -> None:
    story = await Story(service).drafted()
    await story.edited()
    path = f"{story.path}/publish"
    answers = await asyncio.gather(
        *(service.call("POST", path, story.department) for _ in range(4))
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert len(await service.sent()) == 1


async def test_a_draft_is_withdrawn_with_a_reason_and_restored(service: Service) -> None:
    story = await Story(service).drafted()
    await story.edited()
    reason = {"reason": "会议名单有误"}
    path = f"{story.path}/withdraw"
    answer = await service.call("POST", path, story.department, json=reason, expect=200)
    assert answer.json()["state"] == "withdrawn"
    answer = await service.call("POST", f"{story.path}/publish", story.department, expect=409)
    assert problem(answer) == "illegal-transition"
    await service.call("POST", f"{story.path}/restore", story.department, json=reason, expect=200)
    await service.call("POST", f"{story.path}/publish", story.department, expect=200)
    answer = await service.call("POST", path, story.department, json=reason, expect=409)
    assert problem(answer) == "illegal-transition"


async def test_the_next_notice_starts_from_the_last_ones_parts_and_supplements(
    service: Service,
) -> None:
    first = await Story(service).published()
    again = await Story(service, cycle_id=first.cycle_id).drafted()
    draft = (await again.read()).json()
    assert (draft["supplement"], draft["missing"]) == (True, [])
    await service.call("POST", f"{again.path}/publish", again.department, expect=200)
    assert (await again.notice())["title"].endswith("评定结果（补充）的公示")


async def test_drafts_are_read_in_their_county_only(service: Service) -> None:
    story = await Story(service).drafted()
    stranger = service.other.caller(Role.ORGANIZATION_DEPARTMENT)
    assert (await service.call("GET", "/v1/announcements", stranger)).json()["items"] == []
    await service.call("GET", story.path, stranger, expect=404)
    await service.call("GET", story.path, service.county.caller(Role.TOWNSHIP), expect=403)
    await service.call("GET", story.path, story.inspector, expect=200)
    await service.call("GET", f"{story.path}/notice", expect=404)
    assert (await service.call("GET", "/v1/announcements/notices")).json()["items"] == []


async def test_lists_are_read_page_by_page(service: Service) -> None:
    stories = [await Story(service).published() for _ in range(3)]
    newest_first = [str(each.id) for each in reversed(stories)]
    for path, who in (("", stories[0].department), ("/notices", None)):
        seen: list[str] = []
        query: dict[str, str] = {"limit": "2"}
        while True:
            answer = await service.call("GET", f"/v1/announcements{path}", who, params=query)
            seen += [each["id"] for each in answer.json()["items"]]
            if answer.json()["next_cursor"] is None:
                break
            query["cursor"] = answer.json()["next_cursor"]
        assert seen == newest_first


async def test_a_correction_that_overtakes_its_determination_waits_for_it(
    service: Service,
) -> None:
    story = Story(service)
    first = service.envelope(story.event(), story.cycle_id)
    correction = ResultsCorrected(
        cycle_id=story.cycle_id,
        determination_id=story.determination_id,
        objection_id=new_id(),
        entry=award(story.branches[0], 4),
    )
    second = service.envelope(correction, story.cycle_id)
    for each in (second, first, second, first):
        await service.receive(each)
    found = await service.call("GET", "/v1/announcements", story.department, expect=200)
    [draft] = found.json()["items"]
    detail = await service.call(
        "GET", f"/v1/announcements/{draft['id']}", story.department, expect=200
    )
    assert [each["standing"] for each in detail.json()["entries"]].count("corrected") == 1
