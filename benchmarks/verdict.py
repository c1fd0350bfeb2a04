"""Measures how often the A/B test calls noise a difference, beside a test that ignores clusters, on simulated answers.

Both sides are the same model: a sentence is as hard for both, each side has its luck with it, which its courses share,
and each course adds noise. With 8,000 simulations the standard error of a rate of 5 % is 0.24 points; a few hundred
prove nothing.

The test is exact where the sides are exchangeable, as here: its rate is 5 % at most, and less where figures are coarse
or the sides differ in few clusters. The interval is an approximation for many clusters of like size. Where `covered`
(of the simulations that have an interval) is under 95 %, it is too narrow, as it is when two sentences hold half of the
seeds: the outcome rests on p alone, and an interval that just excludes 0 proves nothing. `power` is the rate of BETTER
at a true gain as large as the standard deviation of a side's luck with a sentence.
"""

import argparse
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rich.table import Table
from scipy import stats  # type: ignore[import-untyped]

from finetune.errors import unusable
from finetune.records.comparison import Effect
from finetune.reports.program import run
from finetune.reports.screen import console
from finetune.statistics.paired import Pair, effect

ALPHA = 0.05
LIMIT = 0.06
"""The rate of false alarms that is allowed."""
LUCK = NOISE = 0.7
"""Standard deviations, beside 1 for how hard a sentence is."""
SIMULATIONS = 8_000

Floats = npt.NDArray[np.float64]
Measured = Callable[[Floats], Floats]


def graded(latent: Floats) -> Floats:
    """The part of a seed's six LEGOs that is clean."""
    return np.asarray(np.rint(6 * stats.norm.cdf(latent)) / 6)


def binary(latent: Floats) -> Floats:
    """A seed is right, or it is not."""
    return np.where(latent > 0, 1.0, 0.0)


def skewed(latent: Floats) -> Floats:
    """A quality without the points lost: few seeds lose most of them."""
    return -np.exp(-latent)


def sparse(latent: Floats) -> Floats:
    """An error that occurs in one seed of twenty."""
    return np.where(latent > -2.3, 1.0, 0.0)


class Configuration(NamedTuple):
    """Seeds of each cluster, and how a side's latent quality shows in a seed's figure."""

    name: str
    sizes: Sequence[int]
    measured: Measured


CONFIGURATIONS = (
    Configuration("8×4 graded", [4] * 8, graded),
    Configuration("8×4 binary", [4] * 8, binary),
    Configuration("16×1 graded", [1] * 16, graded),
    Configuration("16×1 binary", [1] * 16, binary),
    Configuration("22×4 graded", [4] * 22, graded),
    Configuration("22×4 binary", [4] * 22, binary),
    Configuration("22×4 skewed", [4] * 22, skewed),
    Configuration("22×4 sparse", [4] * 22, sparse),
    Configuration("60×4 graded", [4] * 60, graded),
    Configuration("60×4 sparse", [4] * 60, sparse),
    Configuration("unequal graded", [1] * 12 + [4] * 6 + [20] * 2, graded),  # two clusters have half of the seeds
)


def simulated(one: Configuration, simulations: int, gain: float, seed: int) -> tuple[Floats, Floats]:
    """Figures of baseline and candidate: a row for each simulation, a column for each seed."""
    chance = np.random.default_rng(seed)
    clusters, seeds = (simulations, len(one.sizes)), (simulations, sum(one.sizes))
    hard = chance.normal(0, 1, clusters)
    sides = (np.repeat(hard + chance.normal(0, LUCK, clusters), one.sizes, axis=1) for _ in range(2))
    baseline, candidate = (side + chance.normal(0, NOISE, seeds) for side in sides)
    return one.measured(baseline), one.measured(candidate + gain)


def effects(one: Configuration, baseline: Floats, candidate: Floats) -> list[Effect]:
    """What the pipeline's own test says of each simulation."""
    clusters = np.repeat(np.arange(len(one.sizes)), one.sizes).tolist()
    return [
        effect([Pair(*pair) for pair in zip(clusters, *sides, strict=True)], True, ALPHA)
        for sides in zip(baseline.tolist(), candidate.tolist(), strict=True)
    ]


def naive(baseline: Floats, candidate: Floats) -> float:
    """The rate of p <= ALPHA of a test over seeds: exact McNemar for 0 and 1, otherwise the paired t test."""
    if set(np.unique(baseline)) <= {0.0, 1.0}:
        won, lost = (candidate > baseline).sum(axis=1), (candidate < baseline).sum(axis=1)
        p = 2 * stats.binom.cdf(np.minimum(won, lost), won + lost, 0.5)
    else:
        p = stats.ttest_rel(candidate, baseline, axis=1).pvalue
    return float((p <= ALPHA).mean())


def rate(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def false_alarms(found: Sequence[Effect]) -> float:
    return rate([one.outcome in ("BETTER", "WORSE") for one in found])


def arguments(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verdict", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--simulations", type=int, default=SIMULATIONS, help="per configuration (%(default)s)")
    simulations: int = parser.parse_args(argv).simulations
    if simulations < 1:
        raise unusable("--simulations", f"{simulations} simulations measure nothing", "give a number above 0")
    return simulations


def main(argv: Sequence[str]) -> int:
    simulations = arguments(argv)
    shown = Table(title=f"{simulations:,} simulations of two equal sides each, at a nominal {ALPHA:.0%}")
    heads = ("clusters×courses", "tested", "false alarms", "of tested", "naive test", "covered", "power")
    for name in heads:
        shown.add_column(name, justify="left" if name == heads[0] else "right", no_wrap=name == heads[0])
    worst = 0.0
    for seed, one in enumerate(CONFIGURATIONS):
        sides = simulated(one, simulations, 0.0, seed)
        found = effects(one, *sides)
        tested = [each for each in found if each.p is not None]
        covered = [each.low <= 0 <= each.high for each in found if each.low is not None and each.high is not None]
        gained = effects(one, *simulated(one, max(1, simulations // 4), LUCK, seed))
        rates = len(tested) / len(found), false_alarms(found), false_alarms(tested), naive(*sides), rate(covered)
        power = rate([each.outcome == "BETTER" for each in gained])
        shown.add_row(one.name, *(f"{100 * figure:.1f} %" for figure in (*rates, power)))
        worst = max(worst, *rates[1:3])
    console.print(shown)
    console.print(
        f"false alarms: {100 * worst:.1f} % at most, of all or of the tested; {100 * LIMIT:.0f} % are allowed"
    )
    return 1 if worst > LIMIT else 0


if __name__ == "__main__":
    raise SystemExit(run(main))
