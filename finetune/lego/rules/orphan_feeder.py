"""A feeder belongs to a COMPOSITE of its seed."""

from collections.abc import Iterator, Sequence

from finetune.records.course import Seed
from finetune.records.finding import CourseFinding


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        composites = {lego.lego_id for lego in seed.lego_pairs if lego.lego_type == "COMPOSITE"}
        for feeder in seed.feeder_pairs:
            if feeder.parent_lego_id not in composites:
                message = (
                    f"{feeder.feeder_id} ({feeder.known_chunk!r}) has the parent {feeder.parent_lego_id}, which is no "
                    f"COMPOSITE of this seed; name one of {sorted(composites)}"
                )
                yield CourseFinding(
                    "ORPHAN_FEEDER",
                    "structure",
                    seed.course,
                    seed.seed_id,
                    message,
                    feeder.known_chunk,
                    lego_id=feeder.owner,
                )
