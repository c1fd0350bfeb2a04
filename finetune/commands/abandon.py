"""Forget a job that was intended and is not at the provider, so that a new one may be started."""

import argparse
from collections.abc import Sequence

from finetune.files.dvc import read_paths
from finetune.ledger import Ledger
from finetune.providers import connect_in
from finetune.reports.program import note, say
from finetune.settling import abandon


def main(argv: Sequence[str]) -> int:
    """Exit code 1 for a job that is there: it is not forgotten."""
    parser = argparse.ArgumentParser(prog="finetune abandon", description=__doc__)
    parser.add_argument("--key", default="", metavar="PREFIX", help="which intent, where there are several")
    args = parser.parse_args(argv)
    paths = read_paths()
    ledger = Ledger(paths.jobs)
    entry = ledger.intended(args.key)
    provider = connect_in(paths, entry.spec.provider)
    abandon(entry, ledger, provider, note)
    say(f"{entry.spec.key[:16]} is forgotten: `make finetune` starts a new job")
    return 0
