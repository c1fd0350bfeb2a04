"""The claims that the prompts of a course show, each side of the split its own."""

from collections.abc import Iterator, Sequence

from finetune.lego.claims import Chunks, keys_of
from finetune.lego.tokens import run_of
from finetune.records.course import Pair, Seed
from finetune.records.dataset import Side

TOGETHER = 64
"""Seeds that are looked at, and made into lines, together: they have to fit into a core's cache."""
NEVER = 1 << 62
"""The number of a chunk that nobody claims."""


def shown(seeds: Sequence[tuple[Seed, Side]]) -> Iterator[list[Pair]]:
    """What each prompt of a course shows, seed by seed: the pairs that bear on it, in the order of their claims.

    A training prompt shows claims of earlier training seeds only: a validation seed's claim would give its answer
    away. A validation prompt shows what a model in use would see: the claims of all earlier seeds. All are made first,
    and found by one automaton: what `finetune.lego.claims.bearing` finds seed by seed, in less time.
    """
    pairs, trained, before = list[Pair](), list[int](), list[int]()
    for seed, on in seeds:
        before.append(len(pairs))
        pairs += seed.pairs
        if on == "training":
            trained += range(before[-1], len(pairs))
    keys = keys_of(pairs)
    every = first_of(keys, range(len(pairs)))
    chunks = Chunks(every)
    views = {"validation": every, "training": first_of([keys[at] for at in trained], trained)}
    planted = {on: [first.get(key, NEVER) for key in chunks.planted] for on, first in views.items()}
    for start in range(0, len(seeds), TOGETHER):
        block = seeds[start : start + TOGETHER]
        runs = [run_of(seed.known) for seed, _ in block]
        places = [chunks.places(run) for run in runs]
        for (_, on), found, end in zip(block, places, before[start : start + TOGETHER], strict=True):
            numbers = planted[on]
            bear = {number for at in found if (number := numbers[at]) < end}
            yield [pairs[number] for number in sorted(bear)]


def first_of(keys: Sequence[str], numbers: Sequence[int]) -> dict[str, int]:
    """The number of the first pair that has each key: of the pairs with the same, the one that claims it."""
    return dict(zip(reversed(keys), reversed(numbers), strict=True))
