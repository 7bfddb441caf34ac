"""`make bench`: every benchmark of this folder; names on the command line choose among them.

A benchmark is a module here with a `main` that measures, prints, and returns its figures. All
figures with their goals stand in one table at the end, and in out/bench.json.
"""

import importlib
import pkgutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure, machine, save, table

SAVED = Path("out/bench.json")


def run(chosen: Sequence[str]) -> list[Figure]:
    figures: list[Figure] = []
    for found in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if found.name.startswith("_") or (chosen and found.name not in chosen):
            continue
        module = importlib.import_module(f"benchmarks.{found.name}")
        if not hasattr(module, "main"):
            continue
        print(f"── {found.name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        began = time.perf_counter()
        figures += module.main()
        print(f"   ({time.perf_counter() - began:.0f} s)", flush=True)
    return figures


if __name__ == "__main__":
    all_figures = run(sys.argv[1:])
    print("── " + ", ".join(f"{name} {value}" for name, value in machine().items()))
    print(table(all_figures))
    save(all_figures, SAVED)
    print(f"also in {SAVED}")
