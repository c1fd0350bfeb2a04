"""The quality of one course on both sides, with its intervals."""

from finetune.lego.quality import scaled_quality
from finetune.records.comparison import CourseComparison, Interval
from finetune.records.result import Group
from finetune.statistics.paired import interval
from finetune.statistics.runs import Runs
from finetune.statistics.sides import Both


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
