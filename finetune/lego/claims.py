"""FCFS: who claimed which known chunk, which claims bear on a seed, and who broke one."""

from collections.abc import Iterable

from finetune.lego.tokens import normalise, occurs, words
from finetune.records.course import Claim, Feeder, Lego, Seed

Claims = dict[str, Claim]
"""Normalised known chunk -> its claim, in the order in which they were made."""


def claim(claims: Claims, seed: Seed) -> list[tuple[Claim, Lego | Feeder]]:
    """Let a seed claim what is free, in `claims` itself; return its violations, as (first claim, violating pair)."""
    violations = []
    for pair in seed.pairs:
        mapping = Claim(pair.known_chunk, pair.target_chunk, seed.seed_id)
        first = claims.setdefault(normalise(pair.known_chunk), mapping)
        if normalise(first.target_chunk) != normalise(pair.target_chunk):
            violations.append((first, pair))
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
