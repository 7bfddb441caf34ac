"""Short cells that are a phrase: what a missing score counts, what a bottom line takes, places."""

import re
from typing import Any

from services.scoring.kernel.annex import words
from services.scoring.kernel.annex.names import Names
from services.scoring.kernel.annex.signs import UnreadableError, shortest

Content = dict[str, Any]


class WhenMissing:
    """`按5分计`, or `全县平均，四舍五入`."""

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401 -- one face for all
        """Return the phrase."""
        if value["kind"] == "default":
            return f"按{shortest(value['points'])}分计"
        within = words.WITHIN.write(value["within"], names)
        return f"{within}平均，{words.ROUNDING.write(value['rounding'], names)}"

    def read(self, raw: str, names: Names) -> object:
        """Return what it says."""
        points = re.fullmatch(r"按(\d+(?:\.\d+)?)分计", raw.strip())
        if points:
            return {"kind": "default", "points": points[1]}
        within, _, rounding = raw.strip().replace(",", "，").partition("平均，")
        try:
            return {
                "kind": "peer_average",
                "within": words.WITHIN.read(within, names),
                "rounding": words.ROUNDING.read(rounding, names),
            }
        except UnreadableError:
            zh = f"“{raw.strip()}”请写成“按5分计”，或“全县平均，四舍五入”，不允许缺项就留空"
            raise UnreadableError(zh) from None


class Effect:
    """`降1级`, or `最高4级`; left empty, the star is lost."""

    def write(self, value: Any, names: Names) -> str:  # noqa: ANN401, ARG002 -- one face for all
        """Return the phrase."""
        lowers = value["kind"] == "lowers_level"
        return f"降{value['by']}级" if lowers else f"最高{value['level']}级"

    def read(self, raw: str, names: Names) -> object:  # noqa: ARG002 -- one face for all
        """Return what it says."""
        found = re.fullmatch(r"(降|最高)(\d{1,4})级", raw.strip())
        if not found:
            raise UnreadableError(f"“{raw.strip()}”请写成“降1级”或“最高4级”，失去该星就留空")
        if found[1] == "降":
            return {"kind": "lowers_level", "by": int(found[2])}
        return {"kind": "caps_level", "level": int(found[2])}


def places_text(quota: Content) -> str:
    """Return `10` or `10%`."""
    return f"{quota['percent']}%" if "percent" in quota else str(quota["at_most"])


def places_of(raw: str) -> Content:
    """Read `10` or `10%`."""
    found = re.fullmatch(r"(\d{1,9})\s*(%|％)?", raw.strip())
    if not found:
        raise UnreadableError(f"“{raw.strip()}”请写成名额数，如10，或占参评数的百分比，如10%")
    return {"percent" if found[2] else "at_most": int(found[1])}
