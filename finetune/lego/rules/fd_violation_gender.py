"""FD: a possessive without its noun does not tell whose, nor of which gender."""

from collections.abc import Iterator, Sequence

from finetune.lego.tokens import normalise
from finetune.records.course import Seed
from finetune.records.finding import CourseFinding

POSSESSIVES = frozenset({"su", "sus", "son", "sa", "ses", "leur", "il suo", "la sua"})


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        for lego in seed.lego_pairs:
            if normalise(lego.target_chunk) in POSSESSIVES:
                message = f"{lego.lego_id} is the possessive {lego.target_chunk!r} alone; keep it with its noun"
                yield CourseFinding(
                    "FD_VIOLATION_GENDER",
                    "high",
                    seed.course,
                    seed.seed_id,
                    message,
                    lego.known_chunk,
                    lego_id=lego.lego_id,
                )
