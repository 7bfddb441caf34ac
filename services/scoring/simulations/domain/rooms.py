"""Where missing points could come from: items, or the sub-items of composite ones.

`room` is what an item can still bring by its own scale, `worth` what that is in the star's
sums: more where other items do not apply, less where a cap is near.
"""

from collections.abc import Iterator

from services.scoring.kernel.certificate import ItemScore, StarVerdict, Sum
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import Composite, Item
from services.scoring.kernel.rounding import divided
from services.scoring.simulations.domain.outcomes import Room


def rooms(policy: Policy, verdict: StarVerdict) -> tuple[Room, ...]:
    """Return all rooms that count towards what the star misses, the most worth first.

    Items of a group that misses its line come before all others, and are alone where every
    other line is met.
    """
    if verdict.sum is None:
        return ()
    found = list(_rooms(policy, verdict, verdict.sum))
    missed = {one.group for one in verdict.groups if not one.met}
    if not missed:
        return tuple(sorted(found, key=lambda room: -room.gain))
    inside = _codes(policy, verdict, missed)
    if all(line.met for line in verdict.lines):
        found = [room for room in found if room.item in inside]
    return tuple(sorted(found, key=lambda room: (room.item not in inside, -room.gain)))


def _codes(policy: Policy, verdict: StarVerdict, groups: set[str]) -> set[str]:
    """Return the codes of the groups' items and of their sub-items."""
    star = policy.star(verdict.star)
    items = {code for group in star.groups if group.code in groups for code in group.items}
    own = [item for item in star.items if item.code in items]
    composite = [item.rule for item in own if isinstance(item.rule, Composite)]
    return items | {part.code for rule in composite for part in rule.parts}


def _rooms(policy: Policy, verdict: StarVerdict, total: Sum) -> Iterator[Room]:
    """Yield the rooms of each block that counts towards the lines not met."""
    base_short = any(line.measure == "base" and not line.met for line in verdict.lines)
    whole = policy.star(verdict.star).base_points
    for item, score in zip(policy.star(verdict.star).items, verdict.items, strict=True):
        if score.basis == "not_applicable":
            continue
        if item.block == "base":
            for code, room in _of_item(item, score):
                yield _room(code, item, room, _scaled(total, whole, room))
        elif item.block == "bonus" and not base_short:
            for code, room in _of_item(item, score):
                left = max(total.bonus_cap - total.bonus, 0)
                yield _room(code, item, min(room, left), min(room, left))
        elif item.block == "deduction" and (
            not base_short or policy.totals.deductions_touch == "base"
        ):
            room = score.counted or 0
            yield _room(item.code, item, room, _returned(total, room))


def _room(code: str, item: Item, room: int, worth: int) -> Room:
    return Room(item=code, block=item.block, room=room, worth=None if worth == room else worth)


def _of_item(item: Item, score: ItemScore) -> Iterator[tuple[str, int]]:
    """Yield what can still be had: by the sub-items of a composite item, within its caps."""
    left = score.max_points - (score.counted or 0)
    if not isinstance(item.rule, Composite):
        yield from [(item.code, left)] if left > 0 else []
        return
    counted = {part.item: part.counted or 0 for part in score.parts}
    for part in score.parts:
        room = min(left, part.max_points - counted[part.item])
        for cap in item.rule.caps:
            if part.item in cap.parts:
                room = min(room, cap.most_points - sum(counted[code] for code in cap.parts))
        if room > 0:
            yield part.item, room


def _scaled(total: Sum, whole: int, room: int) -> int:
    """Return what points of a base item are worth where others do not apply."""
    if total.brought is None or total.reachable is None:
        return room
    return divided((total.brought + room) * whole, total.reachable, "half_up") - total.base


def _returned(total: Sum, room: int) -> int:
    """Return what the sum gets back without a deduction, which a cap may have cut already."""
    cap = total.deduction if total.deduction_cap is None else total.deduction_cap
    return total.counted_deduction - min(total.deduction - room, cap)
