"""Exact division of ints, rounded as the policy declares."""

from typing import overload

import numpy as np
import numpy.typing as npt

from services.scoring.kernel.vocabulary import Rounding

Longs = npt.NDArray[np.int64]


@overload
def divided(numerator: int, denominator: int, rounding: Rounding) -> int: ...
@overload
def divided(numerator: Longs, denominator: int | Longs, rounding: Rounding) -> Longs: ...
def divided(numerator: int | Longs, denominator: int | Longs, rounding: Rounding) -> int | Longs:
    """Return numerator / denominator as an int; both non-negative, the denominator not zero.

    Half up needs room for twice the numerator plus the denominator.
    """
    if rounding == "half_up":
        return (2 * numerator + denominator) // (2 * denominator)
    return numerator // denominator if rounding == "floor" else -(-numerator // denominator)
