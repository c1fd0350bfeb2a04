"""The statistics of the A/B test: the test, its interval, and what may be said of an error that people corrected."""

import itertools
import math
import random
import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]
from statsmodels.api import OLS

from finetune.errors import FinetuneError
from finetune.records.comparison import Effect
from finetune.statistics.paired import Pair, effect, healing, holm, interval
from finetune.statistics.sign_flip import sign_flip, signs

ALPHA = 0.05
TINY = 1e-12


@pytest.fixture(autouse=True)
def no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def changed(*clusters: Sequence[float]) -> list[Pair]:
    """A cluster for each list of changes, from a baseline of 0."""
    return [Pair(f"S{number:04}", 0.0, change) for number, its in enumerate(clusters) for change in its]


def noisy(seed: int, sizes: Sequence[int], decimals: int = 6) -> list[Pair]:
    """Changes with a part that the seeds of a cluster share; few decimals make ties."""
    chance = random.Random(seed)  # noqa: S311
    shared = [chance.gauss(0.2, 1) for _ in sizes]
    return [
        Pair(number, 0.0, round(shared[number] + chance.gauss(0, 1), decimals))
        for number, size in enumerate(sizes)
        for _ in range(size)
    ]


def enumerated(pairs: Sequence[Pair]) -> float:
    """The sign-flip test by its definition, one flip after the other."""
    clusters = sorted({str(pair.cluster) for pair in pairs})
    sums = [sum(pair.candidate - pair.baseline for pair in pairs if str(pair.cluster) == name) for name in clusters]
    flips = list(itertools.product((1, -1), repeat=len(sums)))
    extreme = [abs(sum(a * b for a, b in zip(flip, sums, strict=True))) >= abs(sum(sums)) - TINY for flip in flips]
    return sum(extreme) / len(flips)


def p_of(pairs: Sequence[Pair]) -> float:
    p = effect(pairs, True, ALPHA).p
    assert p is not None
    return p


def without_p(candidate: float, change: float) -> Effect:
    return Effect(9, 9, 9, candidate - change, candidate, change, None, None, None, None, "UNTESTABLE", "too few")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("decimals", [0, 6])
def test_p_is_that_of_every_flip_counted_one_by_one(seed: int, decimals: int) -> None:
    pairs = noisy(seed, [1 + seed % 4, 3, 1, 2, 4, 1, 2, 2, 5, 1], decimals)
    assert p_of(pairs) == enumerated(pairs)


@pytest.mark.parametrize("seed", range(6))
def test_p_is_that_of_scipy(seed: int) -> None:
    sums = np.random.default_rng(seed).normal(0.3, 1, 10)
    found = stats.permutation_test((sums,), np.sum, permutation_type="samples", n_resamples=2**10)
    assert sign_flip(sums) == pytest.approx(found.pvalue, abs=TINY)


def test_six_clusters_that_all_improve_have_a_p_of_2_in_64_and_are_better() -> None:
    found = effect(changed(*[[0.5, 0.25]] * 6), True, ALPHA)
    assert (found.p, found.outcome, found.clusters, found.seeds) == (2 / 64, "BETTER", 6, 12)


def test_more_of_a_bad_thing_is_worse() -> None:
    pairs = changed(*[[1.0]] * 6)
    assert [effect(pairs, better, ALPHA).outcome for better in (True, False)] == ["BETTER", "WORSE"]


def test_seeds_of_one_cluster_flip_together() -> None:
    """20 of 24 independent seeds that improve prove something (p = 0.0015); 5 of 6 sentences do not (p = 0.22)."""
    apart = changed(*[[1.0]] * 20, *[[-1.0]] * 4)
    together = changed(*[[1.0] * 4] * 5, *[[-1.0] * 4])
    assert p_of(apart) == pytest.approx(stats.binomtest(4, 24).pvalue, abs=0.002)
    assert p_of(together) == pytest.approx(stats.binomtest(1, 6).pvalue)


