"""Submits the fine-tuning job, unless the ledger or the provider already has it: the only stage that can cost money."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from finetune.dataset.key import job_spec
from finetune.estimating import within
from finetune.files.params import read_params
from finetune.files.text import read_text
from finetune.files.writing import write_json
from finetune.provenance import used
from finetune.providers import connect
from finetune.records.estimate import Estimate
from finetune.records.job import Taught
from finetune.records.params import Submit
from finetune.reports.money import usd
from finetune.reports.program import note, run, say
from finetune.reports.screen import console
from finetune.starting import TOLD, Sources, assess, begin, check_profile

PARAMS = Path("params.yaml")


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def price(found: Estimate) -> None:
    """Tell what the job and its A/B test may cost; FinetuneError where that is more than params.yaml allows."""
    say(f"price of the job and its A/B test: {usd(found.usd)}")
    if found.uncounted:
        note(f"tokens are estimated, since the provider did not count them: {found.uncounted}")
    within(found)


def sources(args: argparse.Namespace) -> Sources:
    def baseline() -> str:
        return read_text(args.baseline_model_id)

    return Sources(PARAMS, args.courses, args.corrections, args.prompt, baseline, args.store)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.submit", description=__doc__)
    parser.add_argument("--training", type=Path, required=True, help="training file")
    parser.add_argument("--validation", type=Path, required=True, help="validation file")
    parser.add_argument("--provenance", type=Path, required=True, help="where each line comes from")
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
    assessed = lambda: assess(spec, params, sources(args), provider)  # noqa: E731

    def afford(found: Estimate) -> None:
        check_profile(PARAMS, spec.provider, provider)
        price(found)
        files = f"{spec.training.examples} training and {spec.validation.examples} validation examples"
        say(f"uploading: {files}, to {spec.provider}")

    taught = Taught(args.generation, used(args.provenance))
    job, how = begin(spec, args.jobs, provider, taught, now, assessed, afford, note)
    write_json(args.job, job)
    console.print(f"job {job.job_id} ({spec.training.examples} examples, {spec.base_model}): {TOLD[how]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
