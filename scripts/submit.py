"""Submits the fine-tuning job, unless the ledger or the provider already has it: the only stage that can cost money."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from finetune.answers import Answers
from finetune.dataset.key import job_spec
from finetune.estimating import Known, estimate, within
from finetune.files.chats import read_chats
from finetune.files.params import read_params
from finetune.files.text import read_text
from finetune.files.truth import read_truth
from finetune.files.writing import write_json
from finetune.ledger import Ledger
from finetune.providers import Provider, connect
from finetune.records.estimate import Estimate
from finetune.records.job import JobSpec
from finetune.records.params import Predict, Prepare, Submit
from finetune.records.upcoming import Upcoming
from finetune.reports.money import usd
from finetune.reports.screen import console, run
from finetune.spending import has_line, of_job, spend
from finetune.submission import submit_once

PARAMS = Path("params.yaml")

TOLD = {
    "submitted": "submitted just now",
    "found": "the provider had it already: nothing was sent",
    "known": "in the ledger already: nothing was sent",
}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def note(text: str) -> None:
    console.print(f"note: {text}", markup=False)


def price(args: argparse.Namespace, spec: JobSpec, params: Submit, provider: Provider) -> Estimate:
    """What the job and its A/B test may cost, told; FinetuneError where that is more than params.yaml allows."""
    found = assess(args, spec, params, provider)
    console.print(f"price of the job and its A/B test: {usd(found.usd)}", markup=False)
    within(found)
    return found


def assess(args: argparse.Namespace, spec: JobSpec, params: Submit, provider: Provider) -> Estimate:
    training, validation = ([line.value for line in read_chats(path)] for path in (args.training, args.validation))
    truth = read_truth(args.courses, args.corrections, read_params(PARAMS, "prepare", Prepare).conflicts)
    job = Upcoming(spec, training, validation, truth.courses, read_text(args.prompt))
    answers = Answers.copy(args.store / "answers.sqlite")
    known = Known(False, read_text(args.baseline_model_id), None, answers, call_seconds=None)
    return estimate(job, params, read_params(PARAMS, "predict", Predict), known, provider)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.submit", description=__doc__)
    parser.add_argument("--training", type=Path, required=True, help="training file")
    parser.add_argument("--validation", type=Path, required=True, help="validation file")
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--prompt", type=Path, required=True, help="the system prompt")
    parser.add_argument("--baseline-model-id", type=Path, required=True, help="file with the baseline's model id")
    parser.add_argument("--generation", type=int, required=True, help="the generation that is made")
    parser.add_argument("--jobs", type=Path, required=True, help="folder of the ledger and of the spending")
    parser.add_argument("--store", type=Path, required=True, help="this machine's own folder")
    parser.add_argument("--models", type=Path, required=True, help="folder of model files")
    parser.add_argument("--job", type=Path, required=True, help="job file to write")
    args = parser.parse_args(argv)
    params = read_params(PARAMS, "submit", Submit)
    spec = job_spec(
        (str(args.training), args.training.read_bytes()), (str(args.validation), args.validation.read_bytes()), params
    )
    provider = connect(spec.provider, args.store, args.models, params.asking.connection, note)
    priced: list[Estimate] = []
    job, how = submit_once(
        spec, Ledger(args.jobs), provider, now, lambda: priced.append(price(args, spec, params, provider)), note
    )
    if not has_line(args.jobs, spec):  # a run that was cut off before it wrote it down is made up for
        found = priced[0] if priced else assess(args, spec, params, provider)
        spend(args.jobs, of_job(spec, found.training, now(), args.generation))
    write_json(args.job, job)
    console.print(f"job {job.job_id} ({spec.training.examples} examples, {spec.base_model}): {TOLD[how]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
