"""Hold the recorded jobs and models of a revision against its data: nothing was falsified, nor changed meanwhile."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from finetune.errors import FinetuneError
from finetune.reports.program import count, say
from finetune.revisions import lay_out
from finetune.verifying import verify


def main(argv: Sequence[str]) -> int:
    """Exit code 0 where all agrees, 1 where something does not, 2 for what cannot be read. Nothing is written."""
    parser = argparse.ArgumentParser(prog="finetune verify", description=__doc__)
    parser.add_argument("revision", nargs="?", default="HEAD", help="a commit, a branch or a tag (else HEAD)")
    parser.add_argument("--json", action="store_true", help="print what was held against what as JSON")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="finetune-") as name:
        folder = Path(name) / "revision"
        lay_out(args.revision, folder)
        try:
            held = list(verify(args.revision, folder))
        except FinetuneError as error:
            raise error.at(str(folder), args.revision) from None
    wrong = [one for one in held if one.wrong]
    if args.json:
        print(json.dumps([one._asdict() for one in held], ensure_ascii=False))
        return int(bool(wrong))
    for one in held:
        if one.wrong or one.skipped:
            say(f"{'wrong' if one.wrong else 'skipped'}: {one.what}: {one.wrong or one.skipped}")
    skipped = sum(bool(one.skipped) for one in held)
    told = f"{len(held) - len(wrong) - skipped} agree, {len(wrong)} wrong, {skipped} skipped"
    say(f"{args.revision}: {count(len(held), 'record')}: {told}")
    return int(bool(wrong))
