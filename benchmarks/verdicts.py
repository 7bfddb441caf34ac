"""Ten million borderline verdicts of the kernel against exact arithmetic: none may be wrong.

Half of the cases stand exactly on a line, half 0.01 beside it. All are held against int64 sums
that take another road (`exact.by_integers`), a part of them also against `decimal`.
"""

from benchmarks.figures import Figure
from benchmarks.five_stars import by_kernel
from benchmarks.five_stars.cases import COUNTY, STARS, Cases, random_cases
from benchmarks.five_stars.exact import by_decimals, by_integers
from services.scoring.kernel.evaluate import evaluate

CASES = 10_000_000
CHUNK = 100 * COUNTY
DECIMAL_SAMPLE = 100 * COUNTY


def borderline(size: int, seed: int) -> Cases:
    return random_cases(size, seed, on_line=0.5, beside=0.5)


def main() -> list[Figure]:
    plan = by_kernel.plan()
    wrong = cases = 0
    for seed in range(-(-CASES // (CHUNK * STARS))):
        some = borderline(CHUNK, seed)
        found = by_kernel.verdicts(evaluate(plan, by_kernel.inputs_of(some)))
        wrong += sum(found.wrong(by_integers(some)).values())
        cases += found.awarded.size
    print(f"wrong against int64: {wrong} of {cases:,} stars with their levels and ranks")
    sample = borderline(DECIMAL_SAMPLE, 4711)
    found = by_kernel.verdicts(evaluate(plan, by_kernel.inputs_of(sample)))
    by_decimal = sum(found.wrong(by_decimals(sample)).values())
    print(f"wrong against decimal: {by_decimal} of {sample.size * STARS:,} stars, likewise")
    return [
        Figure(f"wrong of {cases:,} borderline verdicts", wrong, "", "=0"),
        Figure(f"wrong of {sample.size * STARS:,} by decimal", by_decimal, "", "=0"),
    ]


if __name__ == "__main__":
    main()
