"""Scores of single items, whoever gives them: known item, within the maximum, with a reason.

Points are ints of 0.01. In the deduction block the points are what is taken off, so that a
higher number is the worse one. Clause: 五星创建 第二版 · 计分办法.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.scoring.kernel.grammar import Item, Policy
from shared.errors import Fault, Invalid, Text
from shared.money import decimal_text


class UnknownItem(Invalid):
    """An item that the policy of this cycle, or this star, does not have."""

    slug = "unknown-item"
    title = Text("没有这个评分项", "Unknown item")


class StarNotApplied(Invalid):
    """An item or a refusal of a star the village did not apply for."""

    slug = "star-not-applied"
    title = Text("未申报这颗星", "This star was not applied for")


class PointsOverMaximum(Invalid):
    """More points than the item can bring."""

    slug = "points-over-maximum"
    title = Text("超过该项满分", "Points over the maximum")


class ReasonMissing(Invalid):
    """A score worse for the village than the one that stands, without a reason."""

    slug = "reason-missing"
    title = Text("降分未写明理由", "A lower score needs a reason")


@dataclass(frozen=True)
class Mark:
    """One item's points in hundredths, and the reason where it lowers what stood."""

    points: int
    reason: str = ""


Marks = Mapping[str, Mark]
Scores = Mapping[str, int]


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
    _refuse_unknown(marks, known)
    _refuse_not_applied(marks, allowed, known)
    _refuse_too_high(marks, allowed)
    _refuse_unexplained(marks, allowed, standing, before)


def _refuse_unknown(marks: Marks, known: Mapping[str, Item]) -> None:
    faults = tuple(
        Fault(
            pointer(code),
            Text("方案中没有这个评分项，请核对编码", "No such item in the policy"),
        )
        for code in marks
        if code not in known
    )
    if faults:
        raise UnknownItem(
            "有评分项不在本周期的方案之内，请按方案中的评分项编码填写，本次没有保存。",
            "Some items are not in the policy of this cycle; nothing was saved.",
            faults=faults,
        )


def _refuse_not_applied(
    marks: Marks, allowed: Mapping[str, Item], known: Mapping[str, Item]
) -> None:
    faults = tuple(
        Fault(
            pointer(code),
            Text(f"“{known[code].name}”不属于可以评分的星", "Not an item of a star to be scored"),
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


def _refuse_too_high(marks: Marks, allowed: Mapping[str, Item]) -> None:
    faults = tuple(
        Fault(
            pointer(code, "points"),
            Text(
                f"“{allowed[code].name}”满分{decimal_text(allowed[code].rule.max_points)}",
                f"At most {decimal_text(allowed[code].rule.max_points)}",
            ),
        )
        for code, mark in marks.items()
        if not 0 <= mark.points <= allowed[code].rule.max_points
    )
    if faults:
        raise PointsOverMaximum(
            "有得分超出该项 0 分到满分的范围，请改正后重新保存，本次没有保存。",
            "Some points are below 0 or over the item's maximum; nothing was saved.",
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
        if not mark.reason.strip()
    )
    if faults:
        raise ReasonMissing(
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
