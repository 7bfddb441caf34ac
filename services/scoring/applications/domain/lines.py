"""What a sheet lacks, what its self score comes to, and whether a star may be applied for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.scoring.applications.domain.sheet import Entry, Sheet, StarSheet
from services.scoring.cycles.domain import computing
from services.scoring.kernel.columns import Inputs
from services.scoring.kernel.evaluate import evaluate
from services.scoring.kernel.inputs import OrganizationInput
from services.scoring.kernel.items import leaves_of
from services.scoring.kernel.layout import Leaf
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.rules import Ranked
from services.scoring.kernel.said import NotApplicable, Occurrences, Said, Values
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


@dataclass(frozen=True)
class Own:
    """Whose sheet it is, today, and what registry knows: what is not on the sheet itself."""

    organization_id: str
    kind: str
    sector: str
    today: date
    facts: Mapping[str, int] = field(default_factory=dict)


def gaps(plan: Plan, sheet: Sheet, own: Own) -> list[Gap]:
    """Return everything a sheet lacks for submission, in the order of the policy.

    Every item of every star must be scored (absent is not zero) that is for this branch, that
    facts do not give, and for which the policy names nothing instead; an item of a star
    applied for that claims something in base or bonus also needs a reference or a file.
    Clause: 五星创建 第二版 · 村级申报.
    """
    return [
        Gap(star.code, leaf.code, leaf.name, leaf.clause, lack)
        for star in plan.policy.stars
        for item in star.items
        for leaf in leaves_of(item)
        for lack in _lacks(plan, leaf.code, own, sheet.star(star.code))
    ]


def _lacks(plan: Plan, code: str, own: Own, star: StarSheet) -> list[str]:
    leaf, entry = plan.leaves[plan.leaf_index[code]], star.items.get(code, Entry())
    if entry.word is None:
        return ["points"] if _is_asked(plan, leaf, own) else []
    claims = star.apply and leaf.item.block != "deduction" and claims_something(entry.word)
    return ["reference"] if claims and not entry.reference and not entry.files else []


def _is_asked(plan: Plan, leaf: Leaf, own: Own) -> bool:
    """Whether the branch itself must say something about an item."""
    only = leaf.item.only
    if only is not None and not only.includes(own.kind, own.sector, own.organization_id):
        return False
    return leaf.item.when_missing is None and not _by_facts(plan, leaf)


def _by_facts(plan: Plan, leaf: Leaf) -> bool:
    slots = plan.slots[leaf.slots]
    return bool(slots) and all(slot.fact is not None for slot in slots)


def claims_something(word: Said) -> bool:
    """Whether a word asks for points: more than none, a value, or anything that happened."""
    if isinstance(word, int):
        return word > 0
    if isinstance(word, Occurrences):
        return bool(word.occurrences)
    return isinstance(word, Values)


def standings(plan: Plan, sheet: Sheet, own: Own) -> list[StarStanding]:
    """Return each star's self score by the kernel, in the order of the policy.

    A star whose points depend on others, on unknown facts or on what is not filled in has none yet.
    """
    words = {code: word for code, word in sheet.words.items() if code in plan.leaf_index}
    full = [
        star.code
        for row, star in enumerate(plan.policy.stars)
        if all(_stands_alone(plan, leaf, words, own) for leaf in plan.leaves if leaf.star == row)
    ]
    alone = [_as_input(plan, words, full, own)]
    with computing():
        inputs = Inputs.of(plan, alone, provisional=True)
    outcome = evaluate(plan, inputs)
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


def _stands_alone(plan: Plan, leaf: Leaf, words: Mapping[str, Said], own: Own) -> bool:
    """Whether an item's points can be told from the sheet of this branch alone."""
    only = leaf.item.only
    if only is not None and not only.includes(own.kind, own.sector, own.organization_id):
        return True
    word = words.get(leaf.code)
    if isinstance(word, NotApplicable):
        return True
    facts = [slot.fact for slot in plan.slots[leaf.slots] if slot.fact is not None]
    known = all(fact in own.facts for fact in facts)
    if word is None and not (known and _by_facts(plan, leaf)):
        return leaf.item.when_missing is not None and leaf.item.when_missing.kind == "default"
    return known and not isinstance(leaf.rule, Ranked)


def _as_input(
    plan: Plan, words: Mapping[str, Said], full: list[str], own: Own
) -> OrganizationInput:
    """Return the sheet as the kernel reads it: only stars that are full, others left out."""
    rows = {plan.star_index[star] for star in full}
    known = {
        code: word for code, word in words.items() if plan.leaf_star[plan.leaf_index[code]] in rows
    }
    scope = plan.policy.applies_to
    return OrganizationInput(
        organization_id=own.organization_id,
        county_id="self",
        township_id="self",
        kind=own.kind if own.kind in scope.kinds else scope.kinds[0],
        sector=own.sector if own.sector in scope.sectors else scope.sectors[0],
        submitted=True,
        applied=tuple(full),
        scores={plan.policy.stages[0].code: known},
        facts=dict(own.facts),
        assessed_on=own.today,
    )


def require_lines(plan: Plan, sheet: Sheet, own: Own, stars: Iterable[str] | None = None) -> None:
    """Raise StarBelowLines for stars applied for whose self score misses a line.

    Stars whose items are not all scored are left to `require_complete`.
    Clause: 五星创建 第二版 · 评选资格.
    """
    wanted = set(sheet.applied if stars is None else stars)
    below = [
        each
        for each in standings(plan, sheet, own)
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


def require_complete(plan: Plan, sheet: Sheet, own: Own) -> None:
    """Raise ApplicationIncomplete with everything that is missing."""
    found = gaps(plan, sheet, own)
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
