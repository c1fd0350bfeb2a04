"""A chunk is a slice of its sentence, in the sentence's own spelling."""

from collections.abc import Iterator, Sequence

from finetune.records.course import Seed
from finetune.records.finding import CourseFinding


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        target, known = seed.target.lower(), seed.known.lower()
        for pair in seed.pairs:
            if pair.target_chunk.lower() in target and pair.known_chunk.lower() in known:
                continue
            for chunk, sentence in ((pair.target_chunk, seed.target), (pair.known_chunk, seed.known)):
                if chunk.lower() not in sentence.lower():
                    message = f"{chunk!r} does not stand in {sentence!r}; take the words of the sentence"
                    yield CourseFinding(
                        "CHUNK_NOT_IN_SENTENCE",
                        "structure",
                        seed.course,
                        seed.seed_id,
                        message,
                        pair.known_chunk,
                        lego_id=pair.owner,
                    )
