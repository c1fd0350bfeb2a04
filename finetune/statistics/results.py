"""A generation's results: each course as its model answered it, by the original's score, the mean over its samples."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from statistics import fmean

import msgspec

from finetune.lego.check import check, critical
from finetune.records.course import Answered, Courses
from finetune.records.finding import CourseFinding
from finetune.records.result import Count, CourseResult, Group, Prediction, Results, Violation
from finetune.statistics.runs import Place, Run, Runs, runs_of
from finetune.statistics.score import course_result, overall_metrics, slots

GROUPS: tuple[Group, ...] = ("unseen", "seen", "left_out", "never_trained")
Trained = Mapping[str, Sequence[str]]
"""Course -> the ids of the seeds that were trained on."""


def groups_of(truth: Courses, *trained: Trained, disputed: Collection[Place] = ()) -> dict[Place, Group]:
    """The group of each seed, given what each of the compared models was trained on.

    A seed whose truth breaks a law, and one on which people disagree, is in none: its right answer is not known.
    """
    courses = {name for of_model in trained for name, seeds in of_model.items() if seeds}
    places = {(name, seed_id) for of_model in trained for name, seeds in of_model.items() for seed_id in seeds}
    numbers = {seed_id for _, seed_id in places}
    groups: dict[Place, Group] = {}
    for name, seeds in truth.items():
        wrong = {finding.seed_id for finding in critical(check(seeds))}
        wrong |= {seed_id for course, seed_id in disputed if course == name}
        for place in ((name, seed.seed_id) for seed in seeds if seed.seed_id not in wrong):
            if name not in courses:
                groups[place] = "never_trained"
            elif place in places:
                groups[place] = "seen"
            else:
                groups[place] = "left_out" if place[1] in numbers else "unseen"
    return groups


def results(generation: int, truth: Courses, predictions: Sequence[Prediction]) -> Results:
    """Every seed of `truth` has its prediction in each sample. Nothing is rounded."""
    runs = runs_of(truth, predictions)
    by_course = {name: mean_result(name, len(truth[name]), runs) for name in truth}
    return Results(overall_metrics(by_course), by_course, generation, predictions[0].model)


def mean_result(name: str, seeds: int, runs: Runs) -> CourseResult:
    """A course's result: the mean over its samples, the rates pooled, and each FCFS violation with its samples."""
    each = [course_result(*course_of(run, name)) for run in runs.values()]
    return CourseResult(
        quality=fmean(one.quality for one in each),
        scaled_quality=fmean(one.scaled_quality for one in each),
        clean_lego_rate=pooled([(one.clean_lego_rate, slots(one)) for one in each]),
        violations_per_100_legos=pooled([(one.violations_per_100_legos, one.legos) for one in each]),
        seeds=seeds,
        samples=len(each),
        legos=mean([one.legos for one in each]),
        unparsed=mean([one.unparsed for one in each]),
        failed=mean([one.failed for one in each]),
        issues=means([one.issues for one in each]),
        by_type=means([one.by_type for one in each]),
        structure=means([one.structure for one in each]),
        fcfs_violations=merged(runs, each),
    )


def course_of(run: Run, name: str) -> tuple[list[Answered], list[CourseFinding], int]:
    """A course as a run answered it, what the rules find in it, and how many calls failed."""
    seeds = [seed for place, seed in run.answers.items() if place[0] == name]
    findings = [finding for place, found in run.findings.items() if place[0] == name for finding in found]
    return seeds, findings, sum(place[0] == name for place in run.failed)


def pooled(rates: Sequence[tuple[float | None, Count]]) -> float | None:
    """The rate over all that the rates are parts of; None where that is nothing."""
    whole = sum(of for _, of in rates)
    return sum((rate or 0.0) * of for rate, of in rates) / whole if whole else None


def mean(counts: Sequence[Count]) -> Count:
    """The mean of counts, whole where it is."""
    found = fmean(counts)
    return int(found) if found.is_integer() else found


def means(counts: Sequence[Mapping[str, Count]]) -> dict[str, Count]:
    """The mean of counts by name; a name that a sample lacks is 0 there."""
    names = dict.fromkeys(name for one in counts for name in one)
    return {name: mean([one.get(name, 0) for one in counts]) for name in names}


def merged(runs: Runs, each: Sequence[CourseResult]) -> list[Violation]:
    """The violations of all samples, each once, with the samples that have it."""
    samples: dict[Violation, list[int]] = defaultdict(list)
    for sample, one in zip(runs, each, strict=True):
        for violation in one.fcfs_violations:
            samples[violation].append(sample)
    return [msgspec.structs.replace(one, samples=tuple(dict.fromkeys(found))) for one, found in samples.items()]
