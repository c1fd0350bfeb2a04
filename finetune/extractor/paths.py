"""The states and edges of one sentence pair's lattice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from finetune.extractor.examples import Tile

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
else:
    Ints = Any

_MOST_LEFT_OUT = 2
_MOST_STATES = 20_000
_MOST_BITS = 62


class Paths(NamedTuple):
    """`edges` are rows of (source, sink, tile); `depths` are the known words covered in each state; `last` are the
    states without a known word left; `left_out` are rows of (position in `last`, null tile of a target word)."""

    edges: Ints
    depths: Ints
    last: Ints
    left_out: Ints


def paths(tiles: Sequence[Tile], usable: Sequence[bool], known: int, target: int) -> Paths | None:
    """Every way to tile: from left to right over the known words, with the target words covered as a bit mask.

    At most two target words may be left out. None where no tiling exists, or where there are too many to sum over
    (more than 20 000 states at one place, or more target words than a mask holds).
    """
    import numpy as np

    if target > _MOST_BITS:
        return None
    masks = [sum(1 << at for at in range(*tile.target)) for tile in tiles]
    nulls = {tile.target.start: at for at, tile in enumerate(tiles) if tile.known.end == 0 and usable[at]}
    starting = [
        [at for at, tile in enumerate(tiles) if tile.known.end and tile.known.start == place and usable[at]]
        for place in range(known)
    ]
    covered = _forward(tiles, masks, starting, known)
    if covered is None:
        return None
    full = (1 << target) - 1
    allowed = sum(1 << at for at in nulls)
    left = (full & ~covered[known]).tolist()
    fits = [(mask & ~allowed) == 0 and mask.bit_count() <= _MOST_LEFT_OUT for mask in left]
    alive: list[Ints] = [covered[place][:0] for place in range(known)] + [covered[known][np.array(fits, dtype=bool)]]
    steps: list[tuple[int, int, int, Ints]] = []
    for place in range(known - 1, -1, -1):
        keep = np.zeros(len(covered[place]), dtype=bool)
        for at in starting[place]:
            end = tiles[at].known.end
            fit = ((covered[place] & masks[at]) == 0) & _among(covered[place] | masks[at], alive[end])
            keep |= fit
            if fit.any():
                steps.append((place, end, at, covered[place][fit]))
        alive[place] = covered[place][keep]
    return _assemble(alive, steps, masks, nulls, full) if len(alive[0]) else None


def _among(values: Ints, ordered: Ints) -> Any:
    """Whether each value is one of some in order: `np.isin` would sort all of them again."""
    import numpy as np

    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    return ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)] == values


def _forward(tiles: Sequence[Tile], masks: list[int], starting: list[list[int]], known: int) -> list[Ints] | None:
    """The target masks that the first known words can cover, for each number of these; None for too many."""
    import numpy as np

    reached: list[list[Ints]] = [[np.zeros(0, dtype=np.int64)] for _ in range(known + 1)]
    reached[0] = [np.zeros(1, dtype=np.int64)]
    covered: list[Ints] = []
    for place in range(known + 1):
        covered.append(np.unique(np.concatenate(reached[place])))
        if len(covered[-1]) > _MOST_STATES:
            return None
        for at in starting[place] if place < known else []:
            free = covered[place][(covered[place] & masks[at]) == 0]
            reached[tiles[at].known.end].append(free | masks[at])
    return covered


def _assemble(
    alive: list[Ints], steps: list[tuple[int, int, int, Ints]], masks: list[int], nulls: dict[int, int], full: int
) -> Paths:
    """Number the states that lead to an end, place by place."""
    import numpy as np

    sizes = [len(states) for states in alive]
    offset = np.concatenate([[0], np.cumsum(sizes)])
    edges = [
        np.stack(
            [
                offset[place] + np.searchsorted(alive[place], sources),
                offset[end] + np.searchsorted(alive[end], sources | masks[at]),
                np.full(len(sources), at),
            ],
            axis=1,
        )
        for place, end, at, sources in steps
    ]
    left_out = [
        (row, nulls[bit])
        for row, mask in enumerate((full & ~alive[-1]).tolist())
        for bit in range(full.bit_length())
        if mask >> bit & 1
    ]
    depths = np.repeat(np.arange(len(alive)), sizes)
    last = np.arange(offset[-2], offset[-1])
    return Paths(np.concatenate(edges), depths, last, np.array(left_out, dtype=np.int64).reshape(-1, 2))
