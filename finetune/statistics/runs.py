"""What each sample of each side answered, and what the course rules find in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from finetune.lego.check import check
from finetune.records.course import NOTHING, Answered, Courses, Seed
from finetune.records.finding import CourseFinding
from finetune.records.result import Prediction

Place = tuple[str, str]
"""(course, seed id)."""


@dataclass(frozen=True)
class Run:
    """One sample of one side: its answers and the findings in them, by place.

    A failed call is in neither: its seed is missing from its course, as if it had not been asked.
    """

    answers: dict[Place, Answered]
    findings: dict[Place, list[CourseFinding]]
    failed: frozenset[Place]


Runs = dict[int, Run]
"""Sample number -> its run: a whole side."""


def runs_of(truth: Courses, predictions: Sequence[Prediction]) -> Runs:
    """A side's predictions, which have each seed of `truth` once in each sample, as runs over the courses."""
    by_sample: dict[int, dict[Place, Prediction]] = defaultdict(dict)
    for prediction in predictions:
        by_sample[prediction.sample][prediction.course, prediction.seed_id] = prediction
    return {sample: run_of(truth, given) for sample, given in sorted(by_sample.items())}


def run_of(truth: Courses, given: Mapping[Place, Prediction]) -> Run:
    answers: dict[Place, Answered] = {}
    findings: dict[Place, list[CourseFinding]] = defaultdict(list)
    for name, seeds in truth.items():
        course = [answered(seed, one) for seed in seeds if not (one := given[name, seed.seed_id]).failed]
        answers |= {(name, seed.seed_id): seed for seed in course}
        for finding in check(course):
            findings[name, finding.seed_id].append(finding)
    return Run(answers, dict(findings), frozenset(place for place, one in given.items() if one.failed))


def answered(seed: Seed, prediction: Prediction) -> Answered:
    """The seed as the model answered it; an answer that does not parse teaches nothing."""
    breakdown = prediction.breakdown or NOTHING
    return Answered(**(msgspec.structs.asdict(seed) | msgspec.structs.asdict(breakdown)), error=prediction.error)
