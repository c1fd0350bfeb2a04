"""FCFS: who claimed which known chunk, which claims bear on a seed, and who broke one."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from finetune.lego.tokens import normalise, run_of
from finetune.records.course import Claim, Pair, Seed

FEW = 16
"""Chunks that are looked for one by one, before an automaton is made of them."""


class Chunks:
    """Known chunks that were claimed: a sentence finds those in it in one walk along its words, however many there are.

    None is ever taken out. The automaton cannot grow: what came since it was made is looked for one by one, until that
    is a good part of all. `planted` are the chunks that it knows.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self.planted: list[str] = []
        self.runs: list[bytes] = []
        self.waiting = list(keys)
        self.plant()

    def plant(self) -> None:
        """Make the automaton of all chunks that there are."""
        found = [(key, run) for key in self.waiting if (run := spelt(key))]
        self.planted += [key for key, _ in found]
        self.runs += [run for _, run in found]
        self.waiting.clear()
        self.automaton = BytesAhoCorasick(self.runs, implementation=Implementation.NoncontiguousNFA)

    def places(self, run: bytes) -> list[int]:
        """Which of the planted chunks stand in a run of words, by their positions there."""
        return [number for number, _, _ in self.automaton.find_matches_as_indexes(run, overlapping=True)]

    def within(self, sentence: str) -> list[str]:
        """The normalised chunks whose words stand in this sentence, one after another."""
        if len(self.waiting) > FEW + len(self.planted) // 4:
            self.plant()
        said = run_of(sentence)
        found = [key for key in self.waiting if (run := spelt(key)) and run in said]
        return [*found, *(self.planted[number] for number in self.places(said))]


class Claims(dict[str, Claim]):
    """Normalised known chunk -> its claim, in the order in which they were made. None is ever taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.chunks = Chunks()
        self.numbers: dict[str, int] = {}


@lru_cache(maxsize=1 << 14)
def spelt(chunk: str) -> bytes:
    """A chunk's run of words: it is claimed in several courses, and looked for in many sentences."""
    return run_of(chunk)


def claim(claims: Claims, seed: Seed) -> None:
    """Let a seed claim what is free, in `claims` itself."""
    for pair in seed.pairs:
        key = normalise(pair.known_chunk)
        if key not in claims:
            claims[key] = Claim(pair.known_chunk, pair.target_chunk, seed.seed_id)
            claims.numbers[key] = len(claims.numbers)
            claims.chunks.waiting.append(key)


def violations(course: Sequence[Seed]) -> Iterator[tuple[Seed, Pair, Claim]]:
    """Each pair of a course that gives a claimed chunk another target, with its seed and the first claim of it."""
    if not any_violation([pair for seed in course for pair in seed.pairs]):
        return
    first: dict[str, tuple[Pair, Seed]] = {}
    for seed in course:
        for pair in seed.pairs:
            owner, before = first.setdefault(normalise(pair.known_chunk), (pair, seed))
            if normalise(owner.target_chunk) != normalise(pair.target_chunk):
                yield seed, pair, Claim(owner.known_chunk, owner.target_chunk, before.seed_id)


def any_violation(pairs: Sequence[Pair]) -> bool:
    """Whether one of the pairs gives a chunk that is claimed by then another target: a faster look at all of them.

    What `normalise` does is written out, as in `keys_of`: a call of it takes as long again.
    """
    keys, targets = keys_of(pairs), [pair.target_chunk.strip().lower() for pair in pairs]
    first = dict(zip(reversed(keys), reversed(targets), strict=True))
    return [*map(first.__getitem__, keys)] != targets


def keys_of(pairs: Iterable[Pair]) -> list[str]:
    """The known chunks, as they are claimed."""
    return [pair.known_chunk.strip().lower() for pair in pairs]


def claims_of(seeds: Iterable[Seed]) -> Claims:
    """The claims that these seeds make, in order."""
    claims = Claims()
    for seed in seeds:
        claim(claims, seed)
    return claims


def bearing(claims: Claims, known: str) -> list[Claim]:
    """The claims whose known chunk stands in this known sentence, in the order in which they were made."""
    return [claims[key] for key in sorted({*claims.chunks.within(known)}, key=claims.numbers.__getitem__)]