def test_with_one_seed_a_cluster_and_equal_changes_it_is_the_exact_mcnemar_test() -> None:
    pairs = changed(*[[1.0]] * 9, *[[-1.0]] * 2, *[[0.0]] * 30)
    assert p_of(pairs) == pytest.approx(stats.binomtest(2, 11).pvalue, abs=TINY)


def test_clusters_without_a_difference_leave_p_exact() -> None:
    few = noisy(3, [2] * 9)
    assert p_of([*few, *(Pair(f"same {number}", 1.0, 1.0) for number in range(60))]) == p_of(few)


def test_floats_that_are_equal_but_for_rounding_are_ties() -> None:
    tenths = changed(*[[0.1], [0.2], [0.3], [-0.1], [0.7], [-0.6], [0.1 + 0.2], [-0.3]])
    assert p_of(tenths) == p_of([Pair(pair.cluster, 0.0, round(10 * pair.candidate)) for pair in tenths])
    cancels = [Pair(number, 0.0, change) for number, change in enumerate([0.1, 0.2, -0.3] * 2)]
    assert p_of(cancels) == 1.0


def test_a_difference_of_rounding_is_none() -> None:
    found = effect([Pair(number, 0.3, 0.1 + 0.2) for number in range(20)], True, ALPHA)
    assert (found.discordant, found.change, found.outcome) == (0, 0.0, "UNTESTABLE")


def test_differences_that_cancel_in_every_cluster_are_no_difference() -> None:
    found = effect(changed(*[[0.3, -0.1, -0.2]] * 8), True, ALPHA)
    assert (found.p, found.outcome, found.low) == (1.0, "NO_DIFFERENCE", None)


@pytest.mark.parametrize("clusters", [14, 40, 150])
def test_many_clusters_are_flipped_at_random_and_always_the_same_way(clusters: int) -> None:
    """Against the exact binomial test, within four standard errors of 9,999 flips."""
    worse = round(clusters / 2 - 0.9 * math.sqrt(clusters))
    pairs = changed(*[[1.0]] * (clusters - worse), *[[-1.0]] * worse)
    exact = stats.binomtest(worse, clusters).pvalue
    assert p_of(pairs) == pytest.approx(exact, abs=4 * math.sqrt(exact / 9_999))
    first = p_of(pairs)
    signs.cache_clear()  # draw them again, as another run does
    assert p_of(pairs) == first


def test_random_flips_never_give_a_p_of_zero() -> None:
    assert p_of(changed(*[[1.0]] * 60)) == 1 / 10_000


@pytest.mark.parametrize("sizes", [[4] * 8, [2] * 20, [1, 7, 2, 2, 5, 1, 3]])
def test_the_order_of_the_pairs_changes_no_bit(sizes: list[int]) -> None:
    pairs = noisy(5, sizes)
    shuffled = random.Random(1).sample(pairs, len(pairs))  # noqa: S311
    assert effect(shuffled, True, ALPHA) == effect(pairs, True, ALPHA)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("clusters", [7, 25])
def test_swapping_the_sides_turns_the_sign_and_nothing_else(seed: int, clusters: int) -> None:
    pairs = noisy(seed, [3] * clusters)
    there = effect(pairs, True, ALPHA)
    back = effect([Pair(pair.cluster, pair.candidate, pair.baseline) for pair in pairs], True, ALPHA)
    assert back.p == there.p
    assert (back.baseline, back.candidate) == pytest.approx((there.candidate, there.baseline))
    assert there.change is not None
    assert there.low is not None
    assert there.high is not None
    assert (back.change, back.low, back.high) == pytest.approx((-there.change, -there.high, -there.low))
    assert back.smallest == pytest.approx(there.smallest)
    assert back.outcome == {"BETTER": "WORSE", "WORSE": "BETTER"}.get(there.outcome, there.outcome)


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([], "no seed to compare"),
        (
            changed(*[[1.0] * 9] * 5),
            "a test needs at least 6 independent clusters of seeds (evaluate.cluster), here: 5",
        ),
        (
            changed(*[[1.0]] * 5, *[[0.0, 0.0]] * 20),
            "a test needs at least 6 seeds on which the two sides differ, here: 5 of 45",
        ),
        (changed(*[[0.0]] * 9), "both sides measure alike in all 9 seeds"),
        (
            changed([1.0] * 9, *[[0.0]] * 9),
            "a test needs at least 6 independent clusters of seeds (evaluate.cluster) in which the two sides differ, "
            "here: 1 of 10",
        ),
    ],
)
def test_too_little_for_any_test_is_untestable_and_says_why(pairs: list[Pair], why: str) -> None:
    found = effect(pairs, True, ALPHA)
    assert (found.outcome, found.p, found.why) == ("UNTESTABLE", None, why)


