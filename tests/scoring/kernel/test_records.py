"""What is stored of a result are numbers and codes, bound to policy and inputs."""

import json

from services.scoring.kernel.records import result_bytes, result_records, snapshot_hash
from tests.scoring.kernel.documents import branch, judge, preset, preset_plan


def test_the_bytes_hold_no_sentence_and_no_float() -> None:
    inputs, outcome = judge(branch(preset()), branch(preset(), ("civility",), "v2"))
    stored = result_bytes(preset_plan(), inputs, outcome)
    assert stored.isascii()
    assert b"." not in stored


def test_the_bytes_name_the_policy_and_the_snapshot() -> None:
    inputs, outcome = judge(branch(preset()))
    stored = json.loads(result_bytes(preset_plan(), inputs, outcome))
    assert stored["policy_hash"] == preset().hash
    assert stored["snapshot_hash"] == snapshot_hash(inputs.organizations)


def test_a_star_not_applied_for_has_no_numbers() -> None:
    inputs, outcome = judge(branch(preset(), ("civility",)))
    [record] = result_records(preset_plan(), inputs, outcome)
    stars = record["stars"]
    assert isinstance(stars, dict)
    assert stars["party_building"] is None
    assert stars["civility"]["total"] == 9000


def test_one_hundredth_changes_the_bytes() -> None:
    one = branch(preset())
    scores = {"self": {**one.scores["self"], "ideology_study": 2499}}
    changed = one.model_copy(update={"scores": scores})
    assert result_bytes(preset_plan(), *judge(changed)) != result_bytes(preset_plan(), *judge(one))
