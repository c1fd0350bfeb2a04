"""A chunk is a slice of its sentence, in the sentence's own spelling."""

from collections.abc import Iterator, Sequence

from finetune.records.course import Seed
from finetune.records.finding import CourseFinding


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        target, known = seed.target, seed.known
        for pair in seed.pairs:
            if pair.target_chunk in target and pair.known_chunk in known:
                continue
            for chunk, sentence in ((pair.target_chunk, target), (pair.known_chunk, known)):
                if chunk not in sentence and chunk.lower() not in sentence.lower():
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
