"""Scores of single items, whoever gives them: known item, within the maximum, with a reason.

Points are ints of 0.01. In the deduction block the points are what is taken off, so that a
higher number is the worse one. Clause: 五星创建 第二版 · 计分办法.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.scoring.applications.domain import (
    PointsOverMaximum,
    Scored,
    UnknownItem,
    points_or_fault,
    refuse,
)
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import Item
from shared.errors import Fault, Invalid, Text
from shared.money import decimal_text


class StarNotApplied(Invalid):
    """An item or a refusal of a star that is not to be scored here."""

    slug = "star-not-applied"
    title = Text("不是可以评分的星", "This star is not to be scored here")


class ScoreReasonMissing(Invalid):
    """A score worse for the village than the one that stands, without a reason."""

    slug = "score-reason-missing"
    title = Text("降分未写明理由", "A lower score needs a reason")


@dataclass(frozen=True)
class Mark:
    """One item's points in hundredths, and the reason where it lowers what stood."""

    points: int
    reason: str = ""


@dataclass(frozen=True)
class MarkText:
    """A mark as it was sent: points as decimal text."""

    points: str
    reason: str = ""


Marks = Mapping[str, Mark]
Scores = Mapping[str, int]


def read(given: Mapping[str, MarkText]) -> dict[str, Mark]:
    """Read sent marks exactly; raise one problem for all that are no points."""
    read_points = {
        code: points_or_fault(mark.points, pointer(code, "points")) for code, mark in given.items()
    }
    refuse([each for each in read_points.values() if isinstance(each, Scored)])
    return {
        code: Mark(points, given[code].reason.strip())
        for code, points in read_points.items()
        if isinstance(points, int)
    }


def items_of(policy: Policy, stars: Iterable[str]) -> dict[str, Item]:
    """Return the items of these stars by code, in the order of the policy."""
    wanted = set(stars)
    return {item.code: item for star in policy.stars if star.code in wanted for item in star.items}


def check_marks(
    policy: Policy, stars: Iterable[str], marks: Marks, standing: Scores, before: str
) -> None:
    """Raise for marks that may not be saved; each problem lists all faults of its kind.

    `stars` are those that may be scored, `standing` what counts so far, `before` says whose
    score that is, for the sentence.
    """
    allowed = items_of(policy, stars)
    known = items_of(policy, (star.code for star in policy.stars))
    refuse([wrong for code, mark in marks.items() if (wrong := _wrong(known, code, mark))])
    _refuse_not_applied(marks, allowed, known)
    _refuse_unexplained(marks, allowed, standing, before)


def _wrong(known: Mapping[str, Item], code: str, mark: Mark) -> Scored | None:
    if code not in known:
        said = Text(f"方案中没有“{code}”这个评分项", f"no item {code} in the policy")
        return Scored(UnknownItem, Fault(pointer(code), said))
    item, most = known[code], known[code].rule.max_points
    if mark.points <= most:
        return None
    said = Text(
        f"“{item.name}”满分{decimal_text(most)}，填写了{decimal_text(mark.points)}（{item.clause}）",
        f"{code} has at most {decimal_text(most)} points",
    )
    return Scored(PointsOverMaximum, Fault(pointer(code, "points"), said))


def _refuse_not_applied(
    marks: Marks, allowed: Mapping[str, Item], known: Mapping[str, Item]
) -> None:
    faults = tuple(
        Fault(
            pointer(code),
            Text(f"“{known[code].name}”不属于这里要评的星", "Not an item of a star scored here"),
        )
        for code in marks
        if code not in allowed
    )
    if faults:
        raise StarNotApplied(
            "有评分项不属于该村申报的、由您评分的星，请删去后重新保存，本次没有保存。",
            "Some items do not belong to the stars to be scored here; nothing was saved.",
            faults=faults,
        )


def _refuse_unexplained(
    marks: Marks, allowed: Mapping[str, Item], standing: Scores, before: str
) -> None:
    faults = tuple(
        Fault(
            pointer(code, "reason"),
            Text(
                f"“{allowed[code].name}”比{before}（{decimal_text(standing[code])}分）对村里不利，"
                "请写明理由",
                "Worse for the village than the score that stands: give a reason",
            ),
        )
        for code, mark in marks.items()
        if code in standing and worsens(allowed[code], mark.points, standing[code])
        if not mark.reason
    )
    if faults:
        raise ScoreReasonMissing(
            f"评分低于{before}的，每一项都要写明理由，请补充后重新保存，本次没有保存。",
            "Every score below the one that stands needs a reason; nothing was saved.",
            faults=faults,
        )


def worsens(item: Item, points: int, standing: int) -> bool:
    """Whether the points are worse for the village than those that stand."""
    return points > standing if item.block == "deduction" else points < standing


def unscored(policy: Policy, stars: Iterable[str], marks: Marks) -> list[str]:
    """Return the items of these stars that have no mark, in the order of the policy."""
    return [code for code in items_of(policy, stars) if code not in marks]


def points_of(marks: Marks) -> dict[str, int]:
    """Return the bare points by item."""
    return {code: mark.points for code, mark in marks.items()}


def pointer(code: str, member: str | None = None) -> str:
    """Return the place of an item in the request body."""
    return f"/items/{code}" + (f"/{member}" if member else "")
