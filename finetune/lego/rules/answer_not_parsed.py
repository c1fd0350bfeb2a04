"""An answer is one JSON object with the lists of a breakdown: what does not parse teaches nothing."""

from collections.abc import Iterator, Sequence

from finetune.records.course import Answered, Seed
from finetune.records.finding import CourseFinding


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        if isinstance(seed, Answered) and seed.error:
            message = f"the answer does not parse ({seed.error}); answer with one JSON object: lego_pairs, feeder_pairs"
            yield CourseFinding("ANSWER_NOT_PARSED", "structure", seed.course, seed.seed_id, message)
