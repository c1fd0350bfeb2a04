"""Submits the fine-tuning job, unless the ledger or the provider already has it: the only stage that can cost money."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from finetune.dataset.key import job_spec
from finetune.files.params import read_params
from finetune.files.writing import write_json
from finetune.ledger import Ledger
from finetune.providers import connect
from finetune.records.params import Submit
from finetune.reports.screen import console, run
from finetune.submission import submit_once

TOLD = {
    "submitted": "submitted just now",
    "found": "the provider had it already: nothing was sent",
    "known": "in the ledger already: nothing was sent",
}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.submit", description=__doc__)
    parser.add_argument("--training", type=Path, required=True, help="training file")
    parser.add_argument("--validation", type=Path, required=True, help="validation file")
    parser.add_argument("--jobs", type=Path, required=True, help="folder of the ledger")
    parser.add_argument("--store", type=Path, required=True, help="this machine's own folder")
    parser.add_argument("--models", type=Path, required=True, help="folder of model files")
    parser.add_argument("--job", type=Path, required=True, help="job file to write")
    args = parser.parse_args(argv)
    params = read_params(Path("params.yaml"), "submit", Submit)
    spec = job_spec(
        (str(args.training), args.training.read_bytes()), (str(args.validation), args.validation.read_bytes()), params
    )
    provider = connect(spec.provider, args.store, args.models)
    job, how = submit_once(spec, Ledger(args.jobs), provider, now)
    write_json(args.job, job)
    console.print(f"job {job.job_id} ({spec.training.examples} examples, {spec.base_model}): {TOLD[how]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
