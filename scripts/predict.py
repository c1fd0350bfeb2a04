"""Has a model answer every seed of the courses."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from finetune.answers import Answers
from finetune.dataset.corrected import correct
from finetune.files.corrections import read_corrections
from finetune.files.courses import read_courses
from finetune.files.jsonl import dump
from finetune.files.params import read_params
from finetune.files.text import read_text
from finetune.files.writing import write
from finetune.predicting import Respondent, predict_course
from finetune.providers import connect
from finetune.records.params import Predict, Submit
from finetune.reports.progress import Steps
from finetune.reports.screen import console, count, run


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.predict", description=__doc__)
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--prompt", type=Path, required=True, help="the system prompt")
    parser.add_argument("--model-id", type=Path, required=True, help="file with the model's id")
    parser.add_argument("--store", type=Path, required=True, help="this machine's own folder")
    parser.add_argument("--models", type=Path, required=True, help="folder of model files")
    parser.add_argument("--predictions", type=Path, required=True, help="predictions file to write")
    args = parser.parse_args(argv)
    params = read_params(Path("params.yaml"), "predict", Predict)
    provider = connect(read_params(Path("params.yaml"), "submit", Submit).provider, args.store, args.models)
    courses = read_courses(args.courses)
    truths = correct(courses, read_corrections(args.corrections)) if params.claims == "corrected" else {}
    answers = Answers(args.store / "answers.sqlite")
    respondent = Respondent(provider, read_text(args.model_id), read_text(args.prompt), answers)
    total = sum(map(len, courses.values()))
    predictions = []
    with Steps(f"{respondent.model} answers", total) as steps:
        for name, course in courses.items():
            done = lambda seed: steps.advance(f"{seed.course} {seed.seed_id}")  # noqa: E731
            predictions += predict_course(course, truths.get(name), respondent, done)
    answers.close()
    write(args.predictions, "".join(map(dump, predictions)))
    unparsed = sum(prediction.breakdown is None for prediction in predictions)
    kept = total - respondent.asked
    console.print(f"{count(total, 'answer')} ({kept} kept from before), {unparsed} that do not parse")
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
