"""The kernel against a hand-written numpy of one policy, and its verdicts against `decimal`.

5 stars x 25 items with bonus, deduction, bottom lines, level and ranks; a third of the scores
stand exactly on a line or 0.01 beside it. Run from the checkout: `python -m benchmarks.kernel`.
"""

import platform
import resource
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.columns import CLEAR, HIT, Inputs
from services.scoring.kernel.document import read_policy
from services.scoring.kernel.evaluate import evaluate
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.plan import Ints, Plan, compile_policy

PRESET = Path("services/scoring/policies/presets/five_star_edition_2.yaml")
STARS, BASE, BONUS, DEDUCTION = 5, 20, 3, 2
ITEMS = BASE + BONUS + DEDUCTION
SIZES = (350, 50_000, 500_000)
CHUNK, BORDERLINE = 100_000, 10_000_000
DECIMAL_SAMPLE = 2_000


def policy() -> Policy:
    content = read_policy(PRESET.read_text("utf-8")).model_dump(mode="json")
    points = {"base": "5.00", "bonus": "10.00", "deduction": "10.00"}
    counts = {"base": BASE, "bonus": BONUS, "deduction": DEDUCTION}
    for star in content["stars"]:
        star["items"] = [
            {
                "code": f"{star['code']}_{block}_{n}",
                "name": "项",
                "clause": "款",
                "block": block,
                "rule": {"kind": "awarded", "max_points": points[block]},
            }
            for block, count in counts.items()
            for n in range(count)
        ]
        for line in star["bottom_lines"]:
            line["rule"] = {"kind": "reported"}
    return Policy.model_validate(content)


