"""FCFS: who claimed which known chunk, which claims bear on a seed, and who broke one."""

from collections.abc import Iterable
from functools import lru_cache

from finetune.lego.tokens import normalise, words
from finetune.records.course import Claim, Feeder, Lego, Seed


class Branch(dict[str, "Branch"]):
    """Where claims go on after some words: next word -> branch. `here` are those that end here, with their numbers."""

    here: tuple[tuple[int, Claim], ...] = ()


class Claims(dict[str, Claim]):
    """Normalised known chunk -> its claim, in the order in which they were made.

    A tree of their words lets a sentence find its claims without a walk over all. None is ever taken out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tree = Branch()
        self.waiting: list[Claim] = []

    def make(self, key: str, mapping: Claim) -> None:
        self[key] = mapping
        self.waiting.append(mapping)

    def index(self) -> None:
        """Bring the tree up to the claims: whoever only claims does not pay for it."""
        for number, mapping in enumerate(self.waiting, start=len(self) - len(self.waiting)):
            branch = self.tree
            for word in words_of(mapping.known_chunk):
                following = branch.get(word)
                if following is None:
                    following = branch[word] = Branch()
                branch = following
            branch.here = (*branch.here, (number, mapping))
        self.waiting.clear()


@lru_cache(maxsize=1 << 14)
def words_of(chunk: str) -> tuple[str, ...]:
    """The words of a chunk, which is claimed on both sides, and in several courses."""
    return tuple(words(chunk))


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
    if claims.waiting:
        claims.index()
    sentence = words(known)
    found: list[tuple[int, Claim]] = []
    for end, first in enumerate(sentence, start=1):
        branch = claims.tree.get(first)
        while branch is not None:
            if branch.here:
                found += branch.here
            if end == len(sentence):
                break
            branch = branch.get(sentence[end])
            end += 1
    return [claim for _, claim in sorted(dict(found).items())]
