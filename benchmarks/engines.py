"""The kernel against numpy by hand, OpenFisca-core and zen-engine: one policy, the same inputs.

Each engine runs in a process of its own (peak memory), all of them in turn, again and again
(a busy machine slows all of them alike); a ratio is the median of the ratios of single turns.
The verdicts of each are held against `decimal`, a third of the cases exactly on a line.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure
from benchmarks.five_stars.cases import STARS, random_cases, share_on_line
from benchmarks.five_stars.exact import by_decimals
from benchmarks.five_stars.process import Engine

KERNEL, BY_HAND, ZEN = "by_kernel", "by_hand", "by_zen"
OPENFISCA, BARE = "by_openfisca", "by_openfisca_bare"
QUICK = (KERNEL, BY_HAND, OPENFISCA, BARE)
NAMES = {
    BY_HAND: "numpy by hand",
    OPENFISCA: "OpenFisca-core",
    BARE: "OpenFisca-core bare",  # see by_openfisca_bare
    ZEN: "zen-engine",
}
# organizations → how many turns
TURNS = {350: 101, 50_000: 21, 500_000: 5}
ZEN_TURNS = {350: 5, 50_000: 1}
GOALS = {
    (OPENFISCA, 350): "≥10",
    (OPENFISCA, 50_000): "≥10",
    (OPENFISCA, 500_000): "≥10",
    (ZEN, 350): "≥300",
    (ZEN, 50_000): "≥2,000",
    (BY_HAND, 50_000): "≤1.25",
}
SAMPLE = 7_000
# Longer than this is not waited for: fewer organizations are run and the rest is multiplied.
PATIENCE_MS = 120_000


@dataclass
class Measured:
    """One engine at one size: all its turns in milliseconds, and its peak memory."""

    engine: str
    size: int
    turns: list[float]
    megabytes: float
    ratios: list[float]
    extrapolated_from: int | None = None


def take_turns(size: int, engines: Iterable[str], turns: int, folder: Path) -> list[Measured]:
    """Measure engines turn by turn; each ratio is to the kernel's time in the same turn."""
    stored = folder / f"cases-{size}.npz"
    if not stored.exists():
        random_cases(size, size).save(stored)
    with ExitStack() as stack:
        running = {name: stack.enter_context(Engine(name, stored)) for name in engines}
        if turns > 1:
            for engine in running.values():
                engine.run()
        found = [[engine.run() for engine in running.values()] for _ in range(turns)]
        memory = [engine.memory() for engine in running.values()]
    return [
        Measured(
            name,
            size,
            [turn[n] for turn in found],
            memory[n],
            [turn[n] / turn[0] for turn in found],
        )
        for n, name in enumerate(running)
    ]


def with_zen(size: int, folder: Path, before: Measured | None) -> Measured:
    """Run zen-engine, or a part of the organizations where all would take too long."""
    run_size, share = size, 1.0
    if before is not None and (forecast := median(before.turns) / before.size * size) > PATIENCE_MS:
        run_size = size // int(forecast / PATIENCE_MS * 4)
        share = size / run_size
    _, zen = take_turns(run_size, (KERNEL, ZEN), ZEN_TURNS[size], folder)
    if run_size == size:
        return zen
    zen.turns = [each * share for each in zen.turns]
    zen.size, zen.extrapolated_from = size, run_size
    return zen


def measure(folder: Path) -> Iterator[Measured]:
    zen: Measured | None = None
    for size, turns in TURNS.items():
        quick = take_turns(size, QUICK, turns, folder)
        yield from quick
        if size in ZEN_TURNS:
            zen = with_zen(size, folder, zen)
            # Its few turns are seconds long: each stands against the kernel's median.
            zen.ratios = [each / median(quick[0].turns) for each in zen.turns]
            yield zen


def show(each: Measured) -> None:
    note = f"   from {each.extrapolated_from:,}, times linear" if each.extrapolated_from else ""
    print(
        f"{each.size:>14,} {each.engine.removeprefix('by_'):>15} {median(each.turns):>11,.2f}"
        f" {median(each.ratios):>9.2f} {median(each.turns) * 1000 / each.size:>10.3f}"
        f" {each.megabytes:>9,.0f}{note}",
        flush=True,
    )


def figures_of(measured: Iterable[Measured]) -> Iterator[Figure]:
    for each in measured:
        if each.engine == KERNEL:
            yield Figure(f"kernel, {each.size:,} organizations", median(each.turns), "ms")
            continue
        by_hand = each.engine == BY_HAND
        name = NAMES[each.engine]
        yield Figure(
            f"kernel / {name}, {each.size:,}" if by_hand else f"{name} / kernel, {each.size:,}",
            1 / median(each.ratios) if by_hand else median(each.ratios),
            "×",
            GOALS.get((each.engine, each.size), ""),
            "extrapolated" if each.extrapolated_from else "",
        )


def check_verdicts(folder: Path) -> Iterator[Figure]:
    cases = random_cases(SAMPLE, 4711)
    stored = folder / "sample.npz"
    cases.save(stored)
    right = by_decimals(cases)
    all_stars, on_line = STARS * SAMPLE, share_on_line(cases)
    print(f"verdicts against decimal: {all_stars:,} stars, {on_line:.0%} exactly on a line")
    for engine in (*QUICK, ZEN):
        with Engine(engine, stored) as running:
            found = running.verdicts(folder / f"{engine}.npz").wrong(right)
        wrong = found["awarded"]
        print(
            f"{engine.removeprefix('by_'):>15}: {wrong:,} stars wrong"
            f" ({wrong / (all_stars * on_line):.1%} of those on a line),"
            f" {found['level']:,} levels, {found['county_rank']:,} ranks in the county,"
            f" {found['township_rank']:,} in the township, of {SAMPLE:,} organizations"
        )
        name = NAMES.get(engine, "kernel")
        goal = "=0" if engine == KERNEL else ""
        yield Figure(f"{name}: stars wrong of {all_stars:,}", wrong, "", goal)


def main() -> list[Figure]:
    print(
        f"{'organizations':>14} {'engine':>15} {'median ms':>11} {'× kernel':>9}"
        f" {'us each':>15} {'peak MB':>9}"
    )
    measured = []
    with tempfile.TemporaryDirectory(prefix="wuxing-bench-") as name:
        folder = Path(name)
        for each in measure(folder):
            measured.append(each)
            show(each)
        return [*figures_of(measured), *check_verdicts(folder)]


if __name__ == "__main__":
    main()