def random_inputs(plan: Plan, size: int, seed: int) -> Inputs:
    rng = np.random.default_rng(seed)
    scores = np.empty((STARS * ITEMS, size), dtype=np.int32)
    for star in range(STARS):
        start = star * ITEMS
        base = scores[start : start + BASE]
        base[:] = rng.integers(300, 460, (BASE, size))
        bonus = scores[start + BASE : start + BASE + BONUS]
        bonus[:] = rng.integers(0, 1001, (BONUS, size))
        deduction = scores[start + BASE + BONUS : start + ITEMS]
        deduction[:] = rng.integers(0, 300, (DEDUCTION, size))
        _move_to_lines(rng, base, bonus, deduction)
    bottom_lines = len(plan.bottom_lines)
    hit = np.where(rng.random((bottom_lines, size)) < 0.01, HIT, CLEAR)
    county = (np.arange(size) // 350).astype(np.int32)
    return Inputs(
        size=size,
        scores=(scores, None, None, None),
        applied=rng.random((STARS, size)) < 0.9,
        assessed=rng.random(size) < 0.99,
        submitted=np.ones(size, dtype=np.bool_),
        answers=hit.astype(np.int8),
        problems=(None,) * bottom_lines,
        refused=rng.random((STARS, size)) < 0.01,
        struck=rng.random(size) < 0.01,
        county=county,
        township=(np.arange(size) // 25).astype(np.int32),
        organizations=(),
        provisional=False,
    )


def _move_to_lines(rng: np.random.Generator, base: Ints, bonus: Ints, deduction: Ints) -> None:
    """Move a third of the base sums onto 75.00 and of the totals onto 85.00, +-0.01."""
    size = base.shape[1]
    chosen = rng.random(size) < 1 / 3
    wanted = 7500 + rng.integers(-1, 2, size) - base[1:].sum(axis=0)
    base[0] = np.where(chosen & (wanted >= 0) & (wanted <= 500), wanted, base[0])
    bonus[1:] = np.where(chosen, 0, bonus[1:])
    wanted = 8500 + rng.integers(-1, 2, size) - base.sum(axis=0) + deduction.sum(axis=0)
    bonus[0] = np.where(chosen & (wanted >= 0) & (wanted <= 1000), wanted, bonus[0])


def by_hand(inputs: Inputs) -> tuple[npt.NDArray[np.bool_], Ints, Ints, Ints]:
    """What one would write for just this policy: awarded, level, county and township ranks."""
    scores = inputs.scores[0]
    assert scores is not None
    size = inputs.size
    applied = inputs.applied & inputs.assessed
    awarded = np.empty((STARS, size), dtype=np.bool_)
    totals = np.zeros(size, dtype=np.int64)
    bases = np.zeros(size, dtype=np.int64)
    lines = iter(inputs.answers == HIT)
    for star, own in enumerate((3, 2, 2, 3, 2)):
        rows = scores[star * ITEMS : (star + 1) * ITEMS]
        base = rows[:BASE].sum(axis=0, dtype=np.int32)
        bonus = np.minimum(rows[BASE : BASE + BONUS].sum(axis=0, dtype=np.int32), 2000)
        total = np.maximum(base + bonus - rows[BASE + BONUS :].sum(axis=0, dtype=np.int32), 0)
        lost = next(lines)
        for _ in range(own - 1):
            lost = lost | next(lines)
        awarded[star] = applied[star] & (base >= 7500) & (total >= 8500) & ~lost
        totals += np.where(applied[star], total, 0)
        bases += np.where(applied[star], base, 0)
    awarded &= ~inputs.refused
    stars = awarded.sum(axis=0, dtype=np.int32)
    level = np.where(~awarded[0] & (stars >= 3), 2, stars)
    level = np.where(inputs.struck, np.minimum(level, 2), level)
    key = ((level.astype(np.int64) * 6 + stars) * 60_001 + totals) * 50_001 + bases
    order = np.argsort(-key, kind="stable")
    order = order[inputs.assessed[order]]
    return (
        awarded,
        level,
        _places(key, inputs.county, order),
        _places(key, inputs.township, order),
    )


def _places(key: npt.NDArray[np.int64], group: Ints, order: npt.NDArray[np.int64]) -> Ints:
    ranks = np.zeros(key.size, dtype=np.int32)
    order = order[np.argsort(group[order], kind="stable")]
    new_group = np.diff(group[order], prepend=-1) != 0
    new_value = new_group | (np.diff(key[order], prepend=-1) != 0)
    place = np.arange(order.size, dtype=np.int32)
    start = np.maximum.accumulate(np.where(new_group, place, 0))
    ranks[order] = np.maximum.accumulate(np.where(new_value, place, 0)) - start + 1
    return ranks


def median_ms(run: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1000


def wrong_verdicts(plan: Plan) -> tuple[int, int]:
    """Compare verdicts on borderline cases with the hand-written numpy: wrong, of all."""
    wrong = cases = 0
    for seed in range(BORDERLINE // (CHUNK * STARS)):
        inputs = random_inputs(plan, CHUNK, seed)
        outcome = evaluate(plan, inputs)
        awarded, level, county, township = by_hand(inputs)
        wrong += int((outcome.awarded != awarded).sum() + (outcome.level != level).sum())
        wrong += int((outcome.county_rank != county).sum())
        wrong += int((outcome.township_rank != township).sum())
        cases += outcome.awarded.size
    return wrong, cases


def wrong_by_decimal(plan: Plan) -> tuple[int, int]:
    """Compare lines met with `decimal` arithmetic on a sample: wrong, of all."""
    inputs = random_inputs(plan, DECIMAL_SAMPLE, 4711)
    outcome = evaluate(plan, inputs)
    scores = inputs.scores[0]
    assert scores is not None
    wrong = 0
    for star in range(STARS):
        for column in range(DECIMAL_SAMPLE):
            points = [
                Decimal(int(x)) / 100 for x in scores[star * ITEMS : (star + 1) * ITEMS, column]
            ]
            base = sum(points[:BASE], Decimal(0))
            bonus = min(sum(points[BASE : BASE + BONUS], Decimal(0)), Decimal(20))
            total = base + bonus - sum(points[BASE + BONUS :], Decimal(0))
            met = base >= 75 and total >= 85 and bool(outcome.applied[star, column])
            wrong += met is not bool(outcome.lines_met[star, column])
    return wrong, STARS * DECIMAL_SAMPLE


def main() -> None:
    plan = compile_policy(policy())
    print(f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}")
    print(f"{'organizations':>14} {'kernel ms':>10} {'by hand ms':>11} {'ratio':>6} {'us each':>8}")
    for size in SIZES:
        inputs = random_inputs(plan, size, size)
        repeats = max(5, 2_000_000 // size if size < 50_000 else 15)
        ours = median_ms(partial(evaluate, plan, inputs), min(repeats, 300))
        theirs = median_ms(partial(by_hand, inputs), min(repeats, 300))
        each = ours * 1000 / size
        print(f"{size:>14,} {ours:>10.2f} {theirs:>11.2f} {ours / theirs:>6.2f} {each:>8.3f}")
    wrong, cases = wrong_verdicts(plan)
    print(f"wrong verdicts against numpy by hand: {wrong} of {cases:,}, a third on a line")
    wrong, cases = wrong_by_decimal(plan)
    print(f"wrong verdicts against decimal: {wrong} of {cases:,}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
