"""Reads a generation's predictions, and holds them against the courses that were asked."""

from collections import Counter
from pathlib import Path

from finetune.errors import unusable
from finetune.files.jsonl import read_records
from finetune.records.course import Courses
from finetune.records.result import Prediction


def read_answers(path: Path, truth: Courses) -> list[Prediction]:
    """One model's answers: each seed of the courses once in each of the samples 1, 2…"""
    lines = read_records(path, Prediction)
    check_answers(str(path), [line.value for line in lines], truth)
    return [line.value for line in lines]


def check_answers(where: str, predictions: list[Prediction], truth: Courses) -> None:
    """Refuse what is no complete set of one model's answers to these courses, and say what is missing or too much."""
    fix = "run `dvc repro predict`"
    if not predictions:
        raise unusable(where, "no answers", fix)
    if len(models := sorted({one.model for one in predictions})) > 1:
        raise unusable(where, f"the answers of several models ({', '.join(models)})", fix)
    samples = range(1, max(one.sample for one in predictions) + 1)
    wanted = {(name, seed.seed_id, sample) for name, seeds in truth.items() for seed in seeds for sample in samples}
    given = Counter((one.course, one.seed_id, one.sample) for one in predictions)
    for what, places in (
        ("missing", wanted - set(given)),
        ("of no course", set(given) - wanted),
        ("twice", {place for place, times in given.items() if times > 1}),
    ):
        if places:
            first = "{} {} (sample {})".format(*min(places))
            said = f"its answers are not those of the courses: {len(places)} {what}, the first {first}"
            raise unusable(where, said, fix)
