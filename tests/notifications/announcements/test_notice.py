"""What the public reads: the notice's wording, corrections, its pages."""

import re

import pytest

from services.notifications.announcements.domain import wording
from services.notifications.announcements.domain.pages import Shelf
from shared.contracts.scoring import ResultsCorrected
from shared.tables import new_id
from tests.notifications.conftest import Service
from tests.notifications.stories import Story, award


async def corrected(story: Story, index: int, level: int) -> None:
    event = ResultsCorrected(
        cycle_id=story.cycle_id,
        determination_id=story.determination_id,
        objection_id=new_id(),
        entry=award(story.branches[index], level),
    )
    await story.service.receive(story.service.envelope(event, story.cycle_id))


async def test_the_notice_says_everything_a_notice_must(service: Service) -> None:
    notice = await (await Story(service).published()).notice()
    assert notice["title"] == ("中共获嘉县委组织部关于2026年度农村党支部“五星”创建评定结果的公示")
    assert "实施方案（第二版）" in notice["opening"]
    assert "拟对4个党组织授予星级" in notice["opening"]
    assert notice["period"] == "2026年5月12日至2026年5月18日24时，共5个工作日（发布当日不计入）。"
    assert notice["signed_on"] == "2026年5月11日"
    assert notice["contacts"]["phone"] == "0373-4590000"
    lines = [(each["level_name"], each["township"], each["name"]) for each in notice["lines"]]
    assert lines == [
        ("五星", "城关镇党委", "前李村党支部"),
        ("四星", "照镜镇党委", "后寺村党支部"),
        ("三星", "城关镇党委", "后寺村党支部"),
        ("一星", "城关镇党委", "西关村党支部"),
    ]


async def test_the_starless_are_nowhere_in_what_the_public_reads(service: Service) -> None:
    story = await Story(service).published()
    page = (await service.call("GET", f"/notices/{story.id}", expect=200)).text
    for branch in story.starless:
        assert str(branch.id) not in page
        assert branch.name not in page
    assert "无星" not in page
    assert str(story.starless[0].id) not in str(await story.notice())


async def test_a_correction_shows_the_withdrawn_star_and_the_day(service: Service) -> None:
    story = await Story(service).published()
    await service.move_clock("2026-05-14 10:00")
    await corrected(story, 0, 4)
    await corrected(story, 2, 0)
    notice = await story.notice()
    by_name = {each["organization_id"]: each for each in notice["lines"]}
    line = by_name[str(story.branches[0].id)]
    assert line["withdrawn"] == [{"code": "beauty", "name": "美丽乡村星"}]
    assert line["remark"] == "2026年5月14日更正为四星"
    assert by_name[str(story.branches[2].id)]["remark"] == "2026年5月14日撤销授星"
    assert notice["corrections"] == [
        "2026年5月14日：城关镇党委前李村党支部经核查取消美丽乡村星，更正为四星。",
        "2026年5月14日：城关镇党委西关村党支部经核查撤销本次授星。",
    ]
    page = (await service.call("GET", f"/notices/{story.id}", expect=200)).text
    assert "<del>美丽乡村星</del>" in page
    assert "更正情况" in page


async def test_corrections_of_what_was_never_announced_change_nothing(service: Service) -> None:
    story = await Story(service).published()
    await corrected(story, 5, 0)
    assert (await story.notice())["corrections"] == []


async def test_the_page_asks_nobody_else_and_runs_nothing(service: Service) -> None:
    story = await Story(service).published()
    answer = await service.call("GET", f"/notices/{story.id}", expect=200)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "<script" not in answer.text
    assert "set-cookie" not in answer.headers
    addresses = re.findall(r"""(?:src|href|action)=["']([^"']+)""", answer.text)
    assert all(each.startswith(("/", "#", "data:,", "mailto:")) for each in addresses)
    assert 'name="viewport"' in answer.text


async def test_a_page_that_was_read_is_not_sent_again(service: Service) -> None:
    story = await Story(service).published()
    path = f"/notices/{story.id}"
    tag = (await service.call("GET", path, expect=200)).headers["etag"]
    same = await service.call("GET", path, headers={"If-None-Match": tag}, expect=304)
    assert same.content == b""
    await corrected(story, 0, 4)
    changed = await service.call("GET", path, headers={"If-None-Match": tag}, expect=200)
    assert changed.headers["etag"] != tag


async def test_the_page_changes_when_the_last_day_has_passed(service: Service) -> None:
    story = await Story(service).published()
    for moment, state in (
        ("2026-05-18 23:59", "公示中"),
        ("2026-05-19 00:01", "公示期已满"),
    ):
        await service.move_clock(moment)
        page = (await service.call("GET", f"/notices/{story.id}", expect=200)).text
        assert state in page.split("<h1>")[0]


@pytest.mark.parametrize(
    "path", ["/notices/nonsense", "/notices/01a20101-77aa-7042-9e56-4fb20226b48b"]
)
async def test_an_address_that_leads_nowhere_is_answered_by_a_page(
    service: Service, path: str
) -> None:
    answer = await service.call("GET", path, expect=404)
    assert answer.headers["content-type"].startswith("text/html")
    assert "返回公示目录" in answer.text


async def test_the_index_lists_published_notices_only(service: Service) -> None:
    assert "目前没有公示" in (await service.call("GET", "/notices", expect=200)).text
    story = await Story(service).published()
    await Story(service).drafted()
    page = (await service.call("GET", "/notices", expect=200)).text
    assert page.count("<li>") == 1
    assert f"/notices/{story.id}" in page
    assert "2026年5月18日24时截止" in page


async def test_what_people_typed_is_text_on_the_page(service: Service) -> None:
    story = await Story(service).drafted()
    await story.edited(unit="<b>组织部</b>")
    await service.call("POST", f"{story.path}/publish", story.department, expect=200)
    page = (await service.call("GET", f"/notices/{story.id}", expect=200)).text
    assert "<b>组织部" not in page
    assert "&lt;b&gt;组织部" in page


def test_numbers_that_are_no_personal_numbers_pass() -> None:
    for text in ("0373-4590000", "2026年5月11日至2026年5月18日", "410724100200", "12345678901234"):
        assert not wording.holds_personal_number(text)


def test_the_shelf_keeps_the_newest_edition_and_stays_small() -> None:
    shelf = Shelf(most=2)
    ids = [new_id() for _ in range(3)]
    for each in ids:
        shelf.put(each, 1, b"page")
    assert [shelf.find(each, 1) is None for each in ids] == [True, False, False]
    assert shelf.find(ids[2], 2) is None
