"""Turns courses and corrections into training and validation examples."""

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from finetune.dataset.build import Dataset, build
from finetune.errors import unusable
from finetune.files.jsonl import dump
from finetune.files.params import read_params
from finetune.files.text import read_text
from finetune.files.truth import Truth, read_truth
from finetune.files.writing import write, write_json
from finetune.records.params import Prepare
from finetune.reports.screen import console, count, run


def metrics(truth: Truth, dataset: Dataset) -> dict[str, object]:
    """Every seed and every correction that came in, by what became of it, and the corrections by error type.

    seeds = training + validation + left_out; raw_corrections = corrections + left_out_corrections.
    """
    left_out = unused(truth)
    used = [one for one in truth.corrections if one.id not in {name for names in left_out.values() for name in names}]
    return {
        "seeds": sum(map(len, truth.courses.values())),
        "training": len(dataset.examples["training"]),
        "validation": len(dataset.examples["validation"]),
        "left_out": len(dataset.left_out),
        "raw_corrections": truth.read.raw,
        "corrections": len(used),
        "corrections_by_type": dict(sorted(Counter(one.error_type for one in used).items())),
        "left_out_corrections": {reason: len(names) for reason, names in sorted(left_out.items())},
        "reversals": len(truth.corrected.reversals),
        "preferences": {side: len(lines) for side, lines in dataset.preferences.items()},
        "preferences_dropped": dataset.dropped,
    }


def unused(truth: Truth) -> dict[str, list[str]]:
    """Why corrections count for nothing -> which: their ids, or the places of what is no correction."""
    found: dict[str, list[str]] = defaultdict(list)
    for left in truth.read.left_out:
        found[left.reason].append(left.where)
    for name in truth.read.retracted:
        found["retracted"].append(name)
    for one in truth.corrected.overruled:
        found["overruled by another correction of the seed (prepare.conflicts)"].append(one.id)
    for ones in truth.corrected.disputed.values():
        found["corrections of the seed disagree (prepare.conflicts)"] += [one.id for one in ones]
    return dict(found)


def tell(numbers: dict[str, object], truth: Truth, dataset: Dataset) -> None:
    """Say what came in, what goes on, and what was left out and why."""
    console.print(
        f"{numbers['seeds']} seeds, {numbers['corrections']} corrections → "
        f"{numbers['training']} training and {numbers['validation']} validation examples"
    )
    pairs = {side: len(lines) for side, lines in dataset.preferences.items()}
    if any(pairs.values()):
        said = f"{pairs['training']} training and {pairs['validation']} validation lines of preferences"
        console.print(f"  {said}, {count(dataset.dropped, 'pair')} dropped: nothing but space between the answers")
    for (course, reason), number in Counter((left.course, left.reason) for left in dataset.left_out).items():
        seeds = [left.seed_id for left in dataset.left_out if (left.course, left.reason) == (course, reason)]
        console.print(
            f"  left out: {course} {seeds[0] if number == 1 else count(number, 'seed')}: {reason}", markup=False
        )
    for reason, names in sorted(unused(truth).items()):
        others = f", and {len(names) - 1} more" if len(names) > 1 else ""
        console.print(f"  unused: {names[0]}{others}: {reason}", markup=False)
    for reversal in truth.corrected.reversals:
        console.print(f"  {reversal}", markup=False)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.prepare", description=__doc__)
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--prompt", type=Path, required=True, help="the system prompt")
    parser.add_argument("--training", type=Path, required=True, help="training file to write")
    parser.add_argument("--validation", type=Path, required=True, help="validation file to write")
    for side in ("training", "validation"):
        parser.add_argument(f"--{side}-preferences", type=Path, required=True, help="preference pairs, to write")
    parser.add_argument("--provenance", type=Path, required=True, help="where each line comes from, to write")
    parser.add_argument("--metrics", type=Path, required=True, help="metrics file to write")
    args = parser.parse_args(argv)
    params = read_params(Path("params.yaml"), "prepare", Prepare)
    truth = read_truth(args.courses, args.corrections, params.conflicts)
    courses = truth.courses
    if unknown := sorted(set(params.never_trained) - set(courses)):
        raise unusable("params.yaml: prepare.never_trained", f"no course {unknown[0]}", f"known: {', '.join(courses)}")
    dataset = build(truth.corrected, read_text(args.prompt), params)
    write(args.training, b"".join(dataset.lines["training"]))
    write(args.validation, b"".join(dataset.lines["validation"]))
    write(args.training_preferences, b"".join(dataset.preferences["training"]))
    write(args.validation_preferences, b"".join(dataset.preferences["validation"]))
    lines = (*dataset.provenance["training"], *dataset.provenance["validation"])
    write(args.provenance, "".join(map(dump, lines)))
    numbers = metrics(truth, dataset)
    write_json(args.metrics, numbers)
    tell(numbers, truth, dataset)
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
