"""A word of a sentence belongs to one LEGO of its seed."""

from collections.abc import Iterator, Sequence

from finetune.lego.places import clashes, places
from finetune.lego.tokens import pieces
from finetune.records.course import Seed
from finetune.records.finding import CourseFinding


def shared(seed: Seed) -> dict[int, dict[int, list[str]]]:
    """LEGO -> each other LEGO that takes words of its own -> those words, on either side; LEGOs by their position."""
    found: dict[int, dict[int, list[str]]] = {}
    for text, chunks in (
        (seed.known, [lego.known_chunk for lego in seed.lego_pairs]),
        (seed.target, [lego.target_chunk for lego in seed.lego_pairs]),
    ):
        sentence = pieces(text)
        texts = [piece.text for piece in sentence]
        for at, others in clashes([places(chunk, texts) for chunk in chunks]).items():
            for other, both in others.items():
                words = text[sentence[both[0]].start : sentence[both[-1]].end]
                found.setdefault(at, {}).setdefault(other, []).append(words)
    return found


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        for at, others in sorted(shared(seed).items()):
            lego = seed.lego_pairs[at]
            told = ", ".join(
                f"{' and '.join(map(repr, words))} with {seed.lego_pairs[other].lego_id}"
                for other, words in sorted(others.items())
            )
            message = f"{lego.lego_id} ({lego.known_chunk!r}) takes {told}; give each word to one LEGO"
            yield CourseFinding(
                "OVERLAP_IN_TILING",
                "structure",
                seed.course,
                seed.seed_id,
                message,
                lego.known_chunk,
                lego_id=lego.lego_id,
            )
