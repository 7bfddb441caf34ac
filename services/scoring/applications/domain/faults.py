"""What can be wrong with scores: every faulty place with its problem type, told at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import Fault, Invalid, Text


class ScoresInvalid(Invalid):
    """Several kinds of mistakes in one sheet: every place is named."""

    slug = "scores-invalid"
    title = Text("评分有误", "The scores are invalid")


class UnknownStar(ScoresInvalid):
    """The policy has no such star."""

    slug = "unknown-star"
    title = Text("方案中没有这颗星", "The policy has no such star")


class UnknownItem(ScoresInvalid):
    """The star has no such item."""

    slug = "unknown-item"
    title = Text("方案中没有这个评分项", "The policy has no such item")


class PointsOverMaximum(ScoresInvalid):
    """More points than the item has."""

    slug = "points-over-maximum"
    title = Text("得分超过满分", "More points than the item has")


class PointsTooPrecise(ScoresInvalid):
    """Points have at most two decimals."""

    slug = "points-too-precise"
    title = Text("得分最多两位小数", "Points have at most two decimals")


class PointsInvalid(ScoresInvalid):
    """Points are not a number from 0 upwards."""

    slug = "points-invalid"
    title = Text("得分不是有效数字", "Points are not a valid number")


class WordInvalid(ScoresInvalid):
    """Values, occurrences or their form do not fit the item's rule."""

    slug = "score-form-invalid"
    title = Text("填写内容与计分办法不符", "What was given does not fit the item's rule")


@dataclass(frozen=True)
class Scored:
    """One faulty place and which problem it is."""

    kind: type[ScoresInvalid]
    fault: Fault


def refuse(found: Sequence[Scored]) -> None:
    """Raise one problem for all faulty places, if there are any."""
    if found:
        raise problem(found)


def problem(wrong: Sequence[Scored]) -> ScoresInvalid:
    """Return one problem for all faulty places; its type is theirs where they agree."""
    kinds = {each.kind for each in wrong}
    kind = kinds.pop() if len(kinds) == 1 else ScoresInvalid
    first = wrong[0].fault.detail
    todo = Text("，请修改后重新提交", ": correct it and send it again")
    if len(wrong) > 1:
        todo = Text(
            f"等{len(wrong)}处，请按 errors 逐项修改后重新提交",
            f": correct each of the {len(wrong)} entries of `errors`",
        )
    return kind(
        f"{first.zh}{todo.zh}，本次没有保存。",
        f"{first.en}{todo.en}; nothing was saved.",
        faults=tuple(each.fault for each in wrong),
    )
