"""乡镇推荐: the township group scores what the village applied for, and says why it is less.

It decides 一星 and 二星 and recommends from 三星 on; it may refuse an eligible star with a
reason. Clause: 五星创建 第二版 · 乡镇推荐.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.scoring.applications.domain import Application, ApplicationState
from services.scoring.kernel.plan import Plan
from services.scoring.reviews.domain.marks import (
    Mark,
    Standing,
    StarNotApplied,
    check_marks,
    explained,
    leaves_of_stars,
    unscored,
    words_of,
    worsened,
)
from shared.errors import Conflict, Fault, Text

BEFORE = "村级自评分"


class ScoringIncomplete(Conflict):
    """A stage cannot close while something in it is not scored; `errors` names what."""

    slug = "scoring-incomplete"
    title = Text("还有未评分的内容", "Not everything is scored yet")


class NotScorable(Conflict):
    """Nothing is handed in that could be scored."""

    slug = "application-not-scorable"
    title = Text("该申报现在不能评分", "Nothing to score at present")


class ApplicationsReturned(Conflict):
    """Villages still have time to submit again."""

    slug = "applications-returned"
    title = Text("还有村正在补正", "Some applications are with their villages")


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
    marks: Mapping[str, Mark] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


def require_scorable(application: Application) -> None:
    """Raise unless the village has handed in what is to be scored."""
    if application.state in (ApplicationState.SUBMITTED, ApplicationState.CLOSED):
        return
    raise NotScorable(
        "该村尚未提交，或已退回补正、尚未重新提交，请待其提交后再评分。",
        "The village has not submitted, or was asked to submit again: wait for it.",
        state=application.state.value,
    )


def require_all_back(waiting: Mapping[UUID, date]) -> None:
    """Raise while villages still have time to submit again: application → its last day."""
    if not waiting:
        return
    until = max(waiting.values())
    raise ApplicationsReturned(
        f"还有{len(waiting)}个村正在补正，最迟到{until}，请待其重新提交或期满后再签认。",
        f"{len(waiting)} village(s) may submit again until {until}: sign off then.",
        applications=[str(each) for each in waiting],
        until=until,
    )


def check(plan: Plan, applied: tuple[str, ...], own: Standing, given: Recommendation) -> None:
    """Raise for anything that may not be saved; `own` is what the village said itself."""
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
    check_marks(plan, applied, given.marks, own)


def unfit(
    plan: Plan, applied: tuple[str, ...], own: Standing, given: Recommendation | None
) -> list[str]:
    """Return the items of the applied stars that hinder a sign-off.

    They are not scored, or lower than what the village submitted since, without a reason.
    """
    given_marks = given.marks if given else {}
    due = leaves_of_stars(plan, applied)
    missing = set(unscored(plan, applied, given_marks))
    known = {code: mark for code, mark in given_marks.items() if code in due}
    worse = {code for code in worsened(plan, words_of(known), own) if not explained(known[code])}
    return [code for code in due if code in missing | worse]


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
                f"“{name}”还有{len(codes)}处要评分或补写理由：{'、'.join(codes[:5])}",
                f"{name}: {len(codes)} to score or to explain: {', '.join(codes[:5])}",
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
