"""Courses as they are after their corrections: the truth that is taught, and that answers are held against."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from finetune.dataset.settled import settle
from finetune.errors import listed, unusable
from finetune.records.correcting import Corrected
from finetune.records.course import Correction, Courses
from finetune.records.located import Located
from finetune.records.params import Conflicts

Corrections = Sequence[Located[Correction]]


def correct(courses: Courses, corrections: Corrections) -> Courses:
    """The courses after these corrections, the latest of a seed first: `decide`, where nothing else is to be known."""
    return decide(courses, corrections).courses


def decide(
    courses: Courses, corrections: Corrections, conflicts: Conflicts = "latest", retracted: Collection[str] = ()
) -> Corrected:
    """The courses after their corrections, which are in the order given, oldest first.

    A correction of an unknown seed, one whose `before` the seed never said, one that changes nothing and a second one
    with the same id are refused, with their place. Those `retracted`, by their ids, count for nothing, but may have
    been built on.
    """
    by_course: dict[str, dict[str, list[Located[Correction]]]] = defaultdict(lambda: defaultdict(list))
    ids: dict[str, str] = {}
    for line in corrections:
        correction = line.value
        if correction.id in ids:
            raise unusable(line.where, f"the id {correction.id!r} is taken by {ids[correction.id]}", "give it a new id")
        ids[correction.id] = line.where
        by_course[correction.course][correction.seed_id].append(line)
    refuse_unknown(courses, by_course)
    found = Corrected(retracted=retracted)
    for course, seeds in courses.items():
        said = by_course[course]
        found.courses[course] = [
            settle(found, seed, said[seed.seed_id], conflicts, retracted) if seed.seed_id in said else seed
            for seed in seeds
        ]
    return found


def refuse_unknown(courses: Courses, by_course: dict[str, dict[str, list[Located[Correction]]]]) -> None:
    for course, by_seed in by_course.items():
        known = {seed.seed_id for seed in courses.get(course, ())}
        for seed_id, lines in by_seed.items():
            if seed_id not in known:
                right = "its seeds are S0001…" if course in courses else f"known courses: {listed(list(courses))}"
                raise unusable(lines[0].where, f"no seed {seed_id} in course {course!r}", right)
