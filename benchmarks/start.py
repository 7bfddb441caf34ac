"""How soon the whole stack answers: two servers, three databases, three APIs, three workers.

Run from the checkout: `python -m benchmarks.start`.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure
from deploy.local.processes import free_port
from deploy.local.stack import PORTS, Stack

WARM_GOAL = "≤8"


def seconds_to_start(folder: Path) -> float:
    began = time.perf_counter()
    with Stack(folder):
        return time.perf_counter() - began


def main() -> list[Figure]:
    for service in PORTS:
        os.environ[f"WUXING_{service.upper()}_PORT"] = str(free_port())
    folder = Path(tempfile.mkdtemp(prefix="wuxing-bench-"))
    folder.chmod(0o755)
    try:
        cold, warm = seconds_to_start(folder), seconds_to_start(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"from empty folders {cold:6.2f} s")
    print(f"warm start         {warm:6.2f} s")
    return [
        Figure("start of the whole stack, empty folders", cold, "s"),
        Figure("warm start of the whole stack", warm, "s", WARM_GOAL),
    ]


if __name__ == "__main__":
    main()
