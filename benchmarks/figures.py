"""What a benchmark found: figures with their goals, the table of all of them, the machine."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Figure:
    """One measured value; `goal` starts with ≥, ≤ or =, or is empty where there is none."""

    name: str
    value: float
    unit: str
    goal: str = ""
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if not self.goal:
            return None
        limit = float(self.goal[1:].replace(",", ""))
        return {"≥": self.value >= limit, "≤": self.value <= limit, "=": self.value == limit}[
            self.goal[0]
        ]

    @property
    def verdict(self) -> str:
        return {None: "", True: "reached", False: "MISSED"}[self.reached]


def shown(value: float) -> str:
    """Three significant digits, or all digits before the point."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def machine() -> dict[str, str | int]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "load": round(os.getloadavg()[0]),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def table(figures: Iterable[Figure]) -> str:
    rows = [
        ("figure", "measured", "goal", ""),
        *(
            (
                f"{each.name} ({each.note})" if each.note else each.name,
                f"{shown(each.value)} {each.unit}".rstrip(),
                f"{each.goal} {each.unit}".rstrip() if each.goal else "–",
                each.verdict,
            )
            for each in figures
        ),
    ]
    width = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        f"{name:<{width[0]}}  {value:>{width[1]}}  {goal:>{width[2]}}  {verdict}".rstrip()
        for name, value, goal, verdict in rows
    )


def save(figures: Sequence[Figure], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "figures": [asdict(each) | {"reached": each.reached} for each in figures],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
