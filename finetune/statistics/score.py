"""The score of courses: what the rules find, as a record per course and as figures over all."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from finetune.lego.quality import (
    by_severity,
    by_type,
    clean_legos,
    points_lost,
    quality,
    scaled_quality,
    scored,
    structure_by_type,
)
from finetune.records.course import Answered, Seed
from finetune.records.finding import CourseFinding
from finetune.records.result import Count, CourseResult, Violation


def course_result(course: Sequence[Seed], findings: Sequence[CourseFinding], failed: int = 0) -> CourseResult:
    """One course, answered once, with what the rules find in it; `failed` calls gave no answer. Nothing is rounded."""
    legos = sum(len(seed.lego_pairs) for seed in course)
    clean, slots = clean_legos(course, findings)
    return CourseResult(
        quality=quality(findings),
        scaled_quality=scaled_quality(points_lost(findings), len(course)) if legos else 0.0,
        clean_lego_rate=clean / slots if slots else None,
        violations_per_100_legos=100 * len(scored(findings)) / legos if legos else None,
        seeds=len(course),
        samples=1,
        legos=legos,
        unparsed=sum(isinstance(seed, Answered) and bool(seed.error) for seed in course),
        failed=failed,
        issues=dict(by_severity(findings)),
        by_type=dict(by_type(findings)),
        structure=dict(structure_by_type(findings)),
        fcfs_violations=[
            Violation(finding.seed_id, finding.known_chunk, finding.first, finding.violating)
            for finding in findings
            if finding.first and finding.violating
        ],
    )


def slots(result: CourseResult) -> Count:
    """What `clean_lego_rate` is a part of: LEGOs, gaps in the tiling, and answers that do not parse."""
    return result.legos + result.structure.get("GAP_IN_TILING", 0) + result.unparsed


def overall_metrics(by_course: Mapping[str, CourseResult]) -> dict[str, Count | None]:
    """Figures over one course or more: the means of the two qualities, as the original takes them; the rates are pooled
    (all clean LEGOs of all slots, all violations of all LEGOs); the others are sums.

    It takes results that are not rounded; those over several samples have rates that are pooled over the samples.
    """
    courses = list(by_course.values())
    clean = sum(course.clean_lego_rate * slots(course) for course in courses if course.clean_lego_rate is not None)
    places, legos = sum(map(slots, courses)), sum(course.legos for course in courses)
    issues = sum(sum(course.issues.values()) for course in courses)
    return {
        "quality": fmean(course.quality for course in courses),
        "scaled_quality": fmean(course.scaled_quality for course in courses),
        "clean_lego_rate": clean / places if places else None,
        "violations_per_100_legos": 100 * issues / legos if legos else None,
        "total_issues": issues,
        "fcfs_violations": sum(course.by_type.get("FCFS_VIOLATION", 0) for course in courses),
        "structure_findings": sum(sum(course.structure.values()) for course in courses),
        "legos": legos,
        "seeds": sum(course.seeds for course in courses),
        "unparsed": sum(course.unparsed for course in courses),
        "failed": sum(course.failed for course in courses),
    }
