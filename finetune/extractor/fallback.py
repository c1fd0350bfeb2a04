"""Whether training is worth it: an inner cross-validation by seed number, against generation 0."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from finetune.extractor.answers import answer
from finetune.extractor.examples import Lesson
from finetune.extractor.settings import Progress, Settings
from finetune.extractor.weights import Weights, untrained
from finetune.records.result import Agreement

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
    tuned_f1 = plain_f1 = Agreement(0, 0, 0)
    for fold in range(_FOLDS):
        held_out = set(numbers[fold::_FOLDS])
        tuned = fit([lesson for lesson in lessons if lesson.case.number not in held_out], [], settings, lambda _: None)
        for lesson in lessons:
            if lesson.case.number in held_out:
                tuned_f1 += agreement(tuned or untrained(), lesson)
                plain_f1 += agreement(untrained(), lesson)
        done((fold + 1) / _FOLDS)
    return tuned_f1.f1 >= plain_f1.f1


def agreement(weights: Weights, lesson: Lesson) -> Agreement:
    """The chunk pairs that these weights find in a lesson, held against its right ones."""
    found = {chunk.tile for chunk in answer(weights, lesson.case)}
    right = {chunk.tile for chunk in lesson.chunks}
    return Agreement(len(found & right), len(found), len(right))
