"""Take up a job that a person found at the provider, where a run was cut off before it knew the id."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from finetune.files.dvc import read_paths
from finetune.ledger import Ledger
from finetune.providers import connect_in
from finetune.reports.program import note, say
from finetune.settling import adopt


def main(argv: Sequence[str]) -> int:
    """Exit code 2 for a job that is not taken: nothing is written then."""
    parser = argparse.ArgumentParser(prog="finetune adopt", description=__doc__)
    parser.add_argument("job_id", help="as the provider's console shows it")
    parser.add_argument("--key", default="", metavar="PREFIX", help="which intent, where there are several")
    args = parser.parse_args(argv)
    paths = read_paths()
    ledger = Ledger(paths.jobs)
    entry = ledger.intended(args.key)
    provider = connect_in(paths, entry.spec.provider)
    now = lambda: datetime.now(UTC).isoformat(timespec="seconds")  # noqa: E731
    adopt(entry, args.job_id, ledger, provider, now, note)
    say(f"{args.job_id} is the job of {entry.spec.key[:16]}: `make finetune` waits for it")
    return 0
