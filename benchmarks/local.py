"""Measures the structured extractor by 5-fold cross-validation over seed numbers, with its learning curve."""

import random
import statistics
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import msgspec
from rich.table import Table

from finetune import extractor
from finetune.dataset.corrected import correct
from finetune.dataset.examples import answer_text, read_answer, user_text
from finetune.files.corrections import read_corrections
from finetune.files.courses import read_courses
from finetune.files.dvc import read_paths
from finetune.files.params import read_params
from finetune.lego.claims import Claims, bearing, claim
from finetune.lego.tokens import normalise
from finetune.records.course import Breakdown, Courses, Seed
from finetune.records.params import Prepare, Submit
from finetune.records.result import Agreement
from finetune.reports.program import run
from finetune.reports.screen import console

FOLDS = 5
SHARES = (0.25, 0.5, 1.0)
PARAMS = Path("params.yaml")

Pairs = set[tuple[str, str]]


class Score:
    """Chunk pairs answered, right and both, per course and over those `in_all`."""

    def __init__(self, in_all: Collection[str]) -> None:
        self.in_all = in_all
        self.found: dict[str, Agreement] = {}

    def add(self, course: str, answered: Pairs, right: Pairs) -> None:
        here = Agreement(len(answered & right), len(answered), len(right))
        for name in (course, "all") if course in self.in_all else (course,):
            self.found[name] = self.found.get(name, Agreement(0, 0, 0)) + here

    def f1(self, name: str) -> str:
        """Micro F1 of exact chunk pairs."""
        return f"{self.found[name].f1:.3f}"


def examples(courses: Courses, numbers: set[int], claiming: set[int]) -> list[tuple[str, extractor.Example]]:
    """(course, example) of the seeds with these numbers; earlier seeds with a number in `claiming` make the claims."""
    made = []
    for course, seeds in courses.items():
        claims = Claims()
        for seed in seeds:
            if seed.number in numbers:
                made.append((course, example(seed, claims)))
            if seed.number in claiming:
                claim(claims, seed)
    return made


def example(seed: Seed, claims: Claims) -> extractor.Example:
    return extractor.Example("", user_text(seed, bearing(claims, seed.known)), answer_text(seed.breakdown))


def pairs(breakdown: Breakdown) -> Pairs:
    return {(normalise(lego.target_chunk), normalise(lego.known_chunk)) for lego in breakdown.lego_pairs}


def answer(weights: extractor.Weights, asked: Iterable[tuple[str, extractor.Example]], score: Score) -> list[float]:
    """Score the answers to examples; the milliseconds that each took."""
    taken = []
    for course, one in asked:
        begun = time.perf_counter()
        text = extractor.complete(weights, one.user)
        taken.append(1000 * (time.perf_counter() - begun))
        score.add(course, pairs(read_answer(text)), pairs(read_answer(one.assistant)))
    return taken


def train(courses: Courses, numbers: list[int], settings: extractor.Settings) -> tuple[extractor.Weights, float]:
    """The weights trained on the seeds with these numbers, and the seconds that it took."""
    taught = [one for _, one in examples(courses, set(numbers), set(numbers))]
    begun = time.perf_counter()
    weights = extractor.train(taught, [], settings, lambda _: None)
    return weights, time.perf_counter() - begun


def main(argv: Sequence[str]) -> int:
    paths, never_trained = read_paths(), read_params(PARAMS, "prepare", Prepare).never_trained
    settings = msgspec.convert(read_params(PARAMS, "submit", Submit).hyperparameters, extractor.Settings, strict=False)
    courses = correct(read_courses(paths.courses), read_corrections(paths.corrections))
    trained = {course: seeds for course, seeds in courses.items() if course not in never_trained}
    numbers = sorted({seed.number for seeds in trained.values() for seed in seeds})
    base, tuned = Score(trained), {share: Score(trained) for share in SHARES}
    seconds, milliseconds, fell_back = [], [], Counter[float]()
    for fold in range(FOLDS):
        held_out = set(numbers[fold::FOLDS])
        rest = [number for number in numbers if number not in held_out]
        random.Random(fold).shuffle(rest)  # noqa: S311
        asked = examples(courses, held_out, set(numbers))
        answer(extractor.untrained(), asked, base)
        for share in SHARES:
            weights, took = train(trained, rest[: round(share * len(rest))], settings)
            fell_back[share] += weights.fell_back
            taken = answer(weights, asked, tuned[share])
            if share == 1.0:
                seconds.append(took)
                milliseconds += taken
    shown = Table(title=f"F1 of exact chunk pairs, {FOLDS}-fold cross-validation over {len(numbers)} seed numbers")
    for name in ("course", "base", *(f"{share:.0%} of the seeds" for share in SHARES)):
        shown.add_column(name)
    for course in (*trained, "all", *never_trained):
        shown.add_row(course, base.f1(course), *(tuned[share].f1(course) for share in SHARES))
    shown.add_row("fell back", "", *(f"{fell_back[share]} of {FOLDS}" for share in SHARES))
    console.print(shown)
    console.print(
        f"training: {statistics.median(seconds):.1f} s on all seeds of a fold, median, its own check included"
    )
    console.print(f"answer: {statistics.median(milliseconds):.1f} ms median, {max(milliseconds):.1f} ms at most")
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
