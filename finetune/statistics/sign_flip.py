"""The permutation test of a paired comparison: how often would chance alone show as large a change?"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

FEWEST = 6
"""Of fewer clusters or differences no test can show p <= 5 %: 2 / 2^5 = 0.0625."""
RESAMPLES = 9_999
"""Enough to enumerate up to 13 clusters exactly (2^13 = 8,192); above that, this many seeded random flips."""
ALIKE = "both sides measure alike"
TOLERANCE = 1e-9
"""Figures closer than this are equal: 0.1 + 0.2 and 0.3 are a tie."""


def untestable(seeds: int, discordant: int, clusters: int, differing: int, alpha: float) -> str:
    """Why no test is made, in words; empty where one is.

    A test flips whole clusters, and flipping one without a difference changes nothing: with `differing` of them the
    smallest p is 2 / 2^differing. Where that is above alpha, a "no difference" would be known beforehand.
    """
    fewest = max(FEWEST, math.ceil(1 - math.log2(alpha)))
    if not discordant:
        return f"{ALIKE} in {'the one seed' if seeds == 1 else f'all {seeds} seeds'}"
    if clusters < fewest:
        return f"a test needs at least {fewest} independent clusters of seeds (evaluate.cluster), here: {clusters}"
    if discordant < fewest:
        return f"a test needs at least {fewest} seeds on which the two sides differ, here: {discordant} of {seeds}"
    if differing < fewest:
        where = "independent clusters of seeds (evaluate.cluster) in which the two sides differ"
        return f"a test needs at least {fewest} {where}, here: {differing} of {clusters}"
    return ""


def sign_flip(sums: Floats) -> float:
    """The two-sided p of a sign-flip test: under the null, a cluster's differences are as likely with either sign.

    All differences of a cluster flip together, so that what its seeds have in common counts once. Exact up to 13
    clusters; above that (hits + 1) / (flips + 1), which never claims more than was drawn (Phipson and Smyth 2010,
    "Permutation p-values should never be zero"). scipy's permutation_test gives the same p, but takes tens of times
    as long, and misses ties of floats that cancel (0.1 + 0.2 - 0.3).
    """
    import numpy as np

    sizes = np.sort(np.abs(sums[np.abs(sums) > TOLERANCE]))
    if not len(sizes):
        return 1.0
    flips = signs(len(sizes))
    # within rounding, a flip that sums to the same is as extreme
    hits = int((np.abs(flips @ sizes) >= abs(sums.sum()) - TOLERANCE * sizes.sum()).sum())
    return hits / len(flips) if len(flips) == 2 ** len(sizes) else (hits + 1) / (len(flips) + 1)


@lru_cache(maxsize=4)
def signs(clusters: int) -> Floats:
    """A flip (+1 or -1 for each cluster) a row: all that there are, or RESAMPLES seeded random ones."""
    import numpy as np

    if 2**clusters <= RESAMPLES:
        bits = np.arange(2**clusters)[:, None] >> np.arange(clusters) & 1
    else:
        bits = np.random.default_rng(0).integers(0, 2, (RESAMPLES, clusters), dtype=np.int8)
    return np.where(bits, 1.0, -1.0)
