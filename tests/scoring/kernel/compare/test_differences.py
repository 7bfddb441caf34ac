"""Nothing that differs between two policies is forgotten; what is told can be read."""

from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from services.scoring.kernel.compare import Difference, differences
from services.scoring.kernel.grammar import Policy
from services.scoring.policies import usecases
from tests.scoring.kernel.compare.edits import at, edited, part_of, paths, pattern
from tests.scoring.kernel.rich import rich
from tests.scoring.kernel.strategies_rich import rich_policies

SLOW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
PRESETS = usecases.presets()
DATA = Path("tests/data/differences")
SENTENCES = YAML(typ="safe").load(DATA / "sentences.yaml")


def _short() -> Policy:
    """The rich policy without what says again what others say: plain stars, further levels."""
    content = rich().model_dump(mode="json")
    for name in ("stars", "departments", "source_offices", "payers", "posts", "stages", "levels"):
        content[name] = content[name][:2]
    content["stars"][0]["items"] = content["stars"][0]["items"][:1]
    content["linkages"] = list({one["kind"]: one for one in content["linkages"]}.values())
    return Policy.model_validate(content)


SHORT = _short()
CONTENT = SHORT.model_dump(mode="json")
# One place for each thing that can be said: a clause of one item stands for that of all items.
PLACES = list({pattern(CONTENT, place): place for place in paths(CONTENT)}.values())


def told(before: Policy, after: Policy) -> list[str]:
    return [one.zh for one in differences(before, after)]


def named(found: tuple[Difference, ...], part: dict[str, Any]) -> bool:
    """Whether a difference says which part it is about."""
    if "name" in part:
        shown = part["name"].replace("“", "‘").replace("”", "’")
        return any(shown in one.zh for one in found)
    return "clause" not in part or any(part["clause"] in one.clause for one in found)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_policy_does_not_differ_from_itself(name: str) -> None:
    assert differences(PRESETS[name], PRESETS[name]) == ()


def test_every_single_thing_said_otherwise_is_told() -> None:
    tried = 0
    for place in PLACES:
        for policy in islice(edited(CONTENT, place), 2):
            found = differences(SHORT, policy)
            assert bool(found) == (policy != SHORT), place
            assert not found or named(found, part_of(CONTENT, place)), (place, found)
            tried += 1
    assert tried > len(PLACES) > 200


@given(rich_policies(), st.data())
@SLOW
def test_no_difference_means_the_same_policy(policy: Policy, data: st.DataObject) -> None:
    assert differences(policy, policy) == ()
    changed = policy
    for _ in range(data.draw(st.integers(1, 4))):
        content = changed.model_dump(mode="json")
        choices = edited(content, data.draw(st.sampled_from(list(paths(content)))))
        changed = data.draw(st.sampled_from([changed, *choices]))
    there, back = differences(policy, changed), differences(changed, policy)
    assert bool(there) == bool(back) == (policy != changed)
    assert [one for one in there if not one.zh.endswith("。")] == []
    added = [one for one in there if one.change == "added"]
    assert len(added) == len([one for one in back if one.change == "removed"])


def test_differences_follow_the_order_of_the_annex() -> None:
    found = differences(PRESETS["five_star_edition_1"], PRESETS["five_star_edition_2"])
    sheets = list(dict.fromkeys(one.sheet for one in found))
    assert sheets == ["方案", "机构", "星", "评分项", "底线标准", "星级前提", "名额", "挂钩"]
    stars = [one.star for one in found if one.sheet == "底线标准"]
    assert list(dict.fromkeys(stars)) == [
        "基层党建星", "乡风文明星", "平安和谐星", "产业发展星", "美丽乡村星",
    ]  # fmt: skip


def test_the_two_editions_are_told_as_a_clerk_would() -> None:
    found = told(PRESETS["five_star_edition_1"], PRESETS["five_star_edition_2"])
    assert found == (DATA / "edition_1_to_2.txt").read_text("utf-8").splitlines()


def _with(changes: dict[str, Any]) -> Policy:
    """Return the rich policy with other values at these dotted paths."""
    content = rich().model_dump(mode="json")
    for path, value in changes.items():
        *rest, last = (int(key) if key.isdecimal() else key for key in path.split("."))
        at(content, tuple(rest))[last] = value
    return Policy.model_validate(content)


@pytest.mark.parametrize("case", SENTENCES, ids=range(len(SENTENCES)))
def test_one_change_is_one_sentence(case: dict[str, Any]) -> None:
    assert told(rich(), _with(case["change"])) == [case["told"]]


def test_the_order_of_posts_and_rows_is_told_too() -> None:
    content = rich().model_dump(mode="json")
    content["posts"][0], content["posts"][1] = content["posts"][1], content["posts"][0]
    content["stars"][1]["items"][7]["rule"]["grades"].reverse()
    assert told(rich(), Policy.model_validate(content)) == [
        "职务的先后顺序改为：“村委会主任”、“书记”、“副书记”、“支委委员”、“村委委员”。",
        "乡风文明星评分项“评分项 graded”：各条的先后顺序改为：等级“差”、等级“好”。",
    ]


def test_what_is_written_alike_but_meant_otherwise_is_told_by_code() -> None:
    changed = _with({"departments.1.code": "propaganda"})
    assert (
        told(rich(), changed)[0] == "部门“宣传部”：代码由“publicity_department”改为“propaganda”。"
    )
    twice = rich().model_dump(mode="json")
    twice["departments"].append({"code": "other", "name": "宣传部"})
    twice["stars"][1]["department"] = "other"
    assert told(rich(), Policy.model_validate(twice))[1:] == [
        "星“乡风文明星”：牵头部门由“宣传部”改为“other”。"
    ]
