"""FD: an empty chunk teaches nothing."""

from collections.abc import Iterator, Sequence

from finetune.records.course import Seed
from finetune.records.finding import CourseFinding


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        for lego in seed.lego_pairs:
            if lego.target_chunk.strip() and lego.known_chunk.strip():
                continue
            for side, chunk in (("target", lego.target_chunk), ("known", lego.known_chunk)):
                if not chunk.strip():
                    message = f"{lego.lego_id} has an empty {side} chunk; write the words, or take the LEGO out"
                    yield CourseFinding(
                        "FD_VIOLATION_EMPTY",
                        "critical",
                        seed.course,
                        seed.seed_id,
                        message,
                        lego.known_chunk,
                        lego_id=lego.lego_id,
                    )
