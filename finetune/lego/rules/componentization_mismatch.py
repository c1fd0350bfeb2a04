"""A componentization names the feeders of its COMPOSITE: `known = target, where part = meaning, part = meaning`."""

from collections.abc import Iterator, Sequence

from finetune.lego.componentization import explain
from finetune.records.course import Seed
from finetune.records.finding import CourseFinding


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        for lego in seed.lego_pairs:
            if lego.lego_type != "COMPOSITE" or not lego.componentization:
                continue
            right = explain(lego, [feeder for feeder in seed.feeder_pairs if feeder.parent_lego_id == lego.lego_id])
            if lego.componentization != right:
                message = f"{lego.lego_id} is explained as {lego.componentization!r}; its feeders make it {right!r}"
                yield CourseFinding(
                    "COMPONENTIZATION_MISMATCH",
                    "structure",
                    seed.course,
                    seed.seed_id,
                    message,
                    lego.known_chunk,
                    lego_id=lego.lego_id,
                )
