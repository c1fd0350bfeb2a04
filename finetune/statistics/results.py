"""Scores a model's answers, course by course and group by group."""

from collections.abc import Mapping, Sequence

from finetune.lego.check import check, critical
from finetune.lego.quality import by_severity, by_type, quality
from finetune.records.course import NOTHING, Courses, Seed
from finetune.records.result import CourseResult, Group, GroupResult, Prediction, Results, Violation
from finetune.statistics.agreement import agreement

GROUPS: tuple[Group, ...] = ("seen", "unseen", "left_out", "never_trained")
Trained = frozenset[tuple[str, str]]
"""(course, seed id) of every training example."""


def groups_of(truth: Courses, trained: Trained) -> dict[tuple[str, str], Group]:
    """(course, seed id) -> its group. A seed whose truth breaks a law is in none: its right answer is not known."""
    courses, numbers = {course for course, _ in trained}, {seed_id for _, seed_id in trained}
    groups: dict[tuple[str, str], Group] = {}
    for name, seeds in truth.items():
        wrong = {finding.seed_id for finding in critical(check(seeds))}
        for place in ((name, seed.seed_id) for seed in seeds if seed.seed_id not in wrong):
            if name not in courses:
                groups[place] = "never_trained"
            elif place in trained:
                groups[place] = "seen"
            else:
                groups[place] = "left_out" if place[1] in numbers else "unseen"
    return groups


def answered_course(truth: Sequence[Seed], predictions: Mapping[tuple[str, str], Prediction]) -> list[Seed]:
    """The course as the model answered it; an answer that does not parse teaches nothing: no LEGOs."""
    return [seed.with_breakdown(predictions[seed.course, seed.seed_id].breakdown or NOTHING) for seed in truth]


def course_result(course: Sequence[Seed], unparsed: int, decimals: int) -> CourseResult:
    findings = check(course)
    return CourseResult(
        quality=round(quality(findings), decimals),
        seeds=len(course),
        legos=sum(len(seed.lego_pairs) for seed in course),
        unparsed=unparsed,
        issues=by_severity(findings),
        by_type=by_type(findings),
        fcfs_violations=[
            Violation(finding.seed_id, finding.known_chunk, finding.first, finding.violating)
            for finding in findings
            if finding.first and finding.violating
        ],
    )


def group_result(answers: Sequence[Seed], truths: Sequence[Seed], violations: int, decimals: int) -> GroupResult:
    found = agreement(answers, truths)
    return GroupResult(
        seeds=len(truths),
        f1=round(found.f1, decimals),
        precision=round(found.common / found.answered if found.answered else 0.0, decimals),
        recall=round(found.common / found.right if found.right else 0.0, decimals),
        fcfs_violations=violations,
    )


def results(
    generation: int, model: str, truth: Courses, predictions: Sequence[Prediction], trained: Trained, decimals: int
) -> Results:
    """`truth` is the corrected courses; every seed of them has its prediction."""
    by_seed = {(prediction.course, prediction.seed_id): prediction for prediction in predictions}
    answers = {name: answered_course(seeds, by_seed) for name, seeds in truth.items()}
    unparsed = {name: sum(by_seed[name, seed.seed_id].breakdown is None for seed in truth[name]) for name in truth}
    by_course = {name: course_result(answers[name], unparsed[name], decimals) for name in truth}
    groups = groups_of(truth, trained)
    by_group: dict[str, GroupResult] = {}
    for group in GROUPS:
        inside = {place for place, found in groups.items() if found == group}
        both = [
            (answer, seed)
            for name in truth
            for answer, seed in zip(answers[name], truth[name], strict=True)
            if (name, seed.seed_id) in inside
        ]
        violations = sum(
            (name, violation.seed_id) in inside for name in truth for violation in by_course[name].fcfs_violations
        )
        if both:
            by_group[group] = group_result([pair[0] for pair in both], [pair[1] for pair in both], violations, decimals)
    figures = overall(by_course, decimals) | {"without_truth": sum(map(len, truth.values())) - len(groups)}
    return Results(generation, model, figures, by_group, by_course)


def overall(by_course: Mapping[str, CourseResult], decimals: int) -> dict[str, float]:
    """The original's overall figures: quality is the mean over courses, the others are sums."""
    courses = by_course.values()
    return {
        "quality": round(sum(course.quality for course in courses) / len(by_course), decimals),
        "total_issues": sum(sum(course.issues.values()) for course in courses),
        "fcfs_violations": sum(len(course.fcfs_violations) for course in courses),
        "legos": sum(course.legos for course in courses),
        "seeds": sum(course.seeds for course in courses),
        "unparsed": sum(course.unparsed for course in courses),
    }
