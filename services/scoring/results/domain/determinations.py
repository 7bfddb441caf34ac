"""县委确定: what a meeting may settle, who records it and who confirms it.

Clause: 五星创建 第二版 · 县委确定.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from shared.caller import Caller, Role, same_person
from shared.errors import Conflict, Fault, Forbidden, Invalid, Text
from shared.transitions import Machine, Transition


class DeterminationState(StrEnum):
    """Where a recorded meeting stands."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


_RECORDERS = frozenset({Role.ORGANIZATION_DEPARTMENT, Role.COMMITTEE})

DETERMINATION = Machine(
    Text("县委确定", "determination"),
    {
        DeterminationState.RECORDED: "已记录，待确认",
        DeterminationState.CONFIRMED: "已确认",
        DeterminationState.REJECTED: "已退回",
        DeterminationState.SUPERSEDED: "已被新的记录取代",
    },
    (
        Transition(
            "confirm",
            frozenset({Role.COMMITTEE}),
            frozenset({DeterminationState.RECORDED}),
            DeterminationState.CONFIRMED,
            guard="another person than the recorder; no clearance missing",
            effect="inputs frozen, results settled, notice asked for",
        ),
        Transition(
            "reject",
            _RECORDERS,
            frozenset({DeterminationState.RECORDED}),
            DeterminationState.REJECTED,
            guard="a reason",
        ),
        Transition(
            "supersede",
            _RECORDERS,
            frozenset({DeterminationState.RECORDED}),
            DeterminationState.SUPERSEDED,
            effect="a newer record of the same cycle stands in its place",
        ),
    ),
)


class OwnDetermination(Forbidden):
    """The recorder of a determination wants to confirm it."""

    slug = "own-determination"
    title = Text("不能确认自己记录的县委确定", "Not your own determination")


class ClearanceMissing(Conflict):
    """Source offices have not answered: silence blocks, "none" is an answer."""

    slug = "clearance-missing"
    title = Text("联审尚未答复完毕", "Clearances are missing")


class StrikeInvalid(Invalid):
    """A strike names what cannot be struck."""

    slug = "strike-invalid"
    title = Text("去除的内容有误", "Invalid strike")


class MeetingInFuture(Invalid):
    """The meeting is said to have been held on a day to come."""

    slug = "meeting-in-future"
    title = Text("会议日期在今天之后", "The meeting lies in the future")


class NothingToSettle(Conflict):
    """No branch waits for a supplementary determination, or not this one."""

    slug = "nothing-to-settle"
    title = Text("没有需要重新确定的支部", "Nothing to settle again")


class FactsMissing(Conflict):
    """Frozen inputs lack facts, scores or answers; absent is never zero."""

    slug = "facts-missing"
    title = Text("计算所需的数据不全", "Inputs are missing")


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Meeting(_Stored):
    """The meeting's record: when, where, who, and the number of its minutes."""

    held_on: date
    place: str = Field(min_length=1, max_length=200)
    chair: str = Field(min_length=1, max_length=100)
    attendees: list[str] = Field(min_length=1, max_length=200)
    reference: str = Field(min_length=1, max_length=200)


class Strike(_Stored):
    """去除一颗星: the star is refused by the committee, with its reason."""

    organization_id: UUID
    star: str = Field(min_length=1, max_length=64)
    reason: str = Field(min_length=1, max_length=1000)


class ListingStrike(_Stored):
    """从名单中去除: the level falls to the policy's `struck_level`, the stars are kept."""

    organization_id: UUID
    reason: str = Field(min_length=1, max_length=1000)


_EXAMPLE: dict[str, JsonValue] = {
    "meeting": {
        "held_on": "2026-05-08",
        "place": "县委常委会议室",
        "chair": "县委书记",
        "attendees": ["县委书记", "组织部长", "纪委书记"],
        "reference": "获常纪〔2026〕5号",
    },
    "strikes": [],
    "listing_strikes": [],
}


