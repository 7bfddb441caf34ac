"""`make bench`: every benchmark of this folder; names on the command line choose among them.

A benchmark is a module here with a `main` that measures and prints.
"""

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path


def run(chosen: Sequence[str]) -> None:
    for found in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if found.name.startswith("_") or (chosen and found.name not in chosen):
            continue
        module = importlib.import_module(f"benchmarks.{found.name}")
        print(f"── {found.name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.main()


if __name__ == "__main__":
    run(sys.argv[1:])