@pytest.mark.parametrize(("alpha", "fewest"), [(0.1, 6), (0.05, 6), (0.01, 8), (0.001, 11)])
def test_the_fewest_clusters_are_those_that_could_show_a_p_of_alpha(alpha: float, fewest: int) -> None:
    outcomes = [effect(changed(*[[1.0]] * clusters), True, alpha).outcome for clusters in (fewest - 1, fewest)]
    assert outcomes == ["UNTESTABLE", "BETTER"]


def test_an_untestable_change_still_has_its_figures() -> None:
    found = effect(changed([1.0, 2.0], [3.0, 0.0], [1.0]), True, ALPHA)
    assert (found.baseline, found.candidate, found.change, found.seeds) == (0.0, 1.4, 1.4, 5)
    assert found.low is not None
    assert found.smallest is not None


@pytest.mark.parametrize("sizes", [[4] * 8, [1, 7, 2, 2, 5, 1, 3], [3, 3], [1] * 12])
def test_the_interval_is_that_of_statsmodels(sizes: list[int]) -> None:
    pairs = noisy(2, sizes)
    found = effect(pairs, True, ALPHA)
    changes, groups = np.array([pair.candidate for pair in pairs]), np.array([pair.cluster for pair in pairs])
    fitted = OLS(changes, np.ones(len(pairs))).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    assert (found.low, found.high) == pytest.approx(tuple(fitted.conf_int(ALPHA)[0]), abs=TINY)
    assert interval(changes.tolist(), groups.tolist(), ALPHA) == pytest.approx((found.low, found.high), abs=TINY)


@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_with_one_seed_a_cluster_the_interval_is_that_of_the_paired_t_test(alpha: float) -> None:
    chance = random.Random(4)  # noqa: S311
    pairs = [Pair(number, chance.random(), chance.random() + 0.2) for number in range(15)]
    found = effect(pairs, True, alpha)
    t_test = stats.ttest_rel([pair.candidate for pair in pairs], [pair.baseline for pair in pairs])
    assert (found.low, found.high) == pytest.approx(tuple(t_test.confidence_interval(1 - alpha)), abs=TINY)


