"""Courses as they are after their corrections: the truth that is taught, and that answers are held against."""

from collections.abc import Sequence

from finetune.errors import unusable
from finetune.records.course import Correction, Courses
from finetune.records.located import Located


def correct(courses: Courses, corrections: Sequence[Located[Correction]]) -> Courses:
    """The courses with every correction applied in the order given (oldest first), so that the latest of a seed wins.

    A correction of an unknown seed, one whose `before` is not what the seed says at that point, one that changes
    nothing and a second one with the same id are refused, with their place.
    """
    seeds = {course: {seed.seed_id: seed for seed in course_seeds} for course, course_seeds in courses.items()}
    ids: dict[str, str] = {}
    for located in corrections:
        where, correction = located.where, located.value
        if correction.id in ids:
            raise unusable(where, f"the id {correction.id!r} is taken by {ids[correction.id]}", "give it a new id")
        ids[correction.id] = where
        seed = seeds.get(correction.course, {}).get(correction.seed_id)
        if seed is None:
            known = "its seeds are S0001…" if correction.course in seeds else f"known courses: {', '.join(courses)}"
            raise unusable(where, f"no seed {correction.seed_id} in course {correction.course!r}", known)
        if correction.before != seed.breakdown:
            raise unusable(
                where,
                f"'before' is not the current breakdown of {correction.course} {correction.seed_id}",
                "take it from the course, with the earlier corrections of that seed applied",
            )
        if correction.after == correction.before:
            raise unusable(where, "'after' is the same as 'before'", "take the line out, or write what is right")
        seeds[correction.course][correction.seed_id] = seed.with_breakdown(correction.after)
    return {course: list(by_id.values()) for course, by_id in seeds.items()}
