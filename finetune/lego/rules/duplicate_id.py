"""An id names one LEGO or feeder of a course."""

from collections.abc import Iterator, Sequence

from finetune.records.course import Lego, Seed
from finetune.records.finding import CourseFinding


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    seen: set[str] = set()
    for seed in course:
        for pair in seed.pairs:
            name = pair.lego_id if isinstance(pair, Lego) else pair.feeder_id
            if name in seen:
                message = f"the id {name} is used twice; number LEGOs L01, L02… and feeders F01, F02… within the seed"
                yield CourseFinding(
                    "DUPLICATE_ID",
                    "structure",
                    seed.course,
                    seed.seed_id,
                    message,
                    pair.known_chunk,
                    lego_id=pair.owner,
                )
            seen.add(name)
