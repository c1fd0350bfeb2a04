"""The best exact tiling of a sentence pair: every word of both sentences in exactly one tile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finetune.extractor.examples import Tile

_MOST_WORDS = 60
_MOST_NODES = 50


def best_tiling(tiles: Sequence[Tile], scores: Sequence[float], known: int, target: int) -> list[Tile]:
    """The tiles of the tiling with the highest sum of scores, as an integer programme.

    `known` and `target` are the numbers of words; null tiles in `tiles` make a tiling possible. Of equal tilings the
    one with the earlier tiles is taken, so that an answer does not hang on the solver. Beyond 60 words of both
    sentences, where the relaxed programme breaks tiles, those with the largest shares are taken.
    """
    import numpy as np
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    rows = [row for tile in tiles for row in (*range(*tile.known), *(known + at for at in range(*tile.target)))]
    columns = [at for at, tile in enumerate(tiles) for _ in range(sum(span.end - span.start for span in tile))]
    covers = csr_array((np.ones(len(rows)), (rows, columns)), shape=(known + target, len(tiles)))
    cost = -np.round(np.array(scores), 6) + 1e-7 * np.arange(len(tiles)) / len(tiles)
    # Where the relaxed programme breaks no tile, it has the answer of the whole one, in a third of the time; so small a
    # programme loses time on being presolved.
    chosen = _solve(cost, covers, whole=False, options={"presolve": False})
    if np.abs(chosen - np.round(chosen)).max() > 1e-6 and known + target <= _MOST_WORDS:
        # Sentences of look-alikes could keep the solver busy for hours: words and nodes are bounded (a clock would make
        # the answer depend on the machine), and what is found by then is taken.
        whole = _solve(cost, covers, whole=True, options={"mip_rel_gap": 0.0, "node_limit": _MOST_NODES})
        chosen = chosen if whole is None else whole
    return _fitting(tiles, chosen, known, target)


def _solve(cost: Any, covers: Any, whole: bool, options: dict[str, Any]) -> Any:
    """The share of each tile in the cheapest cover, `whole` or not; None where the solver found none."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]

    return milp(
        cost,
        integrality=np.full(len(cost), int(whole)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(covers, 1, 1),
        options=options,
    ).x


def _fitting(tiles: Sequence[Tile], shares: Any, known: int, target: int) -> list[Tile]:
    """The tiles with a share, the largest first, each where its words are still free; of whole shares, all of them."""
    free_known, free_target = set(range(known)), set(range(target))
    taken: list[int] = []
    for at in sorted(range(len(tiles)), key=lambda at: (-round(float(shares[at]), 6), at)):
        of_known, of_target = set(range(*tiles[at].known)), set(range(*tiles[at].target))
        if shares[at] > 1e-6 and of_known <= free_known and of_target <= free_target:
            free_known, free_target = free_known - of_known, free_target - of_target
            taken.append(at)
    return [tiles[at] for at in sorted(taken)]
