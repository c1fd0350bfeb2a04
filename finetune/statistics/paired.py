"""Paired comparisons of two sides over the same seeds, clustered: what differs, how surely, and what could be seen."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from finetune.errors import unusable
from finetune.records.comparison import Effect, Healing, Outcome
from finetune.statistics.sign_flip import TOLERANCE, sign_flip, untestable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from finetune.statistics.sign_flip import Floats

POWER = 0.8


class Pair(NamedTuple):
    """One seed: the mean of its samples on each side, and its cluster."""

    cluster: Hashable
    baseline: float
    candidate: float


def effect(pairs: Sequence[Pair], higher_is_better: bool, alpha: float) -> Effect:
    """The change from baseline to candidate, as the mean over seeds, with a two-sided test and a 1 - alpha interval.

    UNTESTABLE, which is not "no difference", where no test could show anything (`untestable`). The outcome rests on
    the test alone: it is exact, and the interval of few clusters is an approximation. The order of the pairs does not
    matter. FinetuneError for a figure that is no number: a failed call is left out on both sides.
    """
    import numpy as np

    if not pairs:
        return Effect(0, 0, 0, None, None, None, None, None, None, None, "UNTESTABLE", "no seed to compare")
    pairs = sorted(pairs, key=lambda pair: (str(pair.cluster), *pair[1:]))
    clusters = [pair.cluster for pair in pairs]
    baseline = finite([pair.baseline for pair in pairs], clusters)
    candidate = finite([pair.candidate for pair in pairs], clusters)
    changes = np.where(np.abs(candidate - baseline) > TOLERANCE, candidate - baseline, 0.0)
    groups = numbered(clusters)
    differing = np.bincount(groups, changes != 0)
    why = untestable(len(pairs), int(differing.sum()), len(differing), int((differing > 0).sum()), alpha)
    p = None if why else sign_flip(np.bincount(groups, changes).astype(float))
    low, high, error = clustered(changes, groups, alpha) or (None, None, None)
    change = float(changes.mean())
    outcome: Outcome = "UNTESTABLE" if p is None else "NO_DIFFERENCE"
    if p is not None and p <= alpha:
        outcome = "BETTER" if (change > 0) == higher_is_better else "WORSE"
    return Effect(
        seeds=len(pairs),
        clusters=len(differing),
        discordant=int(differing.sum()),
        baseline=float(baseline.mean()),
        candidate=float(candidate.mean()),
        change=change,
        low=low,
        high=high,
        p=p,
        smallest=None if error is None else smallest(error, len(differing), alpha),
        outcome=outcome,
        why=why,
    )


def finite(values: Sequence[float], clusters: Sequence[Hashable]) -> Floats:
    """The values as an array; FinetuneError where one is NaN or infinite."""
    import numpy as np

    found = np.array(values, dtype=float)
    for wrong in np.flatnonzero(~np.isfinite(found))[:1]:
        raise unusable(
            f"a seed of {clusters[wrong]}", f"its figure is {found[wrong]}", "leave a seed without a figure out"
        )
    return found


def numbered(clusters: Sequence[Hashable]) -> npt.NDArray[np.intp]:
    """Clusters as numbers from 0, in the order in which they appear."""
    import numpy as np

    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    return np.array([numbers[cluster] for cluster in clusters], dtype=np.intp)


def clustered(values: Floats, groups: npt.NDArray[np.intp], alpha: float) -> tuple[float, float, float] | None:
    """(low, high, standard error) of a mean, robust to clusters, with the t distribution of clusters - 1 degrees.

    None where there is one cluster, or where the clusters do not vary: an interval of no width would claim certainty.
    """
    import numpy as np
    from statsmodels.regression.linear_model import OLS

    deviations = np.bincount(groups, values - values.mean())
    if len(deviations) < 2 or np.abs(deviations).max() < TOLERANCE:
        return None
    fitted = OLS(values, [1.0] * len(values)).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    low, high = fitted.conf_int(alpha)[0]
    return float(low), float(high), float(fitted.bse[0])


def interval(values: Sequence[float], clusters: Sequence[Hashable], alpha: float) -> tuple[float, float] | None:
    """The cluster-robust interval of one side's mean; None where there are under two clusters or nothing varies."""
    spread = clustered(finite(values, clusters), numbered(clusters), alpha) if len(values) else None
    return spread[:2] if spread else None


def smallest(error: float, clusters: int, alpha: float) -> float:
    """The smallest change that such data show with a power of 80 %: (t_{1-alpha/2} + t_{0.8}) standard errors.

    Bloom 1995, "Minimum detectable effects"; with clusters - 1 degrees of freedom.
    """
    from scipy.stats import t  # type: ignore[import-untyped]

    return float((t.ppf(1 - alpha / 2, clusters - 1) + t.ppf(POWER, clusters - 1)) * error)


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Holm's adjustment over the tests that were made; a None stays one and does not count."""
    from statsmodels.stats.multitest import multipletests

    made = [p for p in ps if p is not None]
    adjusted = iter(multipletests(made, method="holm")[1] if made else [])
    return [None if p is None else float(next(adjusted)) for p in ps]


def healing(effect: Effect, p_adjusted: float | None, alpha: float) -> tuple[Healing, str]:
    """What became of an error, from the effect on its counts. HEALED: significantly fewer, and none is left."""
    if p_adjusted is None or effect.change is None or effect.candidate is None:
        return "UNTESTABLE", effect.why
    if p_adjusted > alpha:
        alone = effect.p is not None and effect.p <= alpha
        return "UNCHANGED", "significant by itself, but not among so many patterns" if alone else ""
    if effect.change > 0:
        return "REGRESSED", ""
    return ("HEALED" if effect.candidate < TOLERANCE else "IMPROVED"), ""
