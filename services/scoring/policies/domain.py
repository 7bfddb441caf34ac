"""A policy's life: draft → checked → published → superseded, immutable once published."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.scoring.kernel.annex import AnnexTooLongError, read_annex, write_annex
from services.scoring.kernel.check import check
from services.scoring.kernel.document import read_written, write_policy
from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.spots import DocumentError, DocumentFault, Spot, Written
from shared.caller import Role
from shared.errors import Conflict, Fault, Invalid, NotFound, Text
from shared.sheets import letters
from shared.transitions import Machine, Transition

# What a workbook begins with, and names that promise one.
_ZIP = b"PK"
_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
# More mistakes than anybody corrects in one go are counted, and not listed.
_MOST_FAULTS = 500


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


class AnnexTooLong(Invalid):
    """The policy cannot be laid out as a table: one cell would be too long."""

    slug = "policy-annex-too-long"
    title = Text("方案无法排成附件表", "The policy does not fit a table")


class UnknownPreset(NotFound):
    """No preset has this name."""

    slug = "unknown-preset"
    title = Text("没有这个预设方案", "No such preset")


class NoEarlierEdition(NotFound):
    """No other edition of this policy was published before it."""

    slug = "no-earlier-edition"
    title = Text("没有更早的版本", "No earlier edition")


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


@dataclass(frozen=True)
class Found:
    """What the static check found, and where it stands in what was handed in (row 0: nowhere)."""

    fault: PolicyFault
    spot: Spot


@dataclass(frozen=True)
class Handed:
    """What somebody handed in: the text that is kept, what it says, what the check finds in it.

    The text of a workbook is YAML of the same policy; `found` names the cells of the workbook.
    """

    text: str
    policy: Policy
    found: tuple[Found, ...]


def read(text: str) -> Policy:
    """Return what the YAML text says; PolicyUnreadable names every mistake with its row."""
    return _handed(text, _written(text)).policy


def read_file(content: bytes, name: str) -> Handed:
    """Return what a file says, an xlsx annex or YAML text; PolicyUnreadable names every mistake."""
    if content.startswith(_ZIP) or name.lower().endswith(_WORKBOOKS):
        try:
            written = read_annex(content, name)
        except DocumentError as error:
            raise _unreadable(error) from None
        return _handed(write_policy(written.policy), written)
    text = _decoded(content)
    return _handed(text, _written(text))


def _handed(text: str, written: Written) -> Handed:
    """Return what was handed in, unless nobody can compute with it: then all that is wrong."""
    found = _found(written)
    if any(each.fault.code == "overflow" for each in found):
        raise _refused(tuple(_fault(each) for each in found))
    return Handed(text, written.policy, found)


def annex(policy: Policy) -> bytes:
    """Return the policy as an xlsx annex; AnnexTooLong when a cell cannot hold its parameters."""
    try:
        return write_annex(policy)
    except AnnexTooLongError as error:
        sheet, row, column = error.args
        raise AnnexTooLong(
            f"工作表“{sheet}”第{row + 1}行{letters(column)}列超过单元格长度，请导出YAML全文。",
            f"Sheet {sheet}, row {row + 1}: too long for one cell; export the YAML text instead.",
        ) from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyUnreadable(
            "文件既不是xlsx附件表，也不是UTF-8编码的YAML文本，请另存后重新上传，没有保存。",
            "The file is neither an xlsx annex nor YAML text in UTF-8.",
        ) from None


def _written(text: str) -> Written:
    try:
        return read_written(text)
    except DocumentError as error:
        raise _unreadable(error) from None


def _unreadable(error: DocumentError) -> PolicyUnreadable:
    return _refused(
        tuple(Fault(_pointer(fault), Text(fault.zh, fault.zh)) for fault in error.faults)
    )


def _refused(faults: tuple[Fault, ...]) -> PolicyUnreadable:
    first = f"（列出前{_MOST_FAULTS}处）" if len(faults) > _MOST_FAULTS else ""
    return PolicyUnreadable(
        f"方案文本有{len(faults)}处错误{first}，请按 errors 中的位置逐处修改后重新提交，没有保存。",
        f"The text has {len(faults)} mistakes; correct each place named in `errors`.",
        faults=faults[:_MOST_FAULTS],
    )


def _pointer(fault: DocumentFault) -> str:
    place = place_of(fault.spot)
    return f"{place}, {fault.where}" if fault.where else place


def place_of(spot: Spot) -> str:
    """Return where that is: `sheet 评分项, row 5, column F`, or `row 5, column 3` of a text."""
    row = f"row {spot.row}" if spot.row or not spot.sheet else ""
    column = f"column {column_of(spot)}" if spot.column else ""
    sheet = f"sheet {spot.sheet}" if spot.sheet else ""
    return ", ".join(part for part in (sheet, row, column) if part)


def column_of(spot: Spot) -> str:
    """Return a column as people know it: letters in a sheet, a number in a text."""
    if not spot.column:
        return ""
    return letters(spot.column - 1) if spot.sheet else str(spot.column)


def faults(stored: StoredPolicy) -> tuple[Found, ...]:
    """Return everything the static check finds, in the order of the document."""
    return _found(read_written(stored.text)) if check(stored.policy) else ()


def _found(written: Written) -> tuple[Found, ...]:
    return tuple(Found(each, written.spot(each.where)) for each in check(written.policy))


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
    place = place_of(found.spot)
    return Fault(f"{place}, {each.where}{clause}", Text(each.zh, f"{each.code}: {each.zh}"))
