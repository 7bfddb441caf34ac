"""Rows from the top of the tree down; a circle is a fault of every row in it."""

from collections.abc import Sequence

from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.organizations.lines import Row


def parents_first(rows: Sequence[Row], faults: Faults) -> list[Row]:
    """Return the rows so that every parent in the file stands before its children.

    Rows that stand in or below a circle are left out; those in it are named.
    """
    by_code = {row.code: row for row in rows}
    placed: dict[str, bool] = {}
    ordered: list[Row] = []
    for row in rows:
        trail: list[Row] = []
        seen: set[str] = set()
        above: Row | None = row
        while above is not None and above.code not in placed and above.code not in seen:
            seen.add(above.code)
            trail.append(above)
            above = by_code.get(above.parent) if above.parent is not None else None
        circle = above is not None and above.code not in placed
        if circle and above is not None:
            _name_circle(trail, above, faults)
        sound = not circle and (above is None or placed[above.code])
        for each in reversed(trail):
            placed[each.code] = sound
            if sound:
                ordered.append(each)
    return ordered


def _name_circle(trail: Sequence[Row], begin: Row, faults: Faults) -> None:
    start = next(place for place, each in enumerate(trail) if each.code == begin.code)
    circle = trail[start:]
    names = " → ".join(each.code for each in (*circle, begin))
    for each in circle:
        zh = f"上下级成环：{names}，请改正其中一行的上级编号"
        faults.add(each.row, "parent", zh, f"the rows form a circle: {names}")
