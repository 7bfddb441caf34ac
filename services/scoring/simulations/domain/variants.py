"""模拟方案: another policy than the one in force, as a list of named changes or a whole text.

Paths are read against the policy as it stands, so the order of the changes does not matter.
Nothing here decides anything: a variant is only ever tried out.
"""

import copy
from collections.abc import Sequence
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator
from pydantic_core import ErrorDetails

from services.scoring.kernel.check import check
from services.scoring.kernel.document import LARGEST, read_policy
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.phrases import sentence
from services.scoring.kernel.spots import DocumentError
from services.scoring.simulations.domain.addresses import (
    AddressError,
    Document,
    Found,
    address,
    find,
    put,
)
from shared.errors import Fault, Text

MOST_VARIANTS = 5
# An item's new maximum: scores follow in proportion (half-up), or are cut off at it.
ScoreRule = Literal["scale", "cap"]


class Stored(BaseModel):
    """Base of what a simulation is asked for and kept with."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(Stored):
    """Set one place of the policy document, addressed by codes, to another value."""

    path: str = Field(
        min_length=1, max_length=500, description="按代码书写的位置，如 lines.total_line.points"
    )
    to: JsonValue = Field(description="新的值，写法与方案文本相同；分值和金额可写作文本")


class VariantSpec(Stored):
    """One variant: changes on top of the policy in force, of a policy of the county, or of a text.

    `scores` says what becomes of given scores where an item's maximum changes.
    """

    name: str = Field(min_length=1, max_length=60)
    policy_id: UUID | None = Field(default=None, description="本县另一个方案或草稿")
    text: str | None = Field(
        default=None, min_length=1, max_length=LARGEST, description="方案全文（YAML）"
    )
    changes: list[Change] = Field(default=[], max_length=200)
    scores: ScoreRule = Field(
        default="scale", description="满分改变时：scale 按比例折算（四舍五入），cap 超出部分不计"
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.policy_id is not None and self.text is not None:
            message = "policy_id 和 text 只能填一个 (give policy_id or text, not both)"
            raise ValueError(message)
        return self


def changed(base: Policy, changes: Sequence[Change]) -> tuple[Policy | None, list[Fault]]:
    """Return the policy with every change made, or every reason why it cannot be.

    Unknown paths, values of the wrong type and what the static check finds, all at once.
    """
    document = _document(base)
    places, faults = _places(document, changes)
    after = copy.deepcopy(document)
    for change, place in zip(changes, places, strict=True):
        if place is not None:
            put(after, place, copy.deepcopy(change.to))
    try:
        policy = Policy.model_validate(after)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        return None, [*faults, *(_wrong_type(document, each) for each in found)]
    faults += _static_faults(policy)
    return (None if faults else policy), faults


def written(text: str) -> tuple[Policy | None, list[Fault]]:
    """Return the policy that a text describes, unchecked, or every mistake with its row."""
    try:
        return read_policy(text), []
    except DocumentError as error:
        return None, [
            Fault(f"row {each.row}, {each.where}", Text(each.zh, "not valid policy text"))
            for each in error.faults
        ]


def _static_faults(policy: Policy) -> list[Fault]:
    """Return what the static check finds, addressed by codes."""
    document: Document = policy.model_dump(mode="json")
    return [
        Fault(
            address(document, _numbered(each.where)),
            Text(_with_clause(each.zh, each.clause), each.code),
        )
        for each in check(policy)
    ]


def _document(policy: Policy) -> Document:
    """Return the document with every list there can be: quotas may be new in a variant."""
    lists: Document = {
        name: [] for name, field in Policy.model_fields.items() if field.default == ()
    }
    return lists | policy.model_dump(mode="json")


def _places(
    document: Document, changes: Sequence[Change]
) -> tuple[list[Found | None], list[Fault]]:
    places: list[Found | None] = []
    faults: list[Fault] = []
    for change in changes:
        try:
            place: Found | None = find(document, change.path)
        except AddressError as error:
            faults.append(Fault(change.path, Text(str(error), "no such place in the policy")))
            place = None
        if place and any(each and (place in each or each in place) for each in places):
            said = Text("同一处改了两次，请合并为一条", "changed twice; make it one change")
            faults.append(Fault(change.path, said))
            place = None
        places.append(place)
    return places, faults


def _wrong_type(document: Document, error: ErrorDetails) -> Fault:
    return Fault(address(document, error["loc"]), Text(sentence(error), error["msg"]))


def _numbered(where: str) -> list[str | int]:
    return [int(part) if part.isdecimal() else part for part in where.split(".")]


def _with_clause(zh: str, clause: str) -> str:
    return f"{zh}（{clause}）" if clause else zh