class NewDetermination(_Stored):
    """A meeting to record. There is no field that could raise a score."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    meeting: Meeting
    strikes: list[Strike] = Field(default=[], max_length=2000, description="去除的星；没有则为空")
    listing_strikes: list[ListingStrike] = Field(
        default=[], max_length=2000, description="从名单中去除的支部；没有则为空"
    )
    organization_ids: list[UUID] | None = Field(
        default=None,
        min_length=1,
        max_length=2000,
        description="仅用于补充确定：结果因异议成立而作废的支部、依次递补的支部；首次确定不填",
    )


@dataclass(frozen=True)
class Actor:
    """An account and the natural person behind it."""

    user_id: UUID
    person_id: UUID | None


@dataclass(frozen=True)
class Determination:
    """One recorded meeting; `organization_ids` null settles the whole cycle."""

    id: UUID
    cycle_id: UUID
    county_id: UUID
    meeting: Meeting
    strikes: tuple[Strike, ...]
    listing_strikes: tuple[ListingStrike, ...]
    organization_ids: tuple[UUID, ...] | None
    state: DeterminationState
    recorded_by: Actor
    recorded_at: datetime
    settled_by: Actor | None
    settled_at: datetime | None
    reason: str | None
    version: int

    @property
    def supplementary(self) -> bool:
        """Whether it settles only branches whose results are void, or who are let in."""
        return self.organization_ids is not None


@dataclass(frozen=True)
class Missing:
    """One clearance that was not given: which office, about whom, which bottom line."""

    office: str
    organization_id: UUID
    bottom_line: str


def require_second_person(determination: Determination, caller: Caller) -> None:
    """Raise OwnDetermination for the recorder, whichever account it comes with."""
    recorder = determination.recorded_by
    if same_person(caller, recorder.user_id, recorder.person_id):
        raise OwnDetermination(
            "记录和确认必须是两个人，请由县委的另一位同志登录自己的账号确认。",
            "Four eyes means two persons: another person of the committee must confirm.",
        )


def require_held(meeting: Meeting, today: date) -> None:
    """Raise MeetingInFuture for a meeting that has not been held yet."""
    if meeting.held_on > today:
        raise MeetingInFuture(
            f"会议日期{meeting.held_on}在今天（{today}）之后，请在会议召开后记录实际日期。",
            "Record the meeting after it was held, with its actual date.",
            faults=(Fault("/body/meeting/held_on", Text("晚于今天", "after today")),),
        )


def require_cleared(missing: Sequence[Missing], office_names: Mapping[str, str]) -> None:
    """Raise ClearanceMissing that lists every office with what it owes."""
    if not missing:
        return
    owed = Counter(each.office for each in missing)
    names = "、".join(f"{office_names[office]}（{count}项）" for office, count in owed.items())
    raise ClearanceMissing(
        f"以下联审单位尚未答复完毕：{names}。请催办，答复“无”也是答复；全部答复后再确认。",
        f"{len(missing)} answers of {len(owed)} source offices are missing; 'none' is an answer.",
        missing=[
            {
                "office": each.office,
                "office_name": office_names[each.office],
                "organization_id": each.organization_id,
                "bottom_line": each.bottom_line,
            }
            for each in missing
        ],
    )


@dataclass(frozen=True)
class Candidate:
    """What the scores give one branch before the meeting: the stars and the level."""

    organization_id: UUID
    stars: frozenset[str]
    level: int


def check_strikes(
    strikes: Sequence[Strike],
    listing_strikes: Sequence[ListingStrike],
    candidates: Iterable[Candidate],
    listing_from_level: int,
) -> None:
    """Raise StrikeInvalid naming every strike that can strike nothing.

    A struck star must stand on the list, a struck listing must have reached the level the
    committee settles; the same thing is struck once. Nothing here can raise a score.
    """
    known = {each.organization_id: each for each in candidates}
    stars = [(each.organization_id, each.star) for each in strikes]
    listings = [each.organization_id for each in listing_strikes]
    faults = [
        *_faults("strikes", stars, [_star_fault(known, *each) for each in stars]),
        *_faults(
            "listing_strikes",
            listings,
            [_listing_fault(known, each, listing_from_level) for each in listings],
        ),
    ]
    if faults:
        raise StrikeInvalid(
            "去除的内容有误，请按 errors 逐条核对支部和星后重新提交，本次没有保存。",
            "Some strikes name what cannot be struck; correct each entry of `errors`.",
            faults=tuple(faults),
        )


def _faults(
    field: str, keys: Sequence[object], found: Sequence[tuple[str, Text] | None]
) -> Iterable[Fault]:
    for index, (key, fault) in enumerate(zip(keys, found, strict=True)):
        if fault is not None:
            yield Fault(f"/body/{field}/{index}/{fault[0]}", fault[1])
        elif key in keys[:index]:
            yield Fault(f"/body/{field}/{index}", Text("重复列出", "listed twice"))


def _star_fault(
    known: Mapping[UUID, Candidate], organization_id: UUID, star: str
) -> tuple[str, Text] | None:
    if organization_id not in known:
        return "organization_id", Text("不在本次确定的范围内", "not settled by this determination")
    if star not in known[organization_id].stars:
        return "star", Text("该支部按得分没有这颗星", "the branch has no such star by its scores")
    return None


def _listing_fault(
    known: Mapping[UUID, Candidate], organization_id: UUID, from_level: int
) -> tuple[str, Text] | None:
    if organization_id not in known:
        return "organization_id", Text("不在本次确定的范围内", "not settled by this determination")
    if known[organization_id].level < from_level:
        zh = f"该支部按得分未达到第{from_level}级，不在县委确定的名单上"
        return "organization_id", Text(zh, f"below level {from_level}: not on the list")
    return None
