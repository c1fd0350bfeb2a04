"""All exact tilings of many sentence pairs as one graph, and the log-sum of their scores, by dynamic programming."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from finetune.extractor.paths import Paths

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
else:
    Ints = Floats = Any


class Level(NamedTuple):
    """The edges into (or out of) the states of one depth, grouped by state: `starts[n]` begins the group of
    `states[n]`, and `groups` is the group of each edge; `others` are the states at their other ends."""

    others: Ints
    tiles: Ints
    starts: Ints
    states: Ints
    groups: Ints


class Lattice(NamedTuple):
    """A state is a sentence pair with some first known words, and some target words, covered; an edge adds a tile.

    `source`, `sink` and `tile` are those of each edge. `first` is the one first state of each sentence pair; `last`
    are the states without a known word left, and `left_out` (last states x tiles) holds the null tiles of the target
    words that they leave.
    """

    source: Ints
    sink: Ints
    tile: Ints
    into: list[Level]
    out_of: list[Level]
    first: Ints
    last: Ints
    left_out: Any
    states: int


def lattice(sentences: Sequence[tuple[Paths, int]]) -> Lattice:
    """The lattice of sentence pairs, each given as its paths and its number of tiles.

    Tiles count on from one sentence pair to the next.
    """
    import numpy as np
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    states = np.cumsum([0, *(len(part.depths) for part, _ in sentences)])
    tiles = np.cumsum([0, *(size for _, size in sentences)])
    lasts = np.cumsum([0, *(len(part.last) for part, _ in sentences)])
    parts = [part for part, _ in sentences]
    edges = [
        part.edges + np.array([state, state, tile]) for part, state, tile in zip(parts, states, tiles, strict=False)
    ]
    left_out = [part.left_out + np.array([last, tile]) for part, last, tile in zip(parts, lasts, tiles, strict=False)]
    source, sink, tile = np.concatenate(edges).T
    depths = np.concatenate([part.depths for part in parts])
    row, column = np.concatenate(left_out).T
    return Lattice(
        source,
        sink,
        tile,
        into=_levels(sink, source, tile, depths),
        out_of=_levels(source, sink, tile, depths)[::-1],
        first=states[:-1],
        last=np.concatenate([part.last + state for part, state in zip(parts, states, strict=False)]),
        left_out=csr_array((np.ones(len(row)), (row, column)), shape=(lasts[-1], tiles[-1])),
        states=int(states[-1]),
    )


def log_sums(graph: Lattice, scores: Floats) -> tuple[Floats, Floats]:
    """(log of the summed exponentials of all tilings' scores, per sentence pair; expected use of each tile)."""
    import numpy as np

    ahead, behind = np.zeros(graph.states), np.zeros(graph.states)
    for level in graph.into:
        _collect(ahead, level, ahead[level.others] + scores[level.tiles])
    left_out = graph.left_out @ scores
    behind[graph.last] = left_out
    for level in graph.out_of:
        _collect(behind, level, behind[level.others] + scores[level.tiles])
    totals = behind[graph.first]
    per_state = np.repeat(totals, np.diff(np.append(graph.first, graph.states)))
    use = np.exp(ahead[graph.source] + scores[graph.tile] + behind[graph.sink] - per_state[graph.source])
    ending = np.exp(ahead[graph.last] + left_out - per_state[graph.last])
    return totals, np.bincount(graph.tile, weights=use, minlength=len(scores)) + graph.left_out.T @ ending


def _collect(values: Floats, level: Level, arriving: Floats) -> None:
    """Set the level's states to the log-sum of what arrives at each."""
    import numpy as np

    most = np.maximum.reduceat(arriving, level.starts)
    total = np.add.reduceat(np.exp(arriving - most[level.groups]), level.starts)
    values[level.states] = most + np.log(total)


def _levels(ends: Ints, others: Ints, tiles: Ints, depths: Ints) -> list[Level]:
    """Edges by the depth of the state at one of their ends, grouped by that state."""
    import numpy as np

    order = np.lexsort((np.arange(len(ends)), ends, depths[ends]))
    levels = []
    for edges in np.split(order, np.flatnonzero(np.diff(depths[ends[order]])) + 1):
        states, starts, sizes = np.unique(ends[edges], return_index=True, return_counts=True)
        groups = np.repeat(np.arange(len(states)), sizes)
        levels.append(Level(others[edges], tiles[edges], starts, states, groups))
    return levels
