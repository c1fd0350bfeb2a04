"""Withdraw a correction from the next generation, and list the generations that still carry it."""

import argparse
import fcntl
import json
import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from finetune.commands.trace import trace
from finetune.dataset.corrected import decide
from finetune.dataset.placed import reasons
from finetune.errors import unusable
from finetune.files.corrections import RETRACTIONS, read_retractions
from finetune.files.dvc import read_paths
from finetune.files.jsonl import dump
from finetune.files.params import read_params
from finetune.files.truth import Truth, read_truth
from finetune.files.writing import write
from finetune.records.course import Correction
from finetune.records.params import Prepare
from finetune.records.review import Retraction
from finetune.reports.program import say


def main(argv: Sequence[str]) -> int:
    """Exit code 2 for a correction that there is not, or that is retracted; nothing is written then."""
    parser = argparse.ArgumentParser(prog="finetune retract", description=__doc__)
    parser.add_argument("correction", help="its id")
    parser.add_argument("--reason", required=True, help="why it is wrong")
    parser.add_argument("--by", default=None, help="who says so (else: Git's user.name)")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    args = parser.parse_args(argv)
    paths = read_paths()
    params = read_params(Path("params.yaml"), "prepare", Prepare)
    truth = read_truth(paths.courses, paths.corrections, params.conflicts)
    found = trace(args.correction, truth, params, paths)
    if args.correction in truth.read.retracted:
        raise unusable(args.correction, found.state, "nothing is left to do")
    if not args.reason.strip():
        raise unusable("--reason", "it is empty", "say why the correction is wrong")
    by = git_user() if args.by is None else args.by.strip()
    if not by:
        raise unusable("--by", "it is empty", "say who retracts it: --by NAME")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    retraction, later = Retraction(args.correction, args.reason, by, now), built_on(found.correction, truth)
    append(paths.corrections, retraction)
    through = ways(found.correction, truth, params)
    if args.json:
        done = {"built_on": [one.id for one in later], "generations": found.generations, "carried_on_through": through}
        print(json.dumps(msgspec.to_builtins(retraction) | done, ensure_ascii=False))
        return 0
    say(f"{args.correction} is retracted: {paths.corrections / RETRACTIONS} has it; commit that")
    for one in later:
        said = f"{one.id} by {one.reviewer} was built on it, and stays: look whether it is still right"
        say(f"  {said}")
    carried = ", ".join(map(str, found.generations)) or "none"
    others = ", ".join(through)
    coming = f"so will the next one, through {others}: retract that too, or correct the seed again"
    said = coming if through else "the next one does not"
    say(f"generations that still carry it: {carried}; {said}")
    return 0


def ways(one: Correction, truth: Truth, params: Prepare) -> list[str]:
    """The corrections through which the next generation carries one that is retracted now; none where it does not."""
    retracted = {*truth.read.retracted, one.id}
    corrected = decide(truth.generated, truth.read.said, params.conflicts, retracted)
    chain = corrected.chains.get((one.course, one.seed_id), ())
    if one not in chain or one.seed_id in reasons(corrected.courses[one.course], corrected, params):
        return []
    return [other.id for other in chain if other.id not in retracted]


def append(folder: Path, retraction: Retraction) -> None:
    """Add a line to the retractions, written whole; who retracts at the same time waits. FinetuneError for a second."""
    path, lock = folder / RETRACTIONS, os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if retraction.correction in {line.value.correction for line in read_retractions(folder)}:
            raise unusable(retraction.correction, "it was retracted just now", "nothing is left to do")
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        write(path, before + ("" if before.endswith("\n") or not before else "\n") + dump(retraction))
    finally:
        os.close(lock)


def git_user() -> str:
    asked = subprocess.run(["git", "config", "user.name"], capture_output=True, text=True, check=False)
    if not asked.stdout.strip():
        raise unusable("--by", "Git knows no user.name", "say who retracts it: --by NAME")
    return asked.stdout.strip()


def built_on(correction: Correction, truth: Truth) -> list[Correction]:
    """Later corrections of what this one left, and of what those left."""
    found, left, place = [], {correction.after}, (correction.course, correction.seed_id)
    later = truth.corrections[truth.corrections.index(correction) + 1 :]
    for one in later:
        if (one.course, one.seed_id) == place and one.before in left:
            left.add(one.after)
            found.append(one)
    return found
