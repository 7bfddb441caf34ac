"""What may stand on a sheet: known stars and items, and words that fit their rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.scoring.applications.domain.faults import Scored, UnknownItem, UnknownStar, refuse
from services.scoring.applications.domain.sheet import Entry
from services.scoring.applications.domain.words import WordText, read_word
from services.scoring.kernel.layout import Leaf
from services.scoring.kernel.plan import Plan
from services.scoring.kernel.said import Said
from shared.errors import Fault, Text


@dataclass(frozen=True)
class Given:
    """What came in for an item: its word (nothing = not scored yet), and the reference."""

    word: WordText
    reference: str


def leaves_by_code(plan: Plan, star: str) -> dict[str, Leaf] | Scored:
    """Return what is scored of one star, sub-items included, or that there is no such star."""
    if star not in plan.star_index:
        title = plan.policy.title
        said = Text(f"方案“{title}”中没有“{star}”这颗星", f"no star {star} in the policy")
        return Scored(UnknownStar, Fault(f"/{star}", said))
    position = plan.star_index[star]
    return {leaf.code: leaf for leaf in plan.leaves if leaf.star == position}


def entries(plan: Plan, star: str, given: Mapping[str, Given], today: date) -> dict[str, Entry]:
    """Read what came in for a star's items; raise one problem that names every mistake."""
    leaves = leaves_by_code(plan, star)
    if isinstance(leaves, Scored):
        refuse([leaves])
        return {}
    wrong: list[Scored] = []
    read: dict[str, Entry] = {}
    for code, one in given.items():
        word = _word(plan, star, leaves.get(code), code, one, today)
        if isinstance(word, list):
            wrong += word
        else:
            read[code] = Entry(word, one.reference)
    refuse(wrong)
    return read


def _word(
    plan: Plan, star: str, leaf: Leaf | None, code: str, given: Given, today: date
) -> Said | list[Scored] | None:
    if leaf is None:
        name = plan.policy.star(star).name
        said = Text(f"“{name}”中没有“{code}”这个评分项", f"no item {code} in {star}")
        return [Scored(UnknownItem, Fault(f"/{star}/{code}", said))]
    return read_word(plan, leaf, given.word, f"/{star}/{code}", today)
