"""Whether training is worth it: an inner cross-validation by seed number, against generation 0."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from finetune.extractor.answers import setting, solve
from finetune.extractor.examples import Lesson, Tile
from finetune.extractor.lexicon import Lexicon
from finetune.extractor.settings import Progress, Settings
from finetune.extractor.weights import Weights, untrained

Fit = Callable[[Sequence[Lesson], Sequence[Lesson], Settings, Callable[[Progress], None]], Weights | None]

_FOLDS = 3
_FEWEST_NUMBERS = 4


def worth_it(lessons: Sequence[Lesson], settings: Settings, done: Callable[[float], None], fit: Fit) -> bool:
    """Whether weights of `fit` find the right chunk pairs of unseen seed numbers at least as well as generation 0.

    By the F1 of exact chunk pairs over 3 folds. False where there are fewer than 4 seed numbers. `done` is told which
    part of the work is done.
    """
    numbers = sorted({lesson.case.number for lesson in lessons})
    if len(numbers) < _FEWEST_NUMBERS:
        return False
    random.Random(settings.seed).shuffle(numbers)  # noqa: S311
    tuned_f1, plain_f1 = Counts(), Counts()
    for fold in range(_FOLDS):
        held_out = set(numbers[fold::_FOLDS])
        tuned = fit([lesson for lesson in lessons if lesson.case.number not in held_out], [], settings, lambda _: None)
        for lesson in lessons:
            if lesson.case.number in held_out:
                tuned_f1.add(tuned or untrained(), lesson)
                plain_f1.add(untrained(), lesson)
        done((fold + 1) / _FOLDS)
    return tuned_f1.f1 >= plain_f1.f1


class Counts:
    """Chunk pairs found, right and both, over lessons."""

    def __init__(self) -> None:
        self.found = self.right = self.both = 0

    def add(self, weights: Weights, lesson: Lesson) -> None:
        lexicon = weights.lexicons.get(lesson.case.language, Lexicon())
        found: set[Tile] = {chunk.tile for chunk in solve(weights, setting(lesson.case, lexicon))}
        right = {chunk.tile for chunk in lesson.chunks}
        self.found, self.right, self.both = (
            self.found + len(found),
            self.right + len(right),
            self.both + len(found & right),
        )

    @property
    def f1(self) -> float:
        """Micro F1, between 0 and 1."""
        return 2 * self.both / (self.found + self.right) if self.found + self.right else 0.0
