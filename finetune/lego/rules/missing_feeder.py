"""A COMPOSITE has a feeder: a part that the learner meets on its own."""

from collections.abc import Iterator, Sequence

from finetune.records.course import Seed
from finetune.records.finding import CourseFinding


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        fed = {feeder.parent_lego_id for feeder in seed.feeder_pairs}
        for lego in seed.lego_pairs:
            if lego.lego_type == "COMPOSITE" and lego.lego_id not in fed:
                message = (
                    f"{lego.lego_id} ({lego.known_chunk!r}) is COMPOSITE and has no feeder; list its useful parts in "
                    "feeder_pairs, or call it BASE"
                )
                yield CourseFinding(
                    "MISSING_FEEDER",
                    "structure",
                    seed.course,
                    seed.seed_id,
                    message,
                    lego.known_chunk,
                    lego_id=lego.lego_id,
                )
