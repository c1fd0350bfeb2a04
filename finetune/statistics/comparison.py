"""Compares two generations' answers to the same seeds: every figure, in pairs, with its uncertainty."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from finetune.records.comparison import (
    UNJUDGED,
    Compared,
    Comparison,
    Effect,
    GroupComparison,
    Measure,
    Side,
)
from finetune.records.course import Correction, Courses
from finetune.records.params import Evaluate
from finetune.records.result import Group, Prediction
from finetune.statistics.courses import course_comparison
from finetune.statistics.figures import (
    HIGHER_IS_BETTER,
    Figures,
    clean_rate,
    f1,
    mean_quality,
    violations_per_100_legos,
)
from finetune.statistics.paired import effect
from finetune.statistics.patterns import compare_patterns, newly_broken, patterns_of
from finetune.statistics.results import GROUPS
from finetune.statistics.runs import Place, Runs, runs_of
from finetune.statistics.sides import Both
from finetune.statistics.verdict import verdict

BESIDE = "the other side's call failed"
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
        criteria=params.criteria,
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
        answered=Compared(*(answered(both, figures, group) for figures in of)),
        by_type={
            rule: Compared(counts[0].get(rule, 0.0), counts[1].get(rule, 0.0))
            for rule in sorted({**counts[0], **counts[1]})
        },
    )


def answered(both: Both, figures: Sequence[Figures], group: Group) -> float | None:
    """The LEGOs of these answers, as a part of those that are due; None where none is."""
    due = sum(len(both.truth[place].lego_pairs) * len(both.samples(place)) for place in both.places(group))
    return sum(one.legos for one in figures) / due if due else None


def by_type(both: Both, runs: Runs, group: Group) -> dict[str, float]:
    """Rule -> findings in a group per run of the courses: each seed counts the mean over its samples."""
    counts: Counter[str] = Counter()
    for place in both.places(group):
        samples = both.samples(place)
        for sample in samples:
            for finding in runs[sample].findings.get(place, ()):
                counts[finding.rule] += 1 / len(samples)  # type: ignore[assignment]
    return dict(counts)
