"""Waits for the job, and records its model: the id, its files, the training curve and the events."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from finetune.errors import FinetuneError, OrphanedError, PersonNeededError
from finetune.explaining import own_findings
from finetune.files.jsonl import dump
from finetune.files.params import connection_of, read_params
from finetune.files.record import read_record
from finetune.files.writing import write, write_json
from finetune.ledger import Ledger
from finetune.notifying import notify
from finetune.parents import Parents
from finetune.providers import connect
from finetune.records.job import Event, Job, JobState, Model
from finetune.records.notify import Notice
from finetune.records.params import Record, Validate
from finetune.reports.program import note, run, say
from finetune.reports.progress import JobProgress
from finetune.reports.screen import ring
from finetune.statistics.losses import overfitting
from finetune.waiting import succeeded, wait


def curve(events: Sequence[Event]) -> str:
    """The losses per epoch as CSV, for `dvc plots`."""
    rows = [event for event in events if event.epoch is not None and event.loss is not None]
    lines = [f"{row.epoch},{row.loss},{row.validation_loss if row.validation_loss is not None else ''}" for row in rows]
    return "\n".join(["epoch,loss,validation_loss", *lines]) + "\n"


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.record", description=__doc__)
    parser.add_argument("--job", type=Path, required=True, help="job file")
    parser.add_argument("--jobs", type=Path, required=True, help="folder of the ledger")
    parser.add_argument("--store", type=Path, required=True, help="this machine's own folder")
    parser.add_argument("--model", type=Path, required=True, help="folder to write the model's files to")
    parser.add_argument("--model-id", type=Path, required=True, help="file to write the model's id to")
    parser.add_argument("--curve", type=Path, required=True, help="training curve to write")
    parser.add_argument("--events", type=Path, required=True, help="events file to write")
    args = parser.parse_args(argv)
    job = read_record(args.job, Job, "run `dvc repro submit` first")
    try:
        model_id = recorded(job, args)
    except (OrphanedError, PersonNeededError):  # nothing has ended: there is nothing to tell
        raise
    except FinetuneError as error:
        tell(Notice(f"fine-tuning job {job.job_id} failed: {error}", job.job_id, "failed", reason=str(error)))
        raise
    say(f"model {model_id} → {args.model_id}")
    tell(Notice(f"fine-tuning job {job.job_id} made {model_id}", job.job_id, "succeeded", model_id))
    return 0


def recorded(job: Job, args: argparse.Namespace) -> str:
    """The id of the job's model, once that and all else of it is written."""
    parents = Parents()
    provider = connect(job.spec.provider, args.store, args.model.parent, connection_of(job.spec.provider))
    entry = Ledger(args.jobs).read(job.spec.key)
    try:
        with JobProgress(job.job_id) as progress:
            check = lambda: parents.check(job.job_id)  # noqa: E731
            state = wait(job, provider, progress.show, check, progress.note, entry.told if entry else None)
    except KeyboardInterrupt:
        stop = f"`python -m finetune cancel {job.job_id}` stops it"
        say(f"the job goes on: `make status` says where it is, {stop}")
        raise
    explain(job, state)
    model_id = succeeded(job, state)
    for name, path in state.files.items():
        write(args.model / name, Path(path).read_bytes())
    write_json(args.model / "model.json", Model(model_id, job, state.base_model_retires))
    write(args.curve, curve(state.events))
    write(args.events, "".join(map(dump, state.events)))
    write(args.model_id, f"{model_id}\n")
    for message in (event.message for event in state.events if event.stage == "deployment" and event.message):
        note(message)
    return model_id


def explain(job: Job, state: JobState) -> None:
    """What a person should know of how it ended, besides the error that a failed job ends in."""
    if warning := overfitting(state.events):
        say(f"warning: {warning}")
    if state.status == "failed":
        profile = read_params(Path("params.yaml"), "validate", Validate).profile
        for told in own_findings(state.reason, job.spec, profile):
            note(told)


def tell(notice: Notice) -> None:
    """Tell whom params.yaml names, by what it says now: a notification is no part of what is recorded."""
    ring(notice.text)
    try:
        whom = read_params(Path("params.yaml"), "record", Record).notify
    except FinetuneError as error:
        note(f"nobody was told: {error}")
        return
    for problem in notify(whom, notice):
        note(problem)


if __name__ == "__main__":
    raise SystemExit(run(main))
