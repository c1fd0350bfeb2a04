"""FD: an article without its noun says nothing: many nouns, many forms."""

from collections.abc import Iterator, Sequence

from finetune.lego.tokens import normalise
from finetune.records.course import Seed
from finetune.records.finding import CourseFinding

ARTICLES = frozenset(["el", "la", "los", "las", "un", "una", "il", "le", "les", "the", "a", "an"])


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        for lego in seed.lego_pairs:
            if normalise(lego.target_chunk) in ARTICLES:
                message = f"{lego.lego_id} is the article {lego.target_chunk!r} alone; keep it with its noun"
                yield CourseFinding(
                    "FD_VIOLATION_ARTICLE",
                    "critical",
                    seed.course,
                    seed.seed_id,
                    message,
                    lego.known_chunk,
                    lego_id=lego.lego_id,
                )
