"""Record the model that a person had trained in a console, or that the provider does not name, and go on."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from finetune.commands import make
from finetune.files.dvc import read_paths
from finetune.files.params import check_params
from finetune.files.record import read_record
from finetune.ledger import Ledger
from finetune.providers import connect_in
from finetune.recording import record
from finetune.records.job import Job, Told
from finetune.reports.program import note, say


def main(argv: Sequence[str]) -> int:
    """Exit code 2 for an id that is not taken: nothing is written then. Else that of `finetune make`."""
    parser = argparse.ArgumentParser(prog="finetune record", description=__doc__)
    parser.add_argument("--model-id", required=True, help="the tuned model, as the console names it")
    parser.add_argument("--job-id", default="", help="the job there, as the console names it")
    parser.add_argument("--replace", action="store_true", help="put it in the place of one that was recorded so before")
    args = parser.parse_args(argv)
    paths, number = read_paths(), check_params(Path("params.yaml"))[0]
    job = read_record(paths.testing / f"generation-{number}-job.json", Job, "run `make finetune` first")
    provider = connect_in(paths, job.spec.provider)
    told = Told(args.model_id, datetime.now(UTC).isoformat(timespec="seconds"), args.job_id)
    written = paths.testing / f"generation-{number}-model-id.txt"
    if record(job, told, args.replace, written, Ledger(paths.jobs), provider, note):
        say(f"recorded: {told.model_id} is the model of {job.job_id}")
    else:
        say(f"recorded before: {told.model_id} is the model of {job.job_id}")
    return make.main([])
