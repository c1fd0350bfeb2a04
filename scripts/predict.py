"""Has the models of both generations answer every seed of the courses."""

import argparse
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from finetune.answering import answer_directly, answer_in_batches
from finetune.answers import Answers
from finetune.batching import Batching
from finetune.errors import FinetuneError, printable, unusable
from finetune.files.jsonl import dump
from finetune.files.params import connection_of, read_params
from finetune.files.text import read_text
from finetune.files.truth import read_truth
from finetune.files.writing import write
from finetune.intents import Intents
from finetune.predicting import Respondent, Sitting
from finetune.providers import AnswersBatches, Provider, connect
from finetune.records.params import Predict, Prepare, Submit
from finetune.records.result import Prediction
from finetune.reports.program import count, note, run, say
from finetune.reports.progress import Steps
from finetune.spending import of_calls, spend
from finetune.tally import Tally

PARAMS = Path("params.yaml")
SIDES = ("baseline", "candidate")


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def answer(
    sittings: Sequence[Sitting],
    sides: Sequence[Respondent],
    provider: Provider,
    params: Predict,
    submit: Submit,
    args: argparse.Namespace,
) -> Counter[str]:
    """Have all courses answered, with progress; how many calls were made, by model."""
    numbers = {side.model: getattr(args, name) for side, name in zip(sides[::-1], SIDES[::-1], strict=True)}

    def book(batch_id: str, model: str, calls: Tally) -> None:
        line = of_calls(calls, model, submit.provider, submit.prices, now(), numbers.get(model), batch_id)
        spend(args.jobs, line)

    intents = Intents(args.store / "batches")
    with Steps("answers", sum(len(one.course) * params.samples * len(sides) for one in sittings)) as steps:
        done = lambda one: steps.advance(f"{one.course} {one.seed_id}")  # noqa: E731
        if params.mode == "batch" and isinstance(provider, AnswersBatches):
            batching = Batching(submit.provider, provider, intents, sides[0].answers, now, book, note, steps.show)
            with intents.lock(note):
                answer_in_batches(sittings, sides, batching, params.most_failed, done)
            return batching.asked
        for batch in intents.all(submit.provider):
            note(f"what was asked at {batch.intended_at} in a batch is asked again; `predict.mode: batch` takes it up")
        try:
            answer_directly(sittings, provider.answers_at_once, done)
        finally:  # also what was asked before Ctrl-C, or before a call ended the run
            for side in sides:
                side.tally.give_up()
                if side.tally.asked:
                    book("", side.model, side.tally)
    return sum((Counter({side.model: side.tally.asked}) for side in sides), Counter())


def tell(side: Respondent, predictions: Sequence[Prediction], asked: int, most_failed: float) -> None:
    """Say what was answered; FinetuneError where more calls failed than may be left out of a comparison."""
    failed = [prediction for prediction in predictions if prediction.failed]
    unparsed = sum(prediction.breakdown is None for prediction in predictions) - len(failed)
    kept = len(predictions) - asked
    told = f"{side.model}: {count(len(predictions), 'answer')} ({kept} kept from before), {unparsed} that do not parse"
    say(f"{told}, {count(len(failed), 'failed call')}")
    for prediction in failed[:3]:
        said = printable(f"{prediction.course} {prediction.seed_id}: {prediction.failed}")
        say(f"  failed: {said}")
    if failed:
        say("  `dvc repro --force --single-item predict` asks those again, and what builds on them")
    if len(failed) > most_failed * len(predictions):
        raise FinetuneError(
            side.model,
            f"{len(failed)} of {len(predictions)} calls failed ({failed[0].failed})",
            "run `make finetune` again: what was answered is kept; predict.most_failed is how many may be missing",
        )


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
    params = read_params(PARAMS, "predict", Predict)
    submit = read_params(PARAMS, "submit", Submit)
    provider = connect(submit.provider, args.store, args.models, connection_of(submit.provider), note)
    if params.mode == "batch" and not isinstance(provider, AnswersBatches):
        raise unusable("params.yaml: predict.mode", f"{submit.provider} answers no batches", "write `mode: direct`")
    truth = read_truth(args.courses, args.corrections, read_params(PARAMS, "prepare", Prepare).conflicts)
    courses, truths = truth.generated, truth.courses if params.claims == "corrected" else {}
    system, answers = read_text(args.prompt), Answers(args.store / "answers.sqlite")
    models = [read_text(getattr(args, f"{side}_model_id")) for side in SIDES]
    sides = [Respondent(provider, model, system, answers) for model in models]
    sittings = [Sitting(course, truths.get(name), sides, params.samples) for name, course in courses.items()]
    try:
        asked = answer(sittings, sides, provider, params, submit, args)
    finally:
        answers.close()
    predictions = [[one for sitting in sittings for one in sitting.predictions[at]] for at in range(len(SIDES))]
    for respondent, of_side in zip(sides, predictions, strict=True):
        tell(respondent, of_side, asked.pop(respondent.model, 0), params.most_failed)
    for name, of_side in zip(SIDES, predictions, strict=True):
        write(getattr(args, f"{name}_predictions"), "".join(map(dump, of_side)))
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
