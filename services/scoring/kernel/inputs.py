"""What an evaluation reads: one frozen document per organization.

Points are ints of 0.01 point, money ints of fen. Absent is never zero: what is not known is
left out, and `columns.Inputs.of` names every missing score and answer at once.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from services.scoring.kernel.measures import FactCode
from services.scoring.kernel.said import Reference, Said
from services.scoring.kernel.vocabulary import Code, Count, Day, Frozen, Rows, Title, unsaid

Fen = Annotated[int, Field(ge=0, le=10**13)]


class CountedProblem(Frozen):
    """One problem by its case reference, with the number of each kind of event in it.

    The reference is the office's file number: no petitioner is ever named.
    """

    reference: Reference
    counts: dict[Code, Count]


class ReportedAnswer(Frozen):
    """A source office's yes or no, with the reference of its answer."""

    hit: bool
    reference: Reference


class CountsAnswer(Frozen):
    """A source office's problems with their counts; an empty list answers "none"."""

    problems: Rows[CountedProblem]
    reference: Reference


class DatedSanction(Frozen):
    """A sanction by its kind, the day of its decision and its file number; nobody is named."""

    sanction: Code
    decided_on: Day
    reference: Reference


class SanctionsAnswer(Frozen):
    """A source office's sanctions with their dates; an empty list answers "none"."""

    sanctions: Rows[DatedSanction]
    reference: Reference


# No document fits two of these, so the first that fits is the answer's form.
Answer = Annotated[
    ReportedAnswer | CountsAnswer | SanctionsAnswer, Field(union_mode="left_to_right")
]


class Refusal(Frozen):
    """A competent body's decision against a branch: who decided, and where the reason is."""

    by: Literal["township", "department", "county_group", "committee", "finding", "change_case"]
    reference: Reference


class Vacancy(Frozen):
    """Who left a place after the notice, and the objection that was upheld."""

    organization_id: Reference
    name: Title
    objection: Reference


class LetIn(Frozen):
    """递补: a meeting let the branch in where others left, by which minutes.

    Nobody left a level's place that a refilled star leads to and that was never taken.
    """

    determination_id: Reference
    reference: Reference
    left: Rows[Vacancy]


class PostHolder(Frozen):
    """A person in a post and the existing monthly pay for it, in fen."""

    person_id: Reference
    post: Code
    pay_fen: Fen


class OrganizationInput(Frozen):
    """Everything a verdict on one organization depends on, frozen.

    `submitted` false means it never applied (无星 "not applied"); `in_snapshot` false means
    it was founded after the snapshot (未参评). `scores` are stage → item → hundredths;
    `refusals` are star → decision; a struck listing keeps the stars and lowers the level.
    `let_in` are quota → the decision that let it into a place that others left.
    """

    organization_id: Reference
    county_id: Reference
    township_id: Reference
    kind: Code
    sector: Code
    in_snapshot: bool = True
    submitted: bool
    applied: Rows[Code] = ()
    scores: Mapping[Code, Mapping[Code, Said]] = {}
    answers: dict[Code, Answer] = {}
    refusals: dict[Code, Refusal] = {}
    listing_struck: Refusal | None = None
    residents_70: Count | None = None
    collective_income_fen: Fen | None = None
    posts: Rows[PostHolder] = ()
    facts: dict[FactCode, int] = Field(default={}, exclude_if=unsaid)
    assessed_on: Day | None = Field(default=None, exclude_if=unsaid)
    let_in: dict[Code, LetIn] = Field(default={}, exclude_if=unsaid)
