"""A policy written as an annex and read back is the same policy, whatever it says."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scoring.kernel.annex import read_annex, write_annex
from services.scoring.kernel.document import read_policy, write_policy
from services.scoring.kernel.grammar import Policy
from services.scoring.policies import usecases
from tests.scoring.kernel.rich import rich, rich_content
from tests.scoring.kernel.strategies_rich import rich_policies

# Every sign that means something in a parameter cell, and words that parameters begin with.
SIGNS = st.text("\\；;=＝，,、：:（）()[]［］或甲a %", min_size=1, max_size=6).map(str.strip)
WORDS = st.sampled_from(["指标", "未填", "3以上", "party_building", "不限", "甲"])
# What YAML would take for something else than text.
YAML_SIGNS = st.text("#&*!|>'\"%@`{}?-~: 甲0\u3000\u2028", min_size=1, max_size=6).map(str.strip)
YAML_WORDS = st.sampled_from(["no", "null", "~", "010", "1.50", "2026-03-01", "0x1F", "true", "<<"])
AWKWARD = (SIGNS | WORDS | YAML_SIGNS | YAML_WORDS).filter(bool)
FREE = {"name", "clause", "grade", "unit", "title", "page"}
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def there_and_back(policy: Policy) -> Policy:
    return read_annex(write_annex(policy), "附件.xlsx").policy


@pytest.mark.parametrize("name", sorted(usecases.presets()))
def test_every_preset_survives_the_table(name: str) -> None:
    policy = usecases.presets()[name]
    for again in (there_and_back(policy), read_policy(write_policy(policy))):
        assert again == policy
        assert again.hash == policy.hash


def test_a_policy_that_says_one_of_everything_survives_the_table() -> None:
    again = there_and_back(rich())
    assert again == rich()
    assert again.hash == rich().hash


@given(
    st.none() | st.integers(1, 60), st.none() | st.integers(1, 60), st.none() | st.integers(1, 9)
)
@SLOW
def test_lengths_that_may_be_left_out_survive_and_leave_old_hashes(
    determine: int | None, publish: int | None, remind: int | None
) -> None:
    content = rich().model_dump(mode="json")
    procedure = content["procedure"]
    procedure["determination"] |= {"working_days": determine}
    procedure["announcement"] |= {"publish_within": publish}
    procedure["reminder"] = remind and {"working_days": remind, "clause": "催办"}
    policy = Policy.model_validate(content)
    assert there_and_back(policy) == policy == read_policy(write_policy(policy))
    # The kernel's own lengths count where nothing is said, and nothing of them is in the hash.
    assert (policy.hash == rich().hash) == (determine is publish is remind is None)
    steps = policy.procedure
    assert steps.determination_days == (determine or 10)
    assert steps.publication_days == (publish or 5)
    assert steps.reminder_days == (remind or 2)


@given(rich_policies())
@SLOW
def test_any_policy_survives_the_table_and_the_text(policy: Policy) -> None:
    for again in (there_and_back(policy), read_policy(write_policy(policy))):
        assert again == policy
        assert again.hash == policy.hash


def renamed(content: Any, names: st.DataObject) -> Any:  # noqa: ANN401 -- any JSON value
    """Return the document with other words wherever a person chooses words."""
    if isinstance(content, list):
        return [renamed(one, names) for one in content]
    if not isinstance(content, dict):
        return content
    return {
        key: names.draw(AWKWARD)
        if key in FREE and isinstance(value, str)
        else renamed(value, names)
        for key, value in content.items()
    }


@given(st.data())
@SLOW
def test_whatever_people_call_things_comes_back(data: st.DataObject) -> None:
    policy = Policy.model_validate(renamed(rich_content(), data))
    for again in (there_and_back(policy), read_policy(write_policy(policy))):
        assert again == policy
        assert again.hash == policy.hash
