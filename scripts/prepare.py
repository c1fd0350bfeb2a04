"""Turns courses and corrections into training and validation examples."""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from finetune.dataset.build import Dataset, build
from finetune.dataset.corrected import correct
from finetune.errors import unusable
from finetune.files.corrections import read_folder
from finetune.files.courses import read_courses
from finetune.files.jsonl import dump
from finetune.files.params import read_params
from finetune.files.text import read_text
from finetune.files.writing import write, write_json
from finetune.records.course import Courses
from finetune.records.params import Prepare
from finetune.records.review import Read
from finetune.reports.screen import console, count, run


def metrics(courses: Courses, read: Read, dataset: Dataset) -> dict[str, object]:
    """Every seed and every correction that came in, by what became of it, and the corrections by error type."""
    return {
        "seeds": sum(map(len, courses.values())),
        "training": len(dataset.examples["training"]),
        "validation": len(dataset.examples["validation"]),
        "left_out": len(dataset.left_out),
        "raw_corrections": read.raw,
        "corrections": len(read.corrections),
        "corrections_by_type": dict(sorted(Counter(line.value.error_type for line in read.corrections).items())),
        "left_out_corrections": dict(sorted(Counter(left.reason for left in read.left_out).items())),
    }


def tell(numbers: dict[str, object], read: Read, dataset: Dataset) -> None:
    """Say what came in, what goes on, and what was left out and why."""
    console.print(
        f"{numbers['seeds']} seeds, {numbers['corrections']} corrections → "
        f"{numbers['training']} training and {numbers['validation']} validation examples"
    )
    for (course, reason), number in Counter((left.course, left.reason) for left in dataset.left_out).items():
        seeds = [left.seed_id for left in dataset.left_out if (left.course, left.reason) == (course, reason)]
        console.print(
            f"  left out: {course} {seeds[0] if number == 1 else count(number, 'seed')}: {reason}", markup=False
        )
    for reason, number in sorted(Counter(left.reason for left in read.left_out).items()):
        first = next(left.where for left in read.left_out if left.reason == reason)
        others = f", and {number - 1} more" if number > 1 else ""
        console.print(f"  no correction: {first}{others}: {reason}", markup=False)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.prepare", description=__doc__)
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--prompt", type=Path, required=True, help="the system prompt")
    parser.add_argument("--training", type=Path, required=True, help="training file to write")
    parser.add_argument("--validation", type=Path, required=True, help="validation file to write")
    parser.add_argument("--metrics", type=Path, required=True, help="metrics file to write")
    args = parser.parse_args(argv)
    params = read_params(Path("params.yaml"), "prepare", Prepare)
    courses, read = read_courses(args.courses), read_folder(args.corrections)
    if unknown := sorted(set(params.never_trained) - set(courses)):
        raise unusable("params.yaml: prepare.never_trained", f"no course {unknown[0]}", f"known: {', '.join(courses)}")
    dataset = build(correct(courses, read.corrections), read_text(args.prompt), params)
    write(args.training, "".join(map(dump, dataset.examples["training"])))
    write(args.validation, "".join(map(dump, dataset.examples["validation"])))
    numbers = metrics(courses, read, dataset)
    write_json(args.metrics, numbers)
    tell(numbers, read, dataset)
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
