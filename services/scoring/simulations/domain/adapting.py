"""The frozen inputs as a variant can read them: nothing is invented, every difference is said.

Where an item's maximum changes, given scores follow by the declared rule: `scale` keeps the
share of the maximum that was earned (exact, half-up to 0.01), `cap` cuts off what lies above.
Measured values and occurrences are facts and stay as they are: the variant's rule judges them.
What the variant no longer knows is left out; a bottom line that nobody was asked about stays
open. A score that nobody gave is never made up: the kernel refuses such a variant.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.scoring.kernel.inputs import Answer, CountedProblem, CountsAnswer, OrganizationInput
from services.scoring.kernel.intake import is_assessed
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.rules import CountsPerProblem
from services.scoring.kernel.said import Said
from services.scoring.kernel.vocabulary import Code, Count, Frozen
from services.scoring.simulations.domain.variants import ScoreRule

NoteCode = Literal[
    "scores_scaled",
    "scores_capped",
    "item_left_out",
    "stage_left_out",
    "star_left_out",
    "answer_left_out",
    "post_left_out",
    "refill_left_out",
    "bottom_line_open",
]


class Note(Frozen):
    """What had to be done to the inputs: to which code, for how many organizations."""

    code: NoteCode
    subject: Code
    organizations: Count


@dataclass(frozen=True)
class Adapted:
    """Inputs for a variant; `open_answers` when bottom lines stand without an answer."""

    organizations: tuple[OrganizationInput, ...]
    notes: tuple[Note, ...]
    open_answers: bool


def adapt(
    base: Plan, variant: Plan, organizations: Sequence[OrganizationInput], rule: ScoreRule
) -> Adapted:
    """Return the inputs that were made for `base` as `variant` can read them."""
    if _reads_alike(base, variant):
        return Adapted(tuple(organizations), (), open_answers=False)
    adapter = _Adapter(base, variant, rule)
    adapted = tuple(adapter.organization(each) for each in organizations)
    notes = tuple(
        Note(code=code, subject=subject, organizations=count)
        for (code, subject), count in sorted(adapter.counts.items())
    )
    return Adapted(adapted, notes, open_answers=adapter.open_answers)


def _reads_alike(base: Plan, variant: Plan) -> bool:
    mine, other = base.policy, variant.policy
    alike = (mine.stars, mine.stages, mine.posts) == (other.stars, other.stages, other.posts)
    return alike and not (base.refilled and mine.quotas != other.quotas)


class _Adapter:
    def __init__(self, base: Plan, variant: Plan, rule: ScoreRule) -> None:
        self.variant = variant
        self.rule = rule
        self.asked = base.bottom_line_index.keys()
        self.counts: Counter[tuple[NoteCode, str]] = Counter()
        self.open_answers = False
        self.maxima = {
            code: (
                base.leaves[row].rule.max_points,
                variant.leaves[variant.leaf_index[code]].rule.max_points,
            )
            for code, row in base.leaf_index.items()
            if code in variant.leaf_index
        }
        self.bottom_lines = {line.code: line.rule.kind for line in base.bottom_lines}
        self.posts = {post.code for post in variant.policy.posts}
        self.places = {x.code for x in variant.policy.quotas if x.refill == "next"}

    def organization(self, one: OrganizationInput) -> OrganizationInput:
        said: set[tuple[NoteCode, str]] = set()
        answers = self._answers(one, said)
        unknown_posts = {holder.post for holder in one.posts} - self.posts
        said |= {("post_left_out", post) for post in unknown_posts}
        changes = {
            "applied": tuple(star for star in one.applied if self._has_star(star, said)),
            "refusals": {s: each for s, each in one.refusals.items() if self._has_star(s, said)},
            "scores": self._scores(one.scores, said),
            "answers": answers,
            "posts": tuple(holder for holder in one.posts if holder.post in self.posts),
            "let_in": {code: x for code, x in one.let_in.items() if self._let_in(code, said)},
        }
        self.counts.update(said)
        return one.model_copy(update=changes)

    def _has_star(self, star: str, said: set[tuple[NoteCode, str]]) -> bool:
        known = star in self.variant.star_index
        if not known:
            said.add(("star_left_out", star))
        return known

    def _let_in(self, quota: str, said: set[tuple[NoteCode, str]]) -> bool:
        known = quota in self.places
        if not known:
            said.add(("refill_left_out", quota))
        return known

    def _scores(
        self, given: Mapping[str, Mapping[str, Said]], said: set[tuple[NoteCode, str]]
    ) -> dict[str, dict[str, Said]]:
        kept: dict[str, dict[str, Said]] = {}
        for stage, scores in given.items():
            if stage not in self.variant.stage_index:
                said.add(("stage_left_out", stage))
                continue
            own = {code: self._score(code, each, said) for code, each in scores.items()}
            kept[stage] = {code: each for code, each in own.items() if each is not None}
        return kept

    def _score(self, code: str, given: Said, said: set[tuple[NoteCode, str]]) -> Said | None:
        if code not in self.maxima:
            said.add(("item_left_out", code))
            return None
        before, after = self.maxima[code]
        if before == after or not isinstance(given, int):
            return given
        said.add(("scores_scaled" if self.rule == "scale" else "scores_capped", code))
        return scaled(given, before, after) if self.rule == "scale" else min(given, after)

    def _answers(
        self, one: OrganizationInput, said: set[tuple[NoteCode, str]]
    ) -> dict[str, Answer]:
        kept: dict[str, Answer] = {}
        for code, answer in one.answers.items():
            fitting = self._answer(code, answer)
            if fitting is None:
                said.add(("answer_left_out", code))
            else:
                kept[code] = fitting
        if one.submitted and is_assessed(self.variant, one):
            unanswered = self.variant.bottom_line_index.keys() - kept.keys()
            # What nobody has answered yet under the policy in force is no difference.
            opened = {code for code in unanswered if code in one.answers or code not in self.asked}
            said |= {("bottom_line_open", code) for code in opened}
            self.open_answers = self.open_answers or bool(opened)
        return kept

    def _answer(self, code: str, answer: Answer) -> Answer | None:
        """Return the answer without events the rule has no limit for; None if it answers none."""
        if code not in self.variant.bottom_line_index:
            return None
        rule = self.variant.bottom_lines[self.variant.bottom_line_index[code]].rule
        if rule.kind != self.bottom_lines.get(code):
            return None
        if not (isinstance(rule, CountsPerProblem) and isinstance(answer, CountsAnswer)):
            return answer
        events = {limit.event for limit in rule.limits}
        problems = tuple(
            CountedProblem(
                reference=each.reference,
                counts={event: n for event, n in each.counts.items() if event in events},
            )
            for each in answer.problems
        )
        return answer.model_copy(update={"problems": problems})


def scaled(points: int, before: int, after: int) -> int:
    """Return the points that keep the share of the maximum, half-up to 0.01; exact integers."""
    return (2 * points * after + before) // (2 * before) if before else 0
