"""FCFS: who claimed which known chunk, which claims bear on a seed, and who broke one."""

from collections.abc import Iterable, Iterator

from finetune.lego.tokens import normalise, occurs, words
from finetune.records.course import Claim, Seed

Claims = dict[str, Claim]
"""Normalised known chunk -> its claim, in the order in which they were made."""


def mappings(seed: Seed) -> Iterator[Claim]:
    """What a seed maps: its LEGOs, then its feeders, in order."""
    for pair in seed.pairs:
        yield Claim(pair.known_chunk, pair.target_chunk, seed.seed_id)


def claim(claims: Claims, seed: Seed) -> list[tuple[Claim, Claim]]:
    """Let a seed claim what is free, in `claims` itself; return its violations, as (first claim, violating mapping)."""
    violations = []
    for mapping in mappings(seed):
        first = claims.setdefault(normalise(mapping.known_chunk), mapping)
        if normalise(first.target_chunk) != normalise(mapping.target_chunk):
            violations.append((first, mapping))
    return violations


def claims_of(seeds: Iterable[Seed]) -> Claims:
    """The claims that these seeds make, in order."""
    claims: Claims = {}
    for seed in seeds:
        claim(claims, seed)
    return claims


def bearing(claims: Claims, known: str) -> list[Claim]:
    """The claims whose known chunk stands in this known sentence, in the order in which they were made."""
    sentence = words(known)
    return [claim for claim in claims.values() if occurs(words(claim.known_chunk), sentence)]
