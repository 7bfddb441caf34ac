"""The texts people read: complete, dated, in both languages, and tight."""

from typing import Any

import jinja2
import pytest

from services.notifications.messages.domain import fan_outs
from services.notifications.messages.domain.texts import texts, words
from services.notifications.worker import HANDLERS

STARS = [{"code": "party", "name": "基层党建星"}, {"code": "peace", "name": "平安和谐星"}]
OUTCOME: dict[str, Any] = {
    "level": 2,
    "level_name": "二星",
    "level_name_en": "two stars",
    "stars": STARS,
}
FACTS: dict[str, dict[str, Any]] = {
    "cycle.opened": {"title": "2026年度五星支部创建", "apply_until": "2026-03-20"},
    "application.returned": {"reason": "会议记录缺页。", "due_on": "2026-04-03"},
    "stage.completed": {"stage_name": "乡镇推荐", **OUTCOME},
    "deadline.near": {
        "title": "2026年度五星支部创建",
        "duty": "apply",
        "duty_name": "提交申报",
        "duty_name_en": "submit the application",
        "afterwards": "逾期没有提交的，按“未申报”处理。",
        "afterwards_en": "Without a submission you count as not having applied.",
        "due_on": "2026-03-16",
    },
    "finding.due": {
        "objection_id": "01990000-0000-7000-8000-000000000002",
        "wait": "sign",
        "received_on": "2026-05-12",
    },
    "step.overdue": {
        "title": "2026年度五星支部创建",
        "step_name": "联审与县委确定",
        "due_on": "2026-05-08",
        "until": "2026-05-25",
        "waiting": ["信访局：答复联审（“无”也是答复），尚缺8项", "组织部：答复联审"],
    },
    "refill.proposed": {
        "title": "2026年度五星支部创建",
        "quota_name": "平安和谐星",
        "name": "后寺村党支部",
        "left": ["马庄村党支部"],
    },
    "announcement.published": {
        "title": "评定结果公示",
        "first_day": "2026-05-12",
        "last_day": "2026-05-18",
        "provisional": False,
    },
    "results.effective": {"effective_on": "2026-05-19", **OUTCOME},
    "results.corrected": OUTCOME,
    "session.alarm": {"own": True, "device": "手机", "display_name": "四街村申报员"},
    "term.ending": {
        "items": [
            {
                "organization_id": "01990000-0000-7000-8000-000000000003",
                "name": "后寺村党支部",
                "kind": "period",
                "what": "两委",
                "ends_on": "2026-12-31",
                "planned_on": "2026-12-20",
            },
            {
                "organization_id": "01990000-0000-7000-8000-000000000003",
                "name": "后寺村党支部",
                "kind": "term",
                "what": "书记",
                "ends_on": "2027-01-15",
                "planned_on": None,
            },
        ]
    },
    "post.vacant": {
        "months": 3,
        "items": [
            {
                "organization_id": "01990000-0000-7000-8000-000000000003",
                "name": "后寺村党支部",
                "post_name": "书记",
                "since": "2026-08-01",
            }
        ],
    },
    "grant.approved": {
        "grant_id": "01990000-0000-7000-8000-000000000001",
        "role": "committee",
        "role_name": "县委",
        "starts_on": "2026-05-08",
        "ends_on": None,
    },
}


# What concerns a whole county names its cycle or its notice instead of a branch.
_OF_THE_COUNTY = {"announcement.published", "finding.due", "step.overdue"}


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_every_kind_says_who_what_and_when(kind: str) -> None:
    said = words(kind, FACTS[kind], "后寺村党支部")
    assert "{" not in said.title + said.body + said.title_en + said.body_en
    assert "\n" not in said.title + said.title_en
    of_account = kind in _OF_THE_COUNTY or kind == "session.alarm"
    assert of_account or "后寺村党支部" in said.body


def test_every_event_that_is_told_has_a_text_and_a_handler() -> None:
    assert set(texts()) == set(FACTS)
    assert set(texts()) <= set(HANDLERS)


def test_dates_are_written_without_leading_zeros() -> None:
    said = words("application.returned", FACTS["application.returned"], "后寺村党支部")
    assert said.title == "申报被退回，请于2026年4月3日前修改后重新提交"
    assert "理由：会议记录缺页。" in said.body


def test_a_branch_without_a_star_reads_a_sentence_of_its_own() -> None:
    facts = {"effective_on": "2026-05-19", **OUTCOME, "level": 0, "level_name": "无星", "stars": []}
    said = words("results.effective", facts, "后寺村党支部")
    assert "没有评定星级（无星）" in said.body
    assert "挂钩待遇" not in said.body
    assert "（）" not in said.body


def test_what_ends_soon_is_listed_line_by_line() -> None:
    said = words("term.ending", FACTS["term.ending"], "城关镇党委")
    assert said.title == "2项任期或届期将于2026年12月31日起陆续届满，请安排"
    lines = said.body.splitlines()
    assert lines[2:4] == [
        "1．后寺村党支部：两委本届到2026年12月31日届满（已计划2026年12月20日选举）",
        "2．后寺村党支部：书记任期到2027年1月15日届满（尚未计划选举）",
    ]
    assert "" not in lines


def test_a_long_list_ends_with_how_many_more() -> None:
    facts = FACTS["post.vacant"]
    said = words("post.vacant", facts, "城关镇党委")
    assert "1．后寺村党支部：书记自2026年8月1日起空缺\n" in said.body
    assert "其余" not in said.body
    many = words("post.vacant", facts | {"items": facts["items"] * 42}, "城关镇党委")
    assert "30．" in many.body
    assert "31．" not in many.body
    assert "其余12个" in many.body
    assert "and 12 more" in many.body_en


def test_a_provisional_period_says_so() -> None:
    facts = FACTS["announcement.published"]
    assert "暂定" not in words("announcement.published", facts, None).body
    later = words("announcement.published", {**facts, "provisional": True}, None)
    assert "暂定" in later.body


def test_a_missing_fact_is_an_error_and_never_a_gap() -> None:
    with pytest.raises(jinja2.UndefinedError):
        words("application.returned", {"reason": "…"}, "后寺村党支部")


def test_what_people_wrote_is_text_and_not_a_template() -> None:
    facts = {"reason": "{{ 7 * 7 }}{% for x in () %}\n换行", "due_on": "2026-04-03"}
    assert "{{ 7 * 7 }}" in words("application.returned", facts, "后寺村党支部").body
    opened = {"title": "两行\n标题", "apply_until": "2026-03-20"}
    assert "\n" not in words("cycle.opened", opened, None).title


def test_levels_have_their_names() -> None:
    assert fan_outs.LEVELS[0] == "无星"
    assert len(fan_outs.LEVELS) == len(fan_outs.LEVELS_EN) == 6
