"""Sums of a star turned into points of its items, as the published policy has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.local.demo.stories import Mark, spread


@dataclass(frozen=True)
class Sheet:
    """The published policy as the demonstration reads it over HTTP."""

    policy: dict[str, Any]

    @property
    def departments(self) -> dict[str, list[str]]:
        """Lead department → its stars."""
        found: dict[str, list[str]] = {}
        for star in self.policy["stars"]:
            found.setdefault(star["department"], []).append(star["code"])
        return found

    def bottom_line_star(self, bottom_line: str) -> str:
        """The star that a bottom line belongs to."""
        codes: Iterator[str] = (
            star["code"]
            for star in self.policy["stars"]
            for line in star["bottom_lines"]
            if line["code"] == bottom_line
        )
        return next(codes)

    def points(self, star: str, mark: Mark) -> dict[str, str]:
        """Item → decimal text, so that the blocks add up to the mark exactly."""
        found = next(each for each in self.policy["stars"] if each["code"] == star)
        points: dict[str, str] = {}
        for block, total in (
            ("base", mark.base),
            ("bonus", mark.bonus),
            ("deduction", mark.deduction),
        ):
            items = [item for item in found["items"] if item["block"] == block]
            maxima = [_hundredths(item["rule"]["max_points"]) for item in items]
            for item, share in zip(items, spread(total, maxima), strict=True):
                points[item["code"]] = f"{share // 100}.{share % 100:02d}"
        return points


def _hundredths(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)
