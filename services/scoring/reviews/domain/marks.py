"""Scores of single items, whoever gives them: known item, fitting its rule, with a reason.

Words are compared by what they are worth. In the deduction block the points are what is taken
off, so that a higher number is the worse one. Clause: 五星创建 第二版 · 计分办法.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.scoring.applications.domain import (
    Scored,
    UnknownItem,
    WordInvalid,
    WordText,
    read_word,
    refuse,
)
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import leaves_of
from services.scoring.kernel.layout import Leaf
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.said import NotApplicable, Said
from services.scoring.kernel.worth import worths
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


class Mark(NamedTuple):
    """What was said of one item, and the reason where it is worse than what stood."""

    word: Said
    reason: str = ""


@dataclass(frozen=True)
class MarkText:
    """A mark as it was sent."""

    word: WordText
    reason: str = ""


Marks = Mapping[str, Mark]
Words = Mapping[str, Said]


@dataclass(frozen=True)
class Standing:
    """What counts so far for a branch, and by whose word (`before`, for the sentence).

    `facts` are known facts by code; `today` is the day on which influence periods are looked at.
    """

    words: Words
    before: str
    facts: Mapping[str, int]
    today: date


def read(plan: Plan, given: Mapping[str, MarkText], today: date) -> dict[str, Mark]:
    """Read sent marks exactly; raise one problem for everything that is wrong with them."""
    wrong: list[Scored] = []
    marks: dict[str, Mark] = {}
    for code, mark in given.items():
        read_one = _read(plan, code, mark, today)
        if isinstance(read_one, list):
            wrong += read_one
        else:
            marks[code] = read_one
    refuse(wrong)
    return marks


def _read(plan: Plan, code: str, mark: MarkText, today: date) -> Mark | list[Scored]:
    if code not in plan.leaf_index:
        said = Text(f"方案中没有“{code}”这个评分项", f"no item {code} in the policy")
        return [Scored(UnknownItem, Fault(pointer(code), said))]
    leaf = plan.leaves[plan.leaf_index[code]]
    word = read_word(plan, leaf, mark.word, pointer(code, "points"), today)
    if isinstance(word, list):
        return word
    if word is None:
        said = Text(f"“{leaf.name}”没有填写评分", f"{code} is not scored")
        return [Scored(WordInvalid, Fault(pointer(code), said))]
    return Mark(word, mark.reason.strip())


def leaves_of_stars(plan: Plan, stars: Iterable[str]) -> dict[str, Leaf]:
    """Return what is scored of these stars by code, sub-items included, in the policy's order."""
    rows = {plan.star_index[star] for star in stars}
    order = {code: place for place, code in enumerate(_codes(plan.policy))}
    found = [leaf for leaf in plan.leaves if leaf.star in rows]
    return {leaf.code: leaf for leaf in sorted(found, key=lambda leaf: order[leaf.code])}


def _codes(policy: Policy) -> Iterable[str]:
    for star in policy.stars:
        for item in star.items:
            yield from (leaf.code for leaf in leaves_of(item))


def check_marks(plan: Plan, stars: Iterable[str], marks: Marks, standing: Standing) -> None:
    """Raise for marks that may not be saved; each problem lists all faults of its kind.

    `stars` are those that may be scored.
    """
    allowed = leaves_of_stars(plan, stars)
    _refuse_not_applied(plan, marks, allowed)
    _refuse_unexplained(plan, marks, allowed, standing)


def _refuse_not_applied(plan: Plan, marks: Marks, allowed: Mapping[str, Leaf]) -> None:
    faults = tuple(
        Fault(
            pointer(code),
            Text(
                f"“{plan.leaves[plan.leaf_index[code]].name}”不属于这里要评的星",
                "Not an item of a star scored here",
            ),
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
    plan: Plan, marks: Marks, allowed: Mapping[str, Leaf], standing: Standing
) -> None:
    worse = worsened(plan, words_of(marks), standing)
    faults = tuple(
        Fault(
            pointer(code, "reason"),
            Text(
                f"“{allowed[code].name}”比{standing.before}（{shown(standing.words[code])}）"
                "对村里不利，请写明理由",
                "Worse for the village than the score that stands: give a reason",
            ),
        )
        for code in worse
        if not explained(marks[code])
    )
    if faults:
        raise ScoreReasonMissing(
            f"评分低于{standing.before}的，每一项都要写明理由，请补充后重新保存，本次没有保存。",
            "Every score below the one that stands needs a reason; nothing was saved.",
            faults=faults,
        )


def explained(mark: Mark) -> bool:
    """Whether a mark says why; an item that does not apply says so itself."""
    return bool(mark.reason) or isinstance(mark.word, NotApplicable)


def shown(word: Said) -> str:
    """Return a word in short, for a sentence."""
    if isinstance(word, int):
        return f"{decimal_text(word)}分"
    return "不适用" if isinstance(word, NotApplicable) else "原填内容"


def worsened(plan: Plan, words: Words, standing: Standing) -> list[str]:
    """Return the items of which a word is worse for the village than the one that stands.

    Where one of both says that the item does not apply, or facts are missing that would tell,
    a different word counts as worse: it needs its reason.
    """
    return _compared(plan, words, standing, better=False)


def bettered(plan: Plan, words: Words, standing: Standing) -> list[str]:
    """Return the items of which a word is better for the village, or cannot be compared."""
    return _compared(plan, words, standing, better=True)


def _compared(plan: Plan, words: Words, standing: Standing, *, better: bool) -> list[str]:
    both = [code for code in words if code in standing.words]
    now = worths(plan, {code: words[code] for code in both}, standing.facts, standing.today)
    old = worths(
        plan, {code: standing.words[code] for code in both}, standing.facts, standing.today
    )
    found = []
    for code in both:
        new, before = now[code], old[code]
        if new is None or before is None:
            differs = words[code] != standing.words[code]
        else:
            gain = before - new if plan.is_deduction[plan.leaf_index[code]] else new - before
            differs = gain > 0 if better else gain < 0
        if differs:
            found.append(code)
    return found


def unscored(plan: Plan, stars: Iterable[str], marks: Marks) -> list[str]:
    """Return the items of these stars that have no mark and need one, in the policy's order.

    What facts give, and what the policy names something instead of, needs none.
    """
    return [
        code
        for code, leaf in leaves_of_stars(plan, stars).items()
        if code not in marks and leaf.item.when_missing is None and not _by_facts(plan, leaf)
    ]


def _by_facts(plan: Plan, leaf: Leaf) -> bool:
    slots = plan.slots[leaf.slots]
    return bool(slots) and all(slot.fact is not None for slot in slots)


def words_of(marks: Marks) -> dict[str, Said]:
    """Return the bare words by item."""
    return {code: mark.word for code, mark in marks.items()}


def pointer(code: str, member: str | None = None) -> str:
    """Return the place of an item in the request body."""
    return f"/items/{code}" + (f"/{member}" if member else "")
