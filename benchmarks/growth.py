"""From one county to a country: time per organization and peak memory of the kernel.

Counties of 250 to 400 organizations come one batch after another, a batch being as many whole
counties as fit 25,000 organizations (a rank never needs two batches); what is kept of each are
stars, level and ranks. Every size runs in a process of its own; making the random inputs is not
measured, and neither is what else runs on the machine (CPU time). A smaller size is also
evaluated in one piece, which must give the same verdicts.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

import numpy as np

from benchmarks.figures import Figure
from benchmarks.five_stars import by_kernel
from benchmarks.five_stars.cases import TOWNSHIP, Cases, Verdicts, random_cases
from benchmarks.five_stars.process import peak_megabytes
from services.scoring.kernel.evaluate import evaluate

SIZES = (350, 5_000, 50_000, 500_000, 5_000_000)
SMALLEST, LARGEST = 250, 400
BATCH = 25_000
IN_ONE_PIECE = 100_000
# Small sizes are repeated until about so many organizations were judged, a hundred times at most.
ENOUGH = 500_000
# Linear: an organization of five million costs as much as one of fifty thousand, give or take
# the machine's noise; bounded: in so many megabytes, whatever the size.
MOST_COST, MOST_MEMORY = "≤1.2", "≤256"


def counties(total: int) -> list[int]:
    """Return the sizes of counties that add up to `total`."""
    rng = np.random.default_rng(total)
    found: list[int] = []
    left = total
    while left > LARGEST:
        found.append(int(rng.integers(SMALLEST, LARGEST + 1)))
        left -= found[-1]
    return [*found, left] if left else found


def batches(sizes: Sequence[int], most: int = BATCH) -> Iterator[list[int]]:
    """Put whole counties together, at most `most` organizations a batch; none is ever split."""
    batch: list[int] = []
    for size in sizes:
        if batch and sum(batch) + size > most:
            yield batch
            batch = []
        batch.append(size)
    if batch:
        yield batch


def cases_of(batch: Sequence[int], seed: int) -> Cases:
    """Random organizations of these counties; townships of 25 lie inside their county."""
    made = random_cases(sum(batch), seed)
    county = np.repeat(np.arange(len(batch), dtype=np.int32), batch)
    within = np.concatenate([np.arange(size, dtype=np.int32) for size in batch])
    township = county * (LARGEST // TOWNSHIP + 1) + within // TOWNSHIP
    return Cases(**vars(made) | {"county": county, "township": township})


def judge(total: int, repeats: int = 1) -> tuple[list[Verdicts], float]:
    """Judge `total` organizations batch by batch; return verdicts and the seconds of one time."""
    plan = by_kernel.plan()
    kept, seconds = [], 0.0
    for seed, batch in enumerate(batches(counties(total))):
        inputs = by_kernel.inputs_of(cases_of(batch, seed))
        times = []
        for _ in range(repeats):
            began = time.process_time()
            outcome = evaluate(plan, inputs)
            times.append(time.process_time() - began)
        seconds += median(times)
        kept.append(narrow(by_kernel.verdicts(outcome)))
    return kept, seconds


def narrow(found: Verdicts) -> Verdicts:
    """What stays of a batch: level in one byte, ranks in two."""
    kept: dict[str, Any] = {
        "level": found.level.astype(np.int8),
        "county_rank": found.county_rank.astype(np.int16),
        "township_rank": found.township_rank.astype(np.int16),
    }
    return Verdicts(awarded=found.awarded, **kept)


def measure(total: int) -> None:
    judge(BATCH)
    _, seconds = judge(total, max(1, min(100, ENOUGH // total)))
    print(json.dumps({"us_each": seconds / total * 1e6, "megabytes": peak_megabytes()}))


def in_its_own_process(total: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.growth", str(total)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def wrong_at_the_seams() -> int:
    """Count what differs between one evaluation of everything and batch by batch."""
    made = [cases_of(batch, seed) for seed, batch in enumerate(batches(counties(IN_ONE_PIECE)))]
    shift = dict.fromkeys(("county", "township"), 0)
    columns: dict[str, list[np.ndarray]] = {name: [] for name in vars(made[0])}
    for each in made:
        for name, values in vars(each).items():
            columns[name].append(values + shift[name] if name in shift else values)
        shift = {name: int(columns[name][-1].max()) + 1 for name in shift}
    whole = Cases(**{name: np.concatenate(parts, axis=-1) for name, parts in columns.items()})
    at_once = by_kernel.prepare(whole)()
    kept, _ = judge(IN_ONE_PIECE)
    joined = {
        name: np.concatenate([getattr(each, name) for each in kept], axis=-1)
        for name in vars(at_once)
    }
    return sum(at_once.wrong(Verdicts(**joined)).values())


def main() -> list[Figure]:
    print(f"{'organizations':>14} {'us each':>9} {'peak MB':>9}")
    found = {}
    for size in SIZES:
        found[size] = in_its_own_process(size)
        each, megabytes = found[size]["us_each"], found[size]["megabytes"]
        print(f"{size:>14,} {each:>9.3f} {megabytes:>9,.0f}", flush=True)
    wrong = wrong_at_the_seams()
    print(f"batches against one piece, {IN_ONE_PIECE:,} organizations: {wrong} differences")
    most, middle = found[SIZES[-1]], found[50_000]
    return [
        Figure(
            "one of 5,000,000 / one of 50,000, time",
            most["us_each"] / middle["us_each"],
            "×",
            MOST_COST,
        ),
        Figure("peak memory at 5,000,000", most["megabytes"], "MB", MOST_MEMORY),
        Figure("differences between batches and one piece", wrong, "", "=0"),
    ]


if __name__ == "__main__":
    if sys.argv[1:]:
        measure(int(sys.argv[1]))
    else:
        main()
