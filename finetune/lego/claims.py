"""FCFS: who claimed which known chunk, which claims bear on a seed, and who broke one."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from finetune.lego.tokens import normalise, words
from finetune.records.course import Claim, Feeder, Lego, Seed


class Claims(dict[str, Claim]):
    """Normalised known chunk -> its claim, in the order in which they were made.

    An index by words beside them lets a sentence find its claims without a walk over all. None is ever taken out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.by_words: dict[tuple[str, ...], list[tuple[int, Claim]]] = {}
        self.longest = self.indexed = 0

    def index(self) -> None:
        """Bring the index up to the claims: whoever only claims does not pay for it."""
        for number, mapping in enumerate(islice(self.values(), self.indexed, None), start=self.indexed):
            of = words_of(mapping.known_chunk)
            self.by_words.setdefault(of, []).append((number, mapping))
            self.longest = max(self.longest, len(of))
        self.indexed = len(self)


@lru_cache(maxsize=1 << 14)
def words_of(chunk: str) -> tuple[str, ...]:
    """The words of a chunk, which is claimed on both sides, and in several courses."""
    return tuple(words(chunk))


def claim(claims: Claims, seed: Seed) -> list[tuple[Claim, Lego | Feeder]]:
    """Let a seed claim what is free, in `claims` itself; return its violations, as (first claim, violating pair)."""
    violations = []
    for pair in seed.pairs:
        mapping = Claim(pair.known_chunk, pair.target_chunk, seed.seed_id)
        key = normalise(pair.known_chunk)
        first = claims.get(key)
        if first is None:
            claims[key] = mapping
        elif normalise(first.target_chunk) != normalise(pair.target_chunk):
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
    claims.index()
    sentence, ends = tuple(words(known)), range(1, claims.longest + 1)
    runs = {sentence[start : start + size] for start in range(len(sentence)) for size in ends}
    found = [one for run in runs for one in claims.by_words.get(run, ()) if run]
    return [claim for _, claim in sorted(found, key=lambda one: one[0])]