def test_an_interval_of_clusters_is_wider_than_one_that_takes_their_seeds_for_independent() -> None:
    values = [0.0] * 8 + [1.0] * 8 + [0.0] * 8 + [1.0] * 8
    apart, together = (interval(values, clusters, ALPHA) for clusters in (range(32), [n // 4 for n in range(32)]))
    assert apart is not None
    assert together is not None
    assert together[1] - together[0] > 1.9 * (apart[1] - apart[0])


def test_the_smallest_change_is_two_quantiles_of_t_in_standard_errors() -> None:
    changes = [0.1, 0.4, -0.2, 0.3, 0.0, 0.5, 0.2, 0.7, -0.1]
    error = np.std(changes, ddof=1) / 3
    found = effect(changed(*[[change] for change in changes]), True, ALPHA)
    assert found.smallest == pytest.approx((2.306004 + 0.888890) * error, rel=1e-5)  # t of 8 degrees, from a table


def test_where_nothing_varies_there_is_no_interval_but_there_is_a_p() -> None:
    found = effect(changed(*[[0.1] * 3] * 7), True, ALPHA)
    assert (found.low, found.high, found.smallest, found.p) == (None, None, None, 2 / 128)
    assert interval([0.1 + 0.2, 0.3, 0.3], ["a", "b", "c"], ALPHA) is None


@pytest.mark.parametrize(("values", "clusters"), [([], []), ([1.0], ["a"]), ([1.0, 2.0], ["a", "a"])])
def test_under_two_clusters_have_no_interval(values: list[float], clusters: list[str]) -> None:
    assert interval(values, clusters, ALPHA) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("side", [1, 2])
def test_a_figure_that_is_no_number_is_refused_with_its_cluster(value: float, side: int) -> None:
    wrong = Pair("S0003", value, 1.0) if side == 1 else Pair("S0003", 1.0, value)
    with pytest.raises(FinetuneError, match=r"a seed of S0003: its figure is -?(nan|inf); leave"):
        effect([*changed(*[[1.0]] * 8), wrong], True, ALPHA)


@pytest.mark.parametrize("seed", range(40))
def test_no_figure_is_ever_nan_or_infinite_and_none_lies_outside_its_interval(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    values = chance.choice([(0.0,), (0.0, 1.0), (0.0, 0.0, 0.0, 1e-12, 1.0), (1e6, 1e6 + 1e-3), (1 / 3, 2 / 3, 1.0)])
    pairs = [Pair(chance.randrange(1 + seed), *chance.choices(values, k=2)) for _ in range(chance.randrange(1, 60))]
    found = effect(pairs, True, ALPHA)
    figures = [found.baseline, found.candidate, found.change, found.low, found.high, found.p, found.smallest]
    assert all(math.isfinite(figure) for figure in figures if figure is not None)
    assert (found.p is None) == (found.outcome == "UNTESTABLE") == bool(found.why)
    assert found.p is None or 0 < found.p <= 1
    if found.low is not None and found.high is not None and found.change is not None:
        assert found.low < found.change < found.high


@pytest.mark.parametrize(
    ("ps", "adjusted"),
    [
        ([], []),
        ([None], [None]),
        ([0.04], [0.04]),
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]),
        ([None, 0.01, None, 0.04], [None, 0.02, None, 0.04]),
        ([0.6, 0.7], [1.0, 1.0]),
    ],
)
def test_holm_counts_the_tests_that_were_made(ps: list[float | None], adjusted: list[float | None]) -> None:
    assert holm(ps) == pytest.approx(adjusted)


@pytest.mark.parametrize(
    ("candidate", "change", "p", "found"),
    [
        (0.0, -0.5, 0.01, ("HEALED", "")),
        (0.0, -0.5, 0.05, ("HEALED", "")),
        (0.1, -0.5, 0.01, ("IMPROVED", "")),
        (0.0, -0.5, 0.06, ("UNCHANGED", "")),
        (0.5, 0.4, 0.2, ("UNCHANGED", "")),
        (0.5, 0.4, 0.01, ("REGRESSED", "")),
        (0.0, -0.5, None, ("UNTESTABLE", "too few")),
        (0.5, 0.4, None, ("UNTESTABLE", "too few")),
    ],
)
def test_what_became_of_an_error(candidate: float, change: float, p: float | None, found: tuple[str, str]) -> None:
    assert healing(without_p(candidate, change), p, ALPHA) == found


def test_an_error_that_went_everywhere_is_healed_and_one_that_nobody_had_is_untestable() -> None:
    went = effect([Pair(number, 1.0, 0.0) for number in range(6)], False, ALPHA)
    never = effect([Pair(number, 0.0, 0.0) for number in range(6)], False, ALPHA)
    assert healing(went, went.p, ALPHA) == ("HEALED", "")
    assert healing(never, never.p, ALPHA) == ("UNTESTABLE", never.why)
    assert healing(effect([], False, ALPHA), None, ALPHA) == ("UNTESTABLE", "no seed to compare")


def test_an_error_that_is_rarer_by_itself_but_not_among_so_many_says_so() -> None:
    alone = effect([Pair(number, 1.0, 0.0) for number in range(6)], False, ALPHA)
    assert healing(alone, 2 * (alone.p or 0), ALPHA) == (
        "UNCHANGED",
        "significant by itself, but not among so many patterns",
    )
