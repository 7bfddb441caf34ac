"""乡镇推荐: the township group scores what the village applied for, and says why it is less.

It decides 一星 and 二星 and recommends from 三星 on; it may refuse an eligible star with a
reason. Clause: 五星创建 第二版 · 乡镇推荐.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.scoring.kernel.grammar import Policy
from services.scoring.reviews.domain.marks import (
    Mark,
    Scores,
    StarNotApplied,
    check_marks,
    unscored,
)
from shared.caller import Caller, Role
from shared.errors import Conflict, Fault, Forbidden, Text

BEFORE = "村级自评分"


class ConflictOfInterest(Forbidden):
    """The caller also acts for the village that is to be scored."""

    slug = "conflict-of-interest"
    title = Text("应当回避", "Conflict of interest")


class ScoringIncomplete(Conflict):
    """A stage cannot close while something in it is not scored; `errors` names what."""

    slug = "scoring-incomplete"
    title = Text("还有未评分的内容", "Not everything is scored yet")


class RefusalNotNeeded(Conflict):
    """Only a star that reaches the lines can be refused; others are not awarded anyway."""

    slug = "refusal-not-needed"
    title = Text("未达线的星无需否决", "This star is below the lines and needs no refusal")


@dataclass(frozen=True)
class Recommendation:
    """The township's scores for one application; version 0 while nothing was saved."""

    application_id: UUID
    cycle_id: UUID
    county_id: UUID
    township_id: UUID
    organization_id: UUID
    path: str
    marks: Mapping[str, Mark] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


def require_impartial(caller: Caller, path: str, name: str) -> None:
    """Raise when the caller fills in the same village's own application. `path` is its path."""
    own = {str(each) for each in caller.organizations(Role.VILLAGE)}
    if own & set(path.split("/")):
        raise ConflictOfInterest(
            f"您同时是“{name}”的申报人，应当回避，请由评审组其他成员评分。",
            f"You also apply for {name}: another member of the group must score it.",
        )


def check(policy: Policy, applied: tuple[str, ...], own: Scores, given: Recommendation) -> None:
    """Raise for anything that may not be saved; `own` are the village's own scores."""
    faults = tuple(
        Fault(f"/refusals/{star}", Text("该村没有申报这颗星", "Not applied for"))
        for star in given.refusals
        if star not in applied
    )
    if faults:
        raise StarNotApplied(
            "只能否决该村申报了的星，请删去其他的星后重新保存，本次没有保存。",
            "Only a star that was applied for can be refused; nothing was saved.",
            faults=faults,
        )
    check_marks(policy, applied, given.marks, own, BEFORE)


def missing(policy: Policy, applied: tuple[str, ...], given: Recommendation | None) -> list[str]:
    """Return the items of the applied stars that the township has not scored."""
    return unscored(policy, applied, given.marks if given else {})


def require_eligible(refused: Mapping[str, str], on_lines: set[str], name: str) -> None:
    """Raise when a refused star is not on the lines: it is not awarded, so nothing is refused."""
    faults = tuple(
        Fault(f"/refusals/{star}", Text("该星未达线，无需否决", "Below the lines anyway"))
        for star in refused
        if star not in on_lines
    )
    if faults:
        raise RefusalNotNeeded(
            f"“{name}”有被否决的星按得分并未达线，本来就不授予，请删去这项否决。",
            f"{name}: a refused star is below the lines anyway; remove the refusal.",
            faults=faults,
        )


def incomplete(gaps: Mapping[UUID, tuple[str, list[str]]]) -> ScoringIncomplete:
    """Return the problem for applications with gaps: id → name and what is not scored."""
    faults = tuple(
        Fault(
            f"/applications/{application_id}",
            Text(
                f"“{name}”还有{len(codes)}项未评分：{'、'.join(codes[:5])}",
                f"{name}: {len(codes)} not scored: {', '.join(codes[:5])}",
            ),
        )
        for application_id, (name, codes) in gaps.items()
    )
    return ScoringIncomplete(
        f"还有{len(gaps)}个村没有评完，请逐项评分后再办结，具体见 errors。",
        f"{len(gaps)} application(s) are not completely scored; see errors.",
        faults=faults[:100],
        applications=[str(each) for each in gaps],
    )
