"""Training: the weights of tiles by epochs, those of types and parts, and the check that training was worth it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from finetune.extractor.answers import Setting
from finetune.extractor.examples import Example, Lesson, read_lesson
from finetune.extractor.fallback import worth_it
from finetune.extractor.features import Features
from finetune.extractor.lessons import cross_fitted, lexicons, taught_setting
from finetune.extractor.likelihood import Problem, log_loss, problem
from finetune.extractor.logistic import Floats, fit_logistic, minimise, named
from finetune.extractor.parts import composite_features, part_candidates, part_features
from finetune.extractor.settings import Progress, Settings
from finetune.extractor.weights import Weights, rounded, untrained

Report = Callable[[Progress], None]

_STEPS_PER_EPOCH = 4
_PARTS_STEPS = 200
_TRAINING_SHARE = 40.0


def train(examples: Sequence[Example], validation: Sequence[Example], settings: Settings, report: Report) -> Weights:
    """Weights learned from `examples`, or those of generation 0 where learning does no better (`fell_back`).

    An epoch is 4 steps of L-BFGS from where the last one stopped. Each is reported with its log-loss per example, in
    nats, of the right tiling among all tilings; `validation` only serves the curve. Raises FinetuneError on an
    example of another schema.
    """
    lessons = [read_lesson(example, f"training example {at}") for at, example in enumerate(examples, 1)]
    held_out = [read_lesson(example, f"validation example {at}") for at, example in enumerate(validation, 1)]
    tuned = fit(lessons, held_out, settings, report)
    if tuned is not None and worth_it(lessons, settings, _evaluation(settings, report), fit):
        return tuned
    return msgspec.structs.replace(rounded(untrained()), fell_back=True)


def fit(lessons: Sequence[Lesson], held_out: Sequence[Lesson], settings: Settings, report: Report) -> Weights | None:
    """Weights learned from lessons; None where no lesson can be learned from."""
    places = cross_fitted(lessons)
    learned = lexicons(lessons)
    task = problem(lessons, places)
    if task is None:
        return None
    curve = problem(held_out, [taught_setting(lesson, learned) for lesson in held_out], task.names)
    composite, feeders = _fit_types(lessons, places, settings), _fit_parts(lessons, places, settings)
    unseen = {name: weight for name, weight in untrained().tiles.items() if name not in task.names}
    tiles = unseen | named(task.names, _fit_tiles(task, curve, settings, report))
    return rounded(Weights(tiles, composite, feeders, learned, trained=True))


def _fit_tiles(task: Problem, curve: Problem | None, settings: Settings, report: Report) -> Floats:
    """Weights of `task.names`; the penalty is on what they differ from those of generation 0."""
    import numpy as np

    base = untrained().tiles
    before = np.array([base.get(name, 0.0) for name in task.names])

    def objective(weights: Floats) -> tuple[float, Floats]:
        loss, gradient = log_loss(task, weights)
        change = weights - before
        penalty = settings.regularisation / 2 * float((change**2).sum())
        return loss + penalty, gradient + settings.regularisation * change

    weights = before
    for epoch in range(1, settings.epochs + 1):
        weights = minimise(objective, weights, _STEPS_PER_EPOCH)
        loss = log_loss(task, weights)[0] / task.lessons
        validation_loss = log_loss(curve, weights)[0] / curve.lessons if curve else None
        report(Progress("training", _TRAINING_SHARE * epoch / settings.epochs, epoch, loss, validation_loss))
    return weights


def _fit_types(lessons: Sequence[Lesson], places: Sequence[Setting], settings: Settings) -> dict[str, float]:
    rows: list[Features] = []
    right: list[bool] = []
    for lesson, where in zip(lessons, places, strict=True):
        for chunk in lesson.chunks:
            rows.append(composite_features(where.view, chunk.tile))
            right.append(chunk.composite)
    return fit_logistic(rows, right, settings.regularisation, _PARTS_STEPS)


def _fit_parts(lessons: Sequence[Lesson], places: Sequence[Setting], settings: Settings) -> dict[str, float]:
    rows: list[Features] = []
    right: list[bool] = []
    for lesson, where in zip(lessons, places, strict=True):
        for chunk in lesson.chunks:
            parts = part_candidates(where.tiles, chunk.tile) if chunk.composite else []
            rows += part_features(where.view, chunk.tile, parts)
            right += [part in chunk.feeders for part in parts]
    return fit_logistic(rows, right, settings.regularisation, _PARTS_STEPS)


def _evaluation(settings: Settings, report: Report) -> Callable[[float], None]:
    """Reports how far the inner cross-validation is, from 0 to 1."""
    share = 100.0 - _TRAINING_SHARE
    return lambda done: report(Progress("evaluation", _TRAINING_SHARE + share * done, settings.epochs, None, None))
