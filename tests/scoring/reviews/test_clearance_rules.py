"""What a source office may answer: its own lines, in their form, with numbers and no names."""

from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.kernel.document import read_policy
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import Answer, CountedProblem, CountsAnswer, ReportedAnswer
from services.scoring.reviews.domain import answers as answers_domain
from services.scoring.reviews.domain import clearances, references
from shared.errors import Problem

PRESET = Path("services/scoring/policies/presets/five_star_edition_2.yaml")
VILLAGES = [UUID(int=each) for each in range(1, 6)]
LETTER = "获信函〔2026〕12号"


@cache
def policy() -> Policy:
    return read_policy(PRESET.read_text("utf-8"))


def petitions(reference: str = "XF-2026-0012", **counts: int) -> Answer:
    problem = CountedProblem(reference=reference, counts=counts or {"county_group_visit": 1})
    return CountsAnswer(problems=(problem,), reference=LETTER)


def check(office: str, answers: dict[UUID, dict[str, Answer]]) -> None:
    answers_domain.check_answers(clearances.lines_of(policy(), office), VILLAGES, answers)


def test_an_office_answers_its_own_bottom_lines() -> None:
    assert list(clearances.lines_of(policy(), "public_security_bureau")) == [
        "cadre_convicted",
        "serious_crime",
    ]
    check("petition_bureau", {VILLAGES[0]: {"petitions": petitions()}})


NO = ReportedAnswer(hit=False, reference=LETTER)


@pytest.mark.parametrize(
    ("office", "answers", "problem"),
    [
        ("petition_bureau", {UUID(int=99): {"petitions": petitions()}}, "not-participating"),
        ("petition_bureau", {VILLAGES[0]: {"serious_crime": NO}}, "unknown-bottom-line"),
        ("petition_bureau", {VILLAGES[0]: {"petitions": NO}}, "answer-kind-wrong"),
        (
            "public_security_bureau",
            {VILLAGES[0]: {"serious_crime": petitions()}},
            "answer-kind-wrong",
        ),
        ("petition_bureau", {VILLAGES[0]: {"petitions": petitions(moon=1)}}, "event-count-wrong"),
        (
            "petition_bureau",
            {VILLAGES[0]: {"petitions": petitions("张某某上访")}},
            "reference-not-allowed",
        ),
        (
            "public_security_bureau",
            {VILLAGES[0]: {"serious_crime": ReportedAnswer(hit=True, reference="情况属实")}},
            "reference-not-allowed",
        ),
    ],
)
def test_a_wrong_answer_has_its_own_problem(
    office: str, answers: dict[UUID, dict[str, Answer]], problem: str
) -> None:
    with pytest.raises(Problem) as refused:
        check(office, answers)
    assert refused.value.slug == problem
    assert refused.value.faults


def test_an_office_the_policy_does_not_ask_is_unknown() -> None:
    with pytest.raises(clearances.UnknownOffice):
        clearances.lines_of(policy(), "tax_bureau")


@pytest.mark.parametrize(
    "text", ["获信函〔2026〕12号", "获纪[2026]3号", "获公（2026）第7号", "XF-2026-0012", "A1/2.3"]
)
def test_document_numbers_are_accepted(text: str) -> None:
    assert references.is_document_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "张三",
        "张三反映宅基地问题",
        "XF",
        "xf-2026-1",
        "XF 2026 1",
        "13812345678",
        "XF-138-1234-5678",
        "410724198001010011",
        "41072419800101001X",
        "410724-19800101-001X",
        "410724800101001",
        "获信函〔2026〕12号张三",
    ],
)
def test_names_telephones_and_identity_numbers_are_refused(text: str) -> None:
    assert not references.is_document_number(text)
    assert not references.is_case_number(text)


def test_a_case_number_has_no_words_at_all() -> None:
    assert not references.is_case_number("获信函〔2026〕12号")


@given(st.sets(st.sampled_from(VILLAGES)), st.booleans())
def test_silence_is_listed_and_none_is_an_answer(answered: set[UUID], rest: bool) -> None:  # noqa: FBT001 -- hypothesis fills it
    lines = clearances.lines_of(policy(), "petition_bureau")
    given_answers = {each: {"petitions": petitions()} for each in answered}
    answers = (
        clearances.fill_rest(lines, VILLAGES, given_answers, LETTER) if rest else given_answers
    )
    silent = {
        gap.organization_id
        for gap in clearances.gaps(policy(), VILLAGES, answers)
        if gap.office == "petition_bureau"
    }
    assert silent == (set() if rest else set(VILLAGES) - answered)
    for each in answered:
        assert answers[each]["petitions"] == petitions()


def test_without_any_answer_every_office_is_missing_for_every_branch() -> None:
    gaps = clearances.gaps(policy(), VILLAGES, {})
    asked = sum(len(star.bottom_lines) for star in policy().stars)
    assert len(gaps) == asked * len(VILLAGES)
    assert {gap.office for gap in gaps} == set(clearances.offices(policy()))


def test_a_later_answer_takes_the_place_of_the_earlier_one_alone() -> None:
    first = {VILLAGES[0]: {"petitions": petitions()}, VILLAGES[1]: {"petitions": petitions()}}
    second = {VILLAGES[1]: {"petitions": CountsAnswer(problems=(), reference=LETTER)}}
    merged = clearances.merge(first, second)
    assert merged[VILLAGES[0]] == first[VILLAGES[0]]
    assert merged[VILLAGES[1]] == second[VILLAGES[1]]
