"""Compares two generations' answers to the same seeds: every figure, in pairs, with its uncertainty."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from finetune.lego.quality import scaled_quality
from finetune.records.comparison import (
    UNJUDGED,
    Compared,
    Comparison,
    CourseComparison,
    Effect,
    GroupComparison,
    Interval,
    Measure,
    Side,
)
from finetune.records.course import Correction, Courses
from finetune.records.params import Evaluate
from finetune.records.result import Group, Prediction, Results
from finetune.statistics.figures import HIGHER_IS_BETTER, clean_rate, f1, mean_quality, violations_per_100_legos
from finetune.statistics.paired import effect, interval
from finetune.statistics.patterns import compare_patterns, newly_broken, patterns_of
from finetune.statistics.results import GROUPS
from finetune.statistics.runs import Place, Runs, runs_of
from finetune.statistics.sides import Both
from finetune.statistics.verdict import verdict

BESIDE = "the other side's call failed"
METRICS = ("scaled_quality", "clean_lego_rate", "violations_per_100_legos", "f1", "fcfs_violations")
Answers = tuple[int, Sequence[Prediction]]
"""A generation's number, and its predictions: each seed of the courses once in each sample."""


def compare(
    truth: Courses,
    corrections: Sequence[Correction],
    groups: Mapping[Place, Group],
    baseline: Answers,
    candidate: Answers,
    params: Evaluate,
) -> Comparison:
    """`truth` is the corrected courses; a seed that is in no group is not compared."""
    failed = {asked(one) for predictions in (baseline[1], candidate[1]) for one in predictions if one.failed}
    both = Both(
        {(name, seed.seed_id): seed for name, seeds in truth.items() for seed in seeds},
        groups,
        runs_of(truth, without(failed, baseline[1])),
        runs_of(truth, without(failed, candidate[1])),
        by_course=params.cluster == "course",
    )
    patterns, recurrence = compare_patterns(both, patterns_of(truth, corrections), params.alpha)
    found = Comparison(
        side(both, both.baseline, *baseline, params),
        side(both, both.candidate, *candidate, params),
        measures=params.measures,
        cluster=params.cluster,
        samples=len(both.candidate),
        not_scored=len(both.truth) - len(groups),
        verdict=UNJUDGED,
        alpha=params.alpha,
        groups={group: group_comparison(both, group, params) for group in present(groups)},
        courses=tuple(
            course_comparison(both, name, group, params.alpha)
            for group in present(groups)
            for name in truth
            if both.places(group, name)
        ),
        recurrence=recurrence,
        patterns=patterns,
        newly_broken=newly_broken(both),
    )
    return verdict(found, params)


def asked(one: Prediction) -> tuple[str, str, int]:
    return one.course, one.seed_id, one.sample


def without(failed: set[tuple[str, str, int]], predictions: Sequence[Prediction]) -> list[Prediction]:
    """The predictions as if these calls had failed here too: what a seed claims on one side only would be unfair."""
    return [
        msgspec.structs.replace(one, failed=one.failed or BESIDE) if asked(one) in failed else one
        for one in predictions
    ]


def present(groups: Mapping[Place, Group]) -> list[Group]:
    """The groups that have a seed, in the order of GROUPS."""
    return [group for group in GROUPS if group in groups.values()]


def side(both: Both, runs: Runs, generation: int, predictions: Sequence[Prediction], params: Evaluate) -> Side:
    itself: dict[Measure, Effect] = {
        measure: effect(both.against_itself(runs, "unseen", measure), HIGHER_IS_BETTER[measure], params.alpha)
        for measure in params.measures
    }
    return Side(
        generation=generation,
        model=predictions[0].model,
        answers=len(predictions),
        failed=sum(bool(one.failed) for one in predictions),
        unparsed=sum(bool(one.error) for one in predictions),
        itself=itself if len(runs) > 1 else {},
    )


def group_comparison(both: Both, group: Group, params: Evaluate) -> GroupComparison:
    of = both.all_figures(both.baseline, group), both.all_figures(both.candidate, group)
    effects: dict[Measure, Effect] = {
        measure: effect(both.pairs(group, measure), better, params.alpha)
        for measure, better in HIGHER_IS_BETTER.items()
    }
    counts = by_type(both, both.baseline, group), by_type(both, both.candidate, group)
    fcfs = [counted.get("FCFS_VIOLATION", 0.0) if both.places(group) else None for counted in counts]
    return GroupComparison(
        seeds=len(both.places(group)),
        missing=both.missing(group),
        effects=effects,
        scaled_quality=Compared(*map(mean_quality, of)),
        clean_lego_rate=Compared(*map(clean_rate, of)),
        violations_per_100_legos=Compared(*map(violations_per_100_legos, of)),
        f1=Compared(*map(f1, of)),
        fcfs_violations=Compared(*fcfs),
        by_type={
            rule: Compared(counts[0].get(rule, 0.0), counts[1].get(rule, 0.0))
            for rule in sorted({**counts[0], **counts[1]})
        },
    )


def by_type(both: Both, runs: Runs, group: Group) -> dict[str, float]:
    """Rule -> findings in a group per run of the courses: each seed counts the mean over its samples."""
    counts: Counter[str] = Counter()
    for place in both.places(group):
        samples = both.samples(place)
        for sample in samples:
            for finding in runs[sample].findings.get(place, ()):
                counts[finding.rule] += 1 / len(samples)  # type: ignore[assignment]
    return dict(counts)


def course_comparison(both: Both, course: str, group: Group, alpha: float) -> CourseComparison:
    return CourseComparison(
        course,
        group,
        len(both.places(group, course)),
        quality_interval(both, both.baseline, course, group, alpha),
        quality_interval(both, both.candidate, course, group, alpha),
    )


def quality_interval(both: Both, runs: Runs, course: str, group: Group, alpha: float) -> Interval:
    """The scaled quality of a side's course, with the interval of the mean over its seeds of the points lost."""
    places = both.places(group, course)
    points = [both.mean(runs, place, both.samples(place), "points_lost") for place in places]
    found = interval(points, [place[1] for place in places], alpha)
    low, high = (scaled_quality(max(0.0, end), 1) for end in reversed(found)) if found else (None, None)
    return Interval(scaled_quality(sum(points), len(points)), low, high)


def metrics(found: Comparison, candidate: Results, decimals: int) -> dict[str, object]:
    """The candidate's own figures, for `dvc metrics`: their difference between two revisions is that of two models."""
    return {
        "generation": found.candidate.generation,
        **{
            group: {
                "seeds": figures.seeds,
                **{name: round_all(getattr(figures, name).candidate, decimals) for name in METRICS},
            }
            for group, figures in found.groups.items()
        },
        "overall": round_all(candidate.overall_metrics, decimals),
    }


def round_all(value: object, decimals: int) -> object:
    """A record as plain values, with every float in it rounded."""
    if isinstance(value, float):
        return round(value, decimals)
    if isinstance(value, dict):
        return {name: round_all(one, decimals) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [round_all(one, decimals) for one in value]
    return round_all(msgspec.to_builtins(value), decimals) if isinstance(value, msgspec.Struct) else value
