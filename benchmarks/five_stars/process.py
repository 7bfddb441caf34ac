"""An engine in a process of its own, asked line by line, so that engines can take turns.

Run by `Engine`: `python -m benchmarks.five_stars.process <module> <cases.npz>`. It answers each
line of its input with one line: `run` with milliseconds, `save <path>` when it has written its
verdicts, `memory` with the most megabytes it ever held, the numbers of all inputs included.
"""

import importlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from benchmarks.five_stars.cases import Cases, Verdicts


def peak_megabytes() -> float:
    """Return this process's largest resident memory; rusage would count its parent's."""
    status = Path("/proc/self/status").read_text("utf-8")
    [line] = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


class Engine:
    """One engine with its cases loaded and its own form of them made."""

    def __init__(self, name: str, cases: Path) -> None:
        self._name = name
        self._cases = cases

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, f"benchmarks.five_stars.{self._name}", self._cases],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self) -> float:
        """Judge all cases; return the milliseconds it took."""
        return float(self._ask("run"))

    def memory(self) -> float:
        return float(self._ask("memory"))

    def verdicts(self, path: Path) -> Verdicts:
        self._ask(f"save {path}")
        return Verdicts.load(path)

    def _ask(self, question: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            message = f"{self._name} ended"
            raise RuntimeError(message)
        return answer.strip()


def serve(module: str, path: str) -> None:
    run = importlib.import_module(module).prepare(Cases.load(Path(path)))
    print("ready", flush=True)
    for line in sys.stdin:
        verb, _, argument = line.strip().partition(" ")
        began = time.perf_counter()
        if verb == "memory":
            print(peak_megabytes(), flush=True)
            continue
        found = run()
        took = (time.perf_counter() - began) * 1000
        if argument:
            found.save(Path(argument))
        print(took, flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
