"""Say where the jobs are; it takes no DVC lock, so it answers while a stage runs."""

import argparse
import json
from collections.abc import Sequence

import msgspec

from finetune.errors import FinetuneError
from finetune.files.dvc import Paths, read_paths
from finetune.ledger import Ledger
from finetune.providers import connect_in
from finetune.records.job import Entry, Job, JobState
from finetune.reports.program import count, say
from finetune.reports.screen import console
from finetune.waiting import with_told


def state_of(entry: Entry, state: JobState | None) -> tuple[str, str]:
    """A job's status and the last that is known of it, in words."""
    if state is None:
        return "intended", "no id was recorded: `make finetune` asks the provider for it before it sends anything"
    if state.model_id:
        return state.status, state.model_id
    if state.needs:
        return "waits for a person", state.needs
    last = state.events[-1] if state.events else None
    return state.status, state.reason or (f"{last.stage}, {last.percent:.0f} %" if last else "")


def look(entry: Entry, paths: Paths) -> JobState:
    """The job as its provider knows it, or a person told; a provider that cannot be asked hides no other job."""
    job = Job(entry.job_id or "", entry.spec)
    try:
        provider = connect_in(paths, entry.spec.provider)
        return with_told(job, provider, entry.told) if entry.told else provider.get(job)
    except FinetuneError as error:
        return JobState("queued", reason=f"its provider cannot be asked: {error}")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="finetune status", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the jobs as JSON")
    args = parser.parse_args(argv)
    paths = read_paths()
    jobs = [(entry, look(entry, paths) if entry.job_id else None) for entry in Ledger(paths.jobs).entries()]
    if args.json:
        print(json.dumps([{"entry": msgspec.to_builtins(e), "state": msgspec.to_builtins(s)} for e, s in jobs]))
        return 0
    if not jobs:
        console.print("no job was ever submitted here: `make finetune` submits the first")
        return 0
    for entry, state in jobs:
        status, known = state_of(entry, state)
        examples = count(entry.spec.training.examples, "example")
        name = entry.job_id or entry.spec.key[:16]
        say(f"{name}: {status} ({examples}, {entry.intended_at})")
        say(f"  {known}")
    return 0
