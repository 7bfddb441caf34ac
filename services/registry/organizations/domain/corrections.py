"""更正: what was registered wrongly is put right where it stands, as declared in the history.

Only this may change what a read `as_of` a past day answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from services.registry.organizations.domain.timeline import Period
from services.registry.organizations.domain.tree import DatesInvalid
from shared.errors import Fault, Text
from shared.pinyin import spelled

DATED = frozenset({"name", "short_name", "kind", "sector", "division_id"})


def period_to_correct(periods: Sequence[Period], today: date) -> Period:
    """Return the period that a correction of today means: today's, else the nearest one."""
    begun = [each for each in periods if each.valid_from <= today]
    return begun[-1] if begun else periods[0]


def corrected(period: Period, changes: Mapping[str, object]) -> Period:
    """Return the period with its wrong attributes put right."""
    said = {name: value for name, value in changes.items() if name in DATED}
    fresh = replace(period, **said)  # type: ignore[arg-type]  # attributes of a period
    pinyin, initials = spelled(fresh.short_name)
    return replace(fresh, pinyin=pinyin, initials=initials)


def check_founding(
    first: Period, founded_on: date, above: Sequence[Period], below: Iterable[Period]
) -> None:
    """Raise DatesInvalid unless an organization may have been founded on that day.

    `above` are the periods of its first parent, `below` those of its children.
    """
    ends = first.valid_until is not None and founded_on >= first.valid_until
    place = first.path.removesuffix(f"{first.organization_id}/")
    parent = next((each for each in above if each.covers(founded_on)), None)
    homeless = first.parent_id is not None and (parent is None or parent.path != place)
    orphans = any(
        each.valid_from < founded_on and each.parent_id == first.organization_id for each in below
    )
    if ends or homeless or orphans:
        raise DatesInvalid(
            "成立日期不合适：应早于其后的变动，且当时上级组织已在现在的位置，下级组织尚未成立；请改正。",
            "It must be before what happened later, below an existing parent, above its children.",
            faults=(Fault("/body/founded_on", Text("请改正此项", "correct this")),),
        )
