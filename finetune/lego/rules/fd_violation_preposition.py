"""FD: a preposition without what it governs has no one translation."""

from collections.abc import Iterator, Sequence

from finetune.lego.tokens import normalise
from finetune.records.course import Seed
from finetune.records.finding import CourseFinding

ENGLISH = {"to", "in", "on", "at", "by", "for", "with", "from", "of", "about"}
OTHERS = {"de", "a", "en", "con", "por", "para", "di", "da", "per", "avec", "sans"}
PREPOSITIONS = ENGLISH | OTHERS


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        for lego in seed.lego_pairs:
            if normalise(lego.known_chunk) in PREPOSITIONS or normalise(lego.target_chunk) in PREPOSITIONS:
                message = (
                    f"{lego.lego_id} is the preposition {lego.target_chunk!r} = {lego.known_chunk!r} alone; "
                    "keep it with what it governs"
                )
                yield CourseFinding(
                    "FD_VIOLATION_PREPOSITION",
                    "critical",
                    seed.course,
                    seed.seed_id,
                    message,
                    lego.known_chunk,
                    lego_id=lego.lego_id,
                )
