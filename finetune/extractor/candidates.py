"""Which span pairs of a sentence pair are worth weighing: a wide net, the same for every set of weights."""

from __future__ import annotations

from finetune.extractor.evidence import Matrix
from finetune.extractor.examples import Case, Tile
from finetune.extractor.tokens import Span

LONGEST_KNOWN = 6
LONGEST_TARGET = 8
_PER_KNOWN = 14
_PER_TARGET = 4


def candidates(case: Case, association: Matrix) -> list[Tile]:
    """Span pairs, sorted: for each known span the likeliest targets, for each target span the likeliest known ones,
    and all claimed pairs. A pair is likely when its words belong to each other and to nothing else."""
    import numpy as np

    knowns = _spans(len(case.known), LONGEST_KNOWN)
    targets = _spans(len(case.target), LONGEST_TARGET)
    likely = np.round(_likely(case, association, knowns, targets), 9)
    chosen = case.claimed_pairs
    by_known = np.argsort(-likely, axis=1, kind="stable")[:, :_PER_KNOWN]
    by_target = np.argsort(-likely, axis=0, kind="stable")[:_PER_TARGET]
    chosen |= {Tile(known, targets[at]) for known, row in zip(knowns, by_known, strict=True) for at in row}
    chosen |= {Tile(knowns[at], target) for target, row in zip(targets, by_target.T, strict=True) for at in row}
    return sorted(chosen)


def nulls(case: Case) -> list[Tile]:
    """The tiles that leave one word of a sentence out: first the known words, then the target words."""
    known = [Tile(Span(at, at + 1), Span(0, 0)) for at in range(len(case.known))]
    return known + [Tile(Span(0, 0), Span(at, at + 1)) for at in range(len(case.target))]


def _spans(length: int, longest: int) -> list[Span]:
    return [Span(at, end) for at in range(length) for end in range(at + 1, min(length, at + longest) + 1)]


def _likely(case: Case, association: Matrix, knowns: list[Span], targets: list[Span]) -> Matrix:
    """2 x what a pair holds, less what leaves it, less how far its places and lengths differ."""
    import numpy as np

    rows, columns = association.shape
    total = np.zeros((rows + 1, columns + 1))
    total[1:, 1:] = association.cumsum(axis=0).cumsum(axis=1)
    i, j = np.array(knowns).T[:, :, None]
    a, b = np.array(targets).T[:, None, :]
    held = total[j, b] - total[i, b] - total[j, a] + total[i, a]
    known_share, target_share = (j - i) / rows, (b - a) / columns
    leaving = known_share * rows - held + target_share * rows - held
    middle = np.abs((i + j) / (2 * rows) - (a + b) / (2 * columns))
    result: Matrix = 2 * held - leaving - middle - np.abs(known_share - target_share)
    return result
