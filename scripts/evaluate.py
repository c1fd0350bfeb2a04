"""Scores both generations' answers and compares them."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from finetune.dataset.corrected import correct
from finetune.dataset.examples import read_prompt
from finetune.errors import unusable
from finetune.files.corrections import read_corrections
from finetune.files.courses import read_courses
from finetune.files.jsonl import read_records
from finetune.files.params import read_params
from finetune.files.writing import write_json
from finetune.records.course import Courses
from finetune.records.dataset import Example
from finetune.records.params import Evaluate
from finetune.records.result import Prediction, Results
from finetune.reports.comparison import compare, metrics, table
from finetune.reports.screen import console, run
from finetune.statistics.results import Trained, results


def read_trained(path: Path) -> Trained:
    """The seeds that were trained on, as the training file itself has them."""
    prompts = [read_prompt(line.value.messages[0].content) for line in read_records(path, Example)]
    return frozenset((prompt.course, prompt.seed_id) for prompt in prompts)


def score(path: Path, generation: int, truth: Courses, trained: Trained, decimals: int) -> Results:
    """The results of one predictions file, which has one answer for each seed of the courses."""
    predictions = [line.value for line in read_records(path, Prediction)]
    wanted = {(name, seed.seed_id) for name, seeds in truth.items() for seed in seeds}
    if wanted != {(prediction.course, prediction.seed_id) for prediction in predictions}:
        raise unusable(str(path), "its answers are not those of the courses", "run `dvc repro predict`")
    return results(generation, predictions[0].model, truth, predictions, trained, decimals)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.evaluate", description=__doc__)
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--training", type=Path, required=True, help="the file that was trained on")
    for side in ("baseline", "candidate"):
        parser.add_argument(f"--{side}", type=int, required=True, help=f"the {side}'s generation")
        parser.add_argument(f"--{side}-predictions", type=Path, required=True, help=f"the {side}'s answers")
        parser.add_argument(f"--{side}-results", type=Path, required=True, help=f"the {side}'s results, to write")
    parser.add_argument("--comparison", type=Path, required=True, help="comparison to write")
    parser.add_argument("--metrics", type=Path, required=True, help="metrics file to write")
    args = parser.parse_args(argv)
    params = read_params(Path("params.yaml"), "evaluate", Evaluate)
    truth = correct(read_courses(args.courses), read_corrections(args.corrections))
    trained = read_trained(args.training)
    baseline = score(args.baseline_predictions, args.baseline, truth, trained, params.decimals)
    candidate = score(args.candidate_predictions, args.candidate, truth, trained, params.decimals)
    write_json(args.baseline_results, baseline)
    write_json(args.candidate_results, candidate)
    write_json(args.comparison, compare(baseline, candidate, params.decimals))
    write_json(args.metrics, metrics(candidate))
    if missing := candidate.overall_metrics["without_truth"]:
        console.print(f"not scored: {missing:.0f} seeds whose truth still breaks a law", markup=False)
    console.print(table(baseline, candidate))
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
