"""The log-loss of right answers among all tilings, and its gradient: a conditional random field over tilings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from finetune.extractor.answers import Setting
from finetune.extractor.examples import Lesson
from finetune.extractor.features import Features, describe
from finetune.extractor.lattice import Lattice, lattice, log_sums
from finetune.extractor.lessons import possible
from finetune.extractor.logistic import Floats, design, vocabulary
from finetune.extractor.paths import paths


class Problem(NamedTuple):
    """`matrix` (tiles x names) of `lessons` that can be tiled, with the lattices of all and of the right tilings."""

    names: list[str]
    matrix: Any
    every: Lattice
    right: Lattice
    lessons: int


def problem(lessons: Sequence[Lesson], places: Sequence[Setting], names: list[str] | None = None) -> Problem | None:
    """The problem of these lessons in their settings; `names` are the features, or all that occur.

    A lesson without a tiling, or with too many, teaches nothing here; None where no lesson is left.
    """
    rows: list[Features] = []
    every, right = [], []
    for lesson, where in zip(lessons, places, strict=True):
        known, target = len(lesson.case.known), len(lesson.case.target)
        whole = paths(where.tiles, [True] * len(where.tiles), known, target)
        own = paths(where.tiles, possible(lesson, where.tiles), known, target)
        if whole is not None and own is not None:
            every.append((whole, len(where.tiles)))
            right.append((own, len(where.tiles)))
            rows += describe(where.view, where.tiles)
    if not every:
        return None
    names = vocabulary(rows) if names is None else names
    return Problem(names, design(rows, names), lattice(every), lattice(right), len(every))


def log_loss(of: Problem, weights: Floats) -> tuple[float, Floats]:
    """(-log p(right answer), summed over the lessons, in nats; its gradient).

    p is that of Lafferty et al. 2001 over exact tilings; where an answer leaves a part open, all ways to tile that
    part count as right.
    """
    scores = of.matrix @ weights
    totals, use = log_sums(of.every, scores)
    right_totals, right_use = log_sums(of.right, scores)
    return float((totals - right_totals).sum()), of.matrix.T @ (use - right_use)
