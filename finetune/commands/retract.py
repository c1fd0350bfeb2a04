"""Withdraw a correction from the next generation, and list the generations that still carry it."""

import argparse
import fcntl
import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from finetune.commands.trace import trace
from finetune.dataset.build import reasons
from finetune.dataset.corrected import decide
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
from finetune.reports.screen import console


def main(argv: Sequence[str]) -> int:
    """Exit code 2 for a correction that there is not, or that is retracted; nothing is written then."""
    parser = argparse.ArgumentParser(prog="finetune retract", description=__doc__)
    parser.add_argument("correction", help="its id")
    parser.add_argument("--reason", required=True, help="why it is wrong")
    parser.add_argument("--by", default=None, help="who says so (else: Git's user.name)")
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
    append(paths.corrections, Retraction(args.correction, args.reason, by, now))
    console.print(
        f"{args.correction} is retracted: {paths.corrections / RETRACTIONS} has it; commit that", markup=False
    )
    for one in built_on(found.correction, truth):
        said = f"{one.id} by {one.reviewer} was built on it, and stays: look whether it is still right"
        console.print(f"  {said}", markup=False)
    carried = ", ".join(map(str, found.generations)) or "none"
    console.print(
        f"generations that still carry it: {carried}; {next_one(found.correction, truth, params)}", markup=False
    )
    return 0


def next_one(one: Correction, truth: Truth, params: Prepare) -> str:
    """Whether the next generation carries a correction that is retracted now."""
    retracted = {*truth.read.retracted, one.id}
    corrected = decide(truth.generated, truth.read.said, params.conflicts, retracted)
    chain = corrected.chains.get((one.course, one.seed_id), ())
    if one not in chain or one.seed_id in reasons(corrected.courses[one.course], corrected, params):
        return "the next one does not"
    others = ", ".join(other.id for other in chain if other.id not in retracted)
    return f"so will the next one, through {others}: retract that too, or correct the seed again"


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
