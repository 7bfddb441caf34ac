"""What may stand on a sheet: known stars and items, exact points within their limits.

Township and department scores follow the same rules (`read_points`, `check_scores`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.applications.domain.sheet import Entry
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import Item
from services.scoring.kernel.stars import Star
from shared.errors import Fault, Invalid, Text
from shared.money import LIMIT, decimal_text

_DECIMALS = 2


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


@dataclass(frozen=True)
class Scored:
    """One faulty place and which problem it is."""

    kind: type[ScoresInvalid]
    fault: Fault


def read_points(text: str) -> int:
    """Read decimal text into hundredths; PointsTooPrecise or PointsInvalid otherwise."""
    found = points_or_fault(text, "/points")
    if isinstance(found, Scored):
        raise problem([found])
    return found


def points_or_fault(text: str, pointer: str) -> int | Scored:
    """Read decimal text into hundredths, or say what is wrong with it at that place."""
    try:
        scaled = Decimal(text).scaleb(_DECIMALS)
    except ArithmeticError:
        scaled = Decimal("NaN")
    if not scaled.is_finite() or not 0 <= scaled <= LIMIT:
        said = Text(f"“{text[:20]}”不是有效得分，请填写0以上的数字", "not a number from 0 upwards")
        return Scored(PointsInvalid, Fault(pointer, said))
    if scaled != scaled.to_integral_value():
        said = Text(f"{text[:20]}的小数超过两位，请改为最多两位", "at most two decimals")
        return Scored(PointsTooPrecise, Fault(pointer, said))
    return int(scaled)


def check_scores(policy: Policy, star: str, points: Mapping[str, int]) -> list[Scored]:
    """Return what is wrong with hundredths given for items of one star."""
    part = next((one for one in policy.stars if one.code == star), None)
    if part is None:
        said = Text(f"方案“{policy.title}”中没有“{star}”这颗星", f"no star {star} in the policy")
        return [Scored(UnknownStar, Fault(f"/{star}", said))]
    items = {item.code: item for item in part.items}
    return [
        wrong
        for code, value in points.items()
        if (wrong := _check(part, items.get(code), code, value)) is not None
    ]


def _check(star: Star, item: Item | None, code: str, value: int) -> Scored | None:
    where = f"/{star.code}/{code}"
    if item is None:
        said = Text(f"“{star.name}”中没有“{code}”这个评分项", f"no item {code} in {star.code}")
        return Scored(UnknownItem, Fault(where, said))
    most = item.rule.max_points
    if value > most:
        said = Text(
            f"“{item.name}”满分{decimal_text(most)}，填写了{decimal_text(value)}（{item.clause}）",
            f"{item.code} has at most {decimal_text(most)} points",
        )
        return Scored(PointsOverMaximum, Fault(where, said))
    return None


def refuse(found: Sequence[Scored]) -> None:
    """Raise one problem for all faulty places, if there are any."""
    if found:
        raise problem(found)


def problem(wrong: Sequence[Scored]) -> ScoresInvalid:
    """Return one problem for all faulty places; its type is theirs where they agree."""
    kinds = {each.kind for each in wrong}
    kind = kinds.pop() if len(kinds) == 1 else ScoresInvalid
    first = wrong[0].fault.detail
    more = f"等{len(wrong)}处" if len(wrong) > 1 else ""
    return kind(
        f"{first.zh}{more}，请按 errors 逐项修改后重新提交，本次没有保存。",
        f"{first.en}: correct each of the {len(wrong)} entries of `errors`; nothing was saved.",
        faults=tuple(each.fault for each in wrong),
    )


@dataclass(frozen=True)
class Given:
    """What came in for an item: points as decimal text (null = not scored yet), reference."""

    points: str | None
    reference: str


def entries(policy: Policy, star: str, given: Mapping[str, Given]) -> dict[str, Entry]:
    """Read what came in for a star's items; raise one problem that names every mistake."""
    read = {
        code: None if one.points is None else points_or_fault(one.points, f"/{star}/{code}")
        for code, one in given.items()
    }
    wrong = [value for value in read.values() if isinstance(value, Scored)]
    # An item without readable points is still checked to be known.
    known = {code: value if isinstance(value, int) else 0 for code, value in read.items()}
    refuse(wrong + check_scores(policy, star, known))
    return {
        code: Entry(value, given[code].reference)
        for code, value in read.items()
        if not isinstance(value, Scored)
    }
