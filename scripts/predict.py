"""Has the models of both generations answer every seed of the courses."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from finetune.answers import Answers
from finetune.errors import FinetuneError
from finetune.files.jsonl import dump
from finetune.files.params import connection_of, read_params
from finetune.files.text import read_text
from finetune.files.truth import read_truth
from finetune.files.writing import write
from finetune.predicting import Respondent, predict_course
from finetune.providers import connect
from finetune.records.course import Courses
from finetune.records.params import Predict, Prepare, Submit
from finetune.records.result import Prediction
from finetune.reports.progress import Steps
from finetune.reports.screen import console, count, run
from finetune.spending import of_calls, spend

SIDES = ("baseline", "candidate")


def predict(courses: Courses, truths: Courses, sides: Sequence[Respondent], samples: int) -> list[list[Prediction]]:
    """Each side's predictions of all courses, with progress."""
    predictions: list[list[Prediction]] = [[] for _ in sides]
    with Steps("answers", sum(map(len, courses.values())) * samples * len(sides)) as steps:
        for name, course in courses.items():
            done = lambda one: steps.advance(f"{one.course} {one.seed_id}")  # noqa: E731
            for all_of_it, more in zip(
                predictions, predict_course(course, truths.get(name), sides, samples, done), strict=True
            ):
                all_of_it += more
    return predictions


def tell(side: Respondent, predictions: Sequence[Prediction], most_failed: float) -> None:
    """Say what was answered; FinetuneError where more calls failed than may be left out of a comparison."""
    failed = [prediction for prediction in predictions if prediction.failed]
    unparsed = sum(prediction.breakdown is None for prediction in predictions) - len(failed)
    kept = len(predictions) - side.asked
    told = f"{side.model}: {count(len(predictions), 'answer')} ({kept} kept from before), {unparsed} that do not parse"
    console.print(f"{told}, {count(len(failed), 'failed call')}", markup=False)
    for prediction in failed[:3]:
        console.print(f"  failed: {prediction.course} {prediction.seed_id}: {prediction.failed}", markup=False)
    if failed:
        console.print(
            "  `dvc repro --force --single-item predict` asks those again, and what builds on them", markup=False
        )
    if len(failed) > most_failed * len(predictions):
        raise FinetuneError(
            side.model,
            f"{len(failed)} of {len(predictions)} calls failed ({failed[0].failed})",
            "run `make finetune` again: what was answered is kept; predict.most_failed is how many may be missing",
        )


def write_down(sides: Sequence[Respondent], params: Submit, args: argparse.Namespace) -> None:
    """A line of the spending for each side that was asked anything."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    for side, name in zip(sides, SIDES, strict=True):
        if side.asked:
            spend(args.jobs, of_calls(side, params.provider, params.prices, at, getattr(args, name)))


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.predict", description=__doc__)
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--prompt", type=Path, required=True, help="the system prompt")
    parser.add_argument("--store", type=Path, required=True, help="this machine's own folder")
    parser.add_argument("--models", type=Path, required=True, help="folder of model files")
    parser.add_argument("--jobs", type=Path, required=True, help="folder of the ledger and of the spending")
    for side in SIDES:
        parser.add_argument(f"--{side}", type=int, required=True, help=f"the {side}'s generation")
        parser.add_argument(f"--{side}-model-id", type=Path, required=True, help=f"file with the {side}'s model id")
        parser.add_argument(f"--{side}-predictions", type=Path, required=True, help=f"the {side}'s answers, to write")
    args = parser.parse_args(argv)
    params = read_params(Path("params.yaml"), "predict", Predict)
    submit = read_params(Path("params.yaml"), "submit", Submit)
    provider = connect(submit.provider, args.store, args.models, connection_of(submit.provider))
    truth = read_truth(args.courses, args.corrections, read_params(Path("params.yaml"), "prepare", Prepare).conflicts)
    courses, truths = truth.generated, truth.courses if params.claims == "corrected" else {}
    system, answers = read_text(args.prompt), Answers(args.store / "answers.sqlite")
    models = [read_text(getattr(args, f"{side}_model_id")) for side in SIDES]
    sides = [Respondent(provider, model, system, answers) for model in models]
    try:
        predictions = predict(courses, truths, sides, params.samples)
    finally:
        write_down(sides, submit, args)  # also what was asked before Ctrl-C, or before a call ended the run
        answers.close()
    for respondent, of_side in zip(sides, predictions, strict=True):
        tell(respondent, of_side, params.most_failed)
    for name, of_side in zip(SIDES, predictions, strict=True):
        write(getattr(args, f"{name}_predictions"), "".join(map(dump, of_side)))
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
