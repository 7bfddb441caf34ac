"""A policy's life: draft → checked → published → superseded, immutable once published."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scoring.kernel.check import check
from services.scoring.kernel.document import read_policy, read_written
from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.spots import DocumentError, DocumentFault, Spot
from shared.caller import Role
from shared.errors import Conflict, Fault, Invalid, NotFound, Text
from shared.transitions import Machine, Transition


class PolicyState(StrEnum):
    """Where a policy stands."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


_OFFICE = frozenset({Role.ORGANIZATION_DEPARTMENT})
# What only its writers and the inspector may know of.
UNPUBLISHED = frozenset({PolicyState.DRAFT, PolicyState.CHECKED})

POLICY = Machine(
    Text("方案", "policy"),
    {
        PolicyState.DRAFT: "草稿",
        PolicyState.CHECKED: "已检查",
        PolicyState.PUBLISHED: "已发布",
        PolicyState.SUPERSEDED: "已被新版代替",
    },
    (
        Transition("edit", _OFFICE, UNPUBLISHED, PolicyState.DRAFT),
        Transition(
            "check",
            _OFFICE,
            UNPUBLISHED,
            PolicyState.CHECKED,
            guard="the static check finds nothing",
        ),
        Transition(
            "publish",
            _OFFICE,
            frozenset({PolicyState.CHECKED}),
            PolicyState.PUBLISHED,
            guard="no other policy of this code and edition is published in the county",
            effect="content and hash can never change again; an earlier edition is superseded",
        ),
    ),
)


class PolicyUnreadable(Invalid):
    """The text is no policy: each fault names its row."""

    slug = "policy-unreadable"
    title = Text("方案文本有误", "The text is not a policy")


class PolicyFaulty(Invalid):
    """The static check found mistakes that block publishing."""

    slug = "policy-faulty"
    title = Text("方案没有通过检查", "The policy does not pass its checks")


class UnknownPreset(NotFound):
    """No preset has this name."""

    slug = "unknown-preset"
    title = Text("没有这个预设方案", "No such preset")


class EditionPublished(Conflict):
    """The county has already published this edition of this policy."""

    slug = "policy-edition-published"
    title = Text("该版方案已经发布", "This edition is already published")


class NotACounty(Invalid):
    """The organization is no county committee."""

    slug = "not-a-county"
    title = Text("不是县委组织", "Not a county committee")


@dataclass(frozen=True)
class StoredPolicy:
    """A policy as the county keeps it: the text people wrote and what it says.

    `hash` is `Policy.hash`; publisher and time are null until it is published. It is superseded
    when a later edition of its code is published in the county; a cycle stays on what it opened on.
    """

    id: UUID
    county_id: UUID
    state: PolicyState
    version: int
    text: str
    policy: Policy
    hash: str
    preset: str | None
    created_at: datetime
    published_at: datetime | None = None
    published_by: UUID | None = None
    published_by_person: UUID | None = None


def read(text: str) -> Policy:
    """Return what the YAML text says; PolicyUnreadable names every mistake with its row."""
    try:
        return read_policy(text)
    except DocumentError as error:
        faults = tuple(Fault(_pointer(fault), Text(fault.zh, fault.zh)) for fault in error.faults)
        raise PolicyUnreadable(
            f"方案文本有{len(faults)}处错误，请按 errors 中的行号逐处修改后重新提交，没有保存。",
            f"The text has {len(faults)} mistakes; correct each row named in `errors`.",
            faults=faults,
        ) from None


def _pointer(fault: DocumentFault) -> str:
    place = _spot(fault.spot)
    return f"{place}, {fault.where}" if fault.where else place


def _spot(spot: Spot) -> str:
    row = f"row {spot.row}"
    return f"{row}, column {spot.column}" if spot.column else row


@dataclass(frozen=True)
class Found:
    """What the static check found, and where it stands in the text (row 0: nowhere)."""

    fault: PolicyFault
    row: int


def faults(stored: StoredPolicy) -> tuple[Found, ...]:
    """Return everything the static check finds, in the order of the document."""
    found = check(stored.policy)
    if not found:
        return ()
    written = read_written(stored.text)
    return tuple(Found(each, written.spot(each.where).row) for each in found)


def faulty(found: tuple[Found, ...]) -> PolicyFaulty:
    """Return the problem that names every mistake, each with its row and clause."""
    return PolicyFaulty(
        f"方案有{len(found)}处问题，请按 errors 逐处修改草稿，检查通过后再发布。",
        f"The check found {len(found)} mistakes; correct them before publishing.",
        faults=tuple(_fault(each) for each in found),
    )


def _fault(found: Found) -> Fault:
    each = found.fault
    clause = f" ({each.clause})" if each.clause else ""
    return Fault(f"row {found.row}, {each.where}{clause}", Text(each.zh, f"{each.code}: {each.zh}"))
