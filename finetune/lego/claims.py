"""FCFS: who claimed which known chunk, which claims bear on a seed, and who broke one."""

from collections.abc import Iterable
from functools import lru_cache

from finetune.lego.tokens import normalise, words
from finetune.records.course import Claim, Feeder, Lego, Seed


class Chunks:
    """The known chunks that were claimed, by their words: a sentence finds those in it without a walk over all.

    Several Claims may share them. None is ever taken out.
    """

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, ...]] = {}
        self.sizes: dict[str, tuple[int, ...]] = {}
        self.waiting: list[str] = []

    def index(self) -> None:
        """Take in what was claimed since: whoever only claims does not pay for it."""
        for key in self.waiting:
            first, size, text = spelt(key)
            if (alike := self.keys.get(text)) is None:
                self.keys[text] = (key,)
                if size not in (sizes := self.sizes.get(first, ())):
                    self.sizes[first] = (*sizes, size)
            elif key not in alike:
                self.keys[text] = (*alike, key)
        self.waiting.clear()

    def within(self, sentence: str) -> list[str]:
        """The normalised chunks whose words stand in this sentence, one after another."""
        if self.waiting:
            self.index()
        said, keys = words(sentence), self.keys
        found: list[str] = []
        for at, first in enumerate(said):
            for size in self.sizes.get(first, ()):
                found += keys.get(" ".join(said[at : at + size]) if size > 1 else first, ())
        return found


class Claims(dict[str, Claim]):
    """Normalised known chunk -> its claim, in the order in which they were made. None is ever taken out."""

    def __init__(self, chunks: Chunks | None = None) -> None:
        super().__init__()
        self.chunks = chunks or Chunks()
        self.numbers: dict[str, int] = {}

    def make(self, key: str, mapping: Claim) -> None:
        self.numbers[key] = len(self)
        self[key] = mapping
        self.chunks.waiting.append(key)


@lru_cache(maxsize=1 << 14)
def spelt(chunk: str) -> tuple[str, int, str]:
    """A chunk's first word, how many it has, and all: it is claimed on both sides, and in several courses."""
    found = words(chunk)
    return found[0] if found else "", len(found), " ".join(found)


def claim(claims: Claims, seed: Seed) -> list[tuple[Claim, Lego | Feeder]]:
    """Let a seed claim what is free, in `claims` itself; return its violations, as (first claim, violating pair)."""
    violations = []
    for pair in seed.pairs:
        key = normalise(pair.known_chunk)
        first = claims.get(key)
        if first is None:
            claims.make(key, Claim(pair.known_chunk, pair.target_chunk, seed.seed_id))
        elif first.target_chunk != (target := pair.target_chunk) and normalise(first.target_chunk) != normalise(target):
            violations.append((first, pair))
    return violations


def claims_of(seeds: Iterable[Seed]) -> Claims:
    """The claims that these seeds make, in order."""
    claims = Claims()
    for seed in seeds:
        claim(claims, seed)
    return claims


def bearing(claims: Claims, known: str) -> list[Claim]:
    """The claims whose known chunk stands in this known sentence, in the order in which they were made."""
    found = {key for key in claims.chunks.within(known) if key in claims}
    return [claims[key] for key in sorted(found, key=claims.numbers.__getitem__)]
