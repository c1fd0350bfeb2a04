"""Stop a job that is still running."""

import argparse
from collections.abc import Sequence

from finetune.errors import unusable
from finetune.files.dvc import read_paths
from finetune.ledger import Ledger
from finetune.providers import connect_in
from finetune.records.job import Job
from finetune.reports.program import say


def main(argv: Sequence[str]) -> int:
    """Exit code 2 for a job that is not in the ledger. A job that has ended stays as it is."""
    parser = argparse.ArgumentParser(prog="finetune cancel", description=__doc__)
    parser.add_argument("job_id", help="as `finetune status` shows it")
    args = parser.parse_args(argv)
    paths = read_paths()
    entries = {entry.job_id: entry for entry in Ledger(paths.jobs).entries()}
    if args.job_id not in entries:
        known = ", ".join(sorted(name for name in entries if name)) or "none"
        raise unusable(args.job_id, "not in the ledger", f"known: {known}")
    spec = entries[args.job_id].spec
    provider = connect_in(paths, spec.provider)
    state = provider.cancel(Job(args.job_id, spec))
    say(f"{args.job_id}: {state.status}")
    return 0
