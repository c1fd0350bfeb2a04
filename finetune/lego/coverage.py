"""Which words of a sentence pair its LEGOs and the claimed pairs take."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from finetune.lego.places import places
from finetune.lego.tokens import cut
from finetune.records.course import Claim, Lego

Sides = tuple[list[str], list[str]]
"""The pieces of the known and of the target sentence (`cut`)."""


class Tile(NamedTuple):
    """A pair's places in the known and in the target sentence, and how many of them it takes on a side, at most."""

    known: list[range]
    target: list[range]
    times: int


class Index:
    """Claims by the words of their known chunks, so that a sentence finds its claims without a walk over all."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
        for claim in claims:
            self.claims[tuple(cut(claim.known_chunk))].append(claim)
        self.longest = max(map(len, self.claims), default=0)

    def standing_in(self, known: Sequence[str]) -> list[Claim]:
        """The claims whose known chunk stands in this known sentence."""
        sentence, ends = tuple(known), range(1, len(known) + 1)
        runs = {sentence[start:end]: None for end in ends for start in range(max(0, end - self.longest), end)}
        return [claim for run in runs for claim in self.claims.get(run, ())]


def covered(legos: Iterable[Lego], claimed: Iterable[Claim], sides: Sides) -> tuple[set[int], set[int]]:
    """The pieces of the known and of the target sentence that are taken.

    A pair stands as often as on the side where it stands less: two "I" and one "yo" are one pair, and one "I" is left.
    A LEGO that stands on one side only takes its places there; that it is missing on the other is another fault. A
    claimed pair fits where it brings something on both sides: a place whose words LEGOs take already is none, but it
    may share a word with a LEGO, or with another claim, as "has to" and "to work" share "to". Where a pair has a choice
    of places, it takes those that leave the least uncovered.
    """
    new = [_tile(lego, sides) for lego in legos]
    new = [tile._replace(times=tile.times or max(len(tile.known), len(tile.target))) for tile in new]
    known = _taken((tile.known, tile.times) for tile in new if len(tile.known) <= tile.times)
    target = _taken((tile.target, tile.times) for tile in new if len(tile.target) <= tile.times)
    tiles = [*new, *(_beyond(_tile(claim, sides), known, target) for claim in claimed)]
    return _taken((tile.known, tile.times) for tile in tiles), _taken((tile.target, tile.times) for tile in tiles)


def _tile(pair: Lego | Claim, sides: Sides) -> Tile:
    known, target = places(pair.known_chunk, sides[0]), places(pair.target_chunk, sides[1])
    return Tile(known, target, min(len(known), len(target)))


def _beyond(tile: Tile, known: set[int], target: set[int]) -> Tile:
    """The tile with those of its places alone that bring something."""
    left = [place for place in tile.known if not known.issuperset(place)]
    right = [place for place in tile.target if not target.issuperset(place)]
    return Tile(left, right, min(len(left), len(right)))


def _taken(tiles: Iterable[tuple[list[range], int]]) -> set[int]:
    """What tiles take on one side: first those without a choice, then each other one where the most is still free."""
    taken: set[int] = set()
    for spots, times in sorted(tiles, key=lambda tile: len(tile[0]) > tile[1]):
        left = list(spots)
        for _ in range(min(times, len(spots))):
            best = max(left, key=lambda place: sum(piece not in taken for piece in place))
            left.remove(best)
            taken.update(best)
    return taken
