"""What a sheet lacks, what its self score comes to, and whether a star may be applied for."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.scoring.applications.domain.sheet import Entry, Sheet, StarSheet
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.evaluate import evaluate
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.items import Item
from services.scoring.kernel.plan import Plan
from shared.errors import Fault, Invalid, Text
from shared.money import decimal_text


class StarBelowLines(Invalid):
    """A star is applied for although the self score does not reach the lines."""

    slug = "star-below-lines"
    title = Text("自评未达到申报分数线", "The self score does not reach the lines")


class ApplicationIncomplete(Invalid):
    """Items lack points or evidence."""

    slug = "application-incomplete"
    title = Text("申报尚未填完", "The application is not complete")


@dataclass(frozen=True)
class Gap:
    """What an item of a star still lacks: `points` or `reference`."""

    star: str
    item: str
    name: str
    clause: str
    lacks: str


@dataclass(frozen=True)
class StarStanding:
    """What a star's self score comes to (hundredths); null while items lack points."""

    star: str
    name: str
    apply: bool
    base: int | None
    total: int | None
    reaches_lines: bool | None


def gaps(policy: Policy, sheet: Sheet) -> list[Gap]:
    """Return everything a sheet lacks for submission, in the order of the policy.

    Every item of every star needs points (absent is not zero); an item of a star applied
    for that claims points in base or bonus also needs a reference or a file.
    Clause: 五星创建 第二版 · 村级申报.
    """
    return [
        Gap(star.code, item.code, item.name, item.clause, lack)
        for star in policy.stars
        for item in star.items
        for lack in _lacks(item, sheet.star(star.code), sheet.entry(star.code, item.code))
    ]


def _lacks(item: Item, star: StarSheet, entry: Entry) -> list[str]:
    if entry.points is None:
        return ["points"]
    claims = star.apply and item.block != "deduction" and entry.points > 0
    return ["reference"] if claims and not entry.reference and not entry.files else []


def standings(plan: Plan, sheet: Sheet) -> list[StarStanding]:
    """Return each star's self score by the kernel, in the order of the policy."""
    points = sheet.points
    full = [s.code for s in plan.policy.stars if all(i.code in points for i in s.items)]
    known = {code: value for code, value in points.items() if code in plan.leaf_index}
    scope = plan.policy.applies_to
    own = OrganizationInput(
        organization_id="self",
        county_id="self",
        township_id="self",
        kind=scope.kinds[0],
        sector=scope.sectors[0],
        submitted=True,
        applied=tuple(full),
        scores={plan.policy.stages[0].code: known},
    )
    outcome = evaluate(plan, Inputs.of(plan, [own], provisional=True))
    found = []
    for row, star in enumerate(plan.policy.stars):
        done = star.code in full
        found.append(
            StarStanding(
                star=star.code,
                name=star.name,
                apply=sheet.star(star.code).apply,
                base=int(outcome.base[row, 0]) if done else None,
                total=int(outcome.total[row, 0]) if done else None,
                reaches_lines=bool(outcome.lines_met[row, 0]) if done else None,
            )
        )
    return found


def require_lines(plan: Plan, sheet: Sheet, stars: Iterable[str] | None = None) -> None:
    """Raise StarBelowLines for stars applied for whose self score misses a line.

    Stars whose items are not all scored are left to `require_complete`.
    Clause: 五星创建 第二版 · 评选资格.
    """
    wanted = set(sheet.applied if stars is None else stars)
    below = [
        each
        for each in standings(plan, sheet)
        if each.star in wanted and each.apply and each.reaches_lines is False
    ]
    if not below:
        return
    lines = "、".join(f"{line.name}{decimal_text(line.points)}" for line in plan.policy.lines)
    names = "、".join(each.name for each in below)
    raise StarBelowLines(
        f"{names}的自评没有达到{lines}，不能申报；请取消申报该星，或核对得分后再试。",
        "A star may only be applied for when its self score reaches the lines.",
        faults=tuple(_below(each) for each in below),
    )


def _below(standing: StarStanding) -> Fault:
    base, total = decimal_text(standing.base or 0), decimal_text(standing.total or 0)
    return Fault(
        f"/{standing.star}",
        Text(f"{standing.name}：基本分{base}，总分{total}", f"base {base}, total {total}"),
    )


def require_complete(policy: Policy, sheet: Sheet) -> None:
    """Raise ApplicationIncomplete with everything that is missing."""
    found = gaps(policy, sheet)
    if not found:
        return
    words = {"points": ("缺少得分", "no points"), "reference": ("缺少佐证", "no evidence")}
    raise ApplicationIncomplete(
        f"还有{len(found)}处没有填写，请按 errors 逐项补全后再提交，已保存的内容不受影响。",
        f"{len(found)} entries are missing; complete them and submit again.",
        faults=tuple(
            Fault(
                f"/{gap.star}/{gap.item}",
                Text(f"“{gap.name}”{words[gap.lacks][0]}（{gap.clause}）", words[gap.lacks][1]),
            )
            for gap in found
        ),
    )
