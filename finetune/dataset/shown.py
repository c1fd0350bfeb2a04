"""The claims that the prompts of a course show, each side of the split its own."""

from collections.abc import Iterator, Sequence

from finetune.lego.claims import Chunks
from finetune.lego.tokens import normalise, run_of
from finetune.records.course import Pair, Seed
from finetune.records.dataset import Side

TOGETHER = 64
"""Seeds that are looked at, and made into lines, together: they have to fit into a core's cache."""
NEVER = 1 << 62
"""The number of a chunk that nobody claims."""


class View:
    """The pairs that claimed their known chunk, as one side sees it: in their order, and their numbers by the chunk."""

    def __init__(self) -> None:
        self.made: list[Pair] = []
        self.numbers: dict[str, int] = {}

    def claim(self, keys: Sequence[str], pairs: Sequence[Pair]) -> None:
        """Claim what is free."""
        numbers, made = self.numbers, self.made
        for key, pair in zip(keys, pairs, strict=True):
            if key not in numbers:
                numbers[key] = len(made)
                made.append(pair)


def shown(seeds: Sequence[tuple[Seed, Side]]) -> Iterator[list[Pair]]:
    """What each prompt of a course shows, seed by seed: the pairs that bear on it, in the order of their claims.

    A training prompt shows claims of earlier training seeds only: a validation seed's claim would give its answer
    away. A validation prompt shows what a model in use would see: the claims of all earlier seeds. All are made first,
    and found by one automaton: what `finetune.lego.claims.bearing` finds seed by seed, in less time.
    """
    every, trained, before = View(), View(), list[int]()
    for seed, on in seeds:
        before.append(len((trained if on == "training" else every).made))
        pairs = seed.pairs
        keys = [normalise(pair.known_chunk) for pair in pairs]
        every.claim(keys, pairs)
        if on == "training":
            trained.claim(keys, pairs)
    chunks = Chunks(every.numbers)
    planted = {view: [view.numbers.get(key, NEVER) for key in chunks.planted] for view in (every, trained)}
    for start in range(0, len(seeds), TOGETHER):
        block = seeds[start : start + TOGETHER]
        runs = [run_of(seed.known) for seed, _ in block]
        places = [chunks.places(run) for run in runs]
        for (_, on), found, end in zip(block, places, before[start : start + TOGETHER], strict=True):
            view = trained if on == "training" else every
            numbers, made = planted[view], view.made
            bear = {number for at in found if (number := numbers[at]) < end}
            yield [made[number] for number in sorted(bear)]
