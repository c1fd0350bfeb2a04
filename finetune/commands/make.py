"""Make this generation: run what is not up to date, then give the verdict and say what to commit and to tag."""

import argparse
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from finetune import dvc
from finetune.errors import unusable
from finetune.files.choosing import choose_provider
from finetune.files.dvc import Paths, check_baseline, read_paths
from finetune.files.params import check_params, read_params
from finetune.files.record import read_record
from finetune.files.text import read_text
from finetune.ledger import Ledger
from finetune.records.comparison import Comparison
from finetune.records.params import Submit
from finetune.reports.program import say
from finetune.reports.screen import console
from finetune.reports.summary import summary
from finetune.upcoming import upcoming

PARAMS = Path("params.yaml")
KEPT = ("dvc.lock", "params.yaml", "jobs", "skills", "reports")


def uncommitted() -> bool:
    asked = ["git", "status", "--porcelain", "--", *KEPT]
    return bool(subprocess.run(asked, capture_output=True, text=True, check=False).stdout)


def tagged(tag: str) -> bool:
    asked = subprocess.run(["git", "tag", "--list", tag], capture_output=True, text=True, check=False)
    return bool(asked.stdout.strip())


def refuse_again(number: int, paths: Paths) -> None:
    """FinetuneError where a generation that is tagged would get another job: it is paid for, and others have it."""
    tag = f"gen-{number}"
    if tagged(tag):
        entry = Ledger(paths.jobs).read(upcoming(paths, PARAMS).spec.key)
        if not entry:
            what = f"generation {number} is tagged {tag}, and its data or params are others now: that is another job"
            right = f"write `generation: {number + 1}` and `baseline: {number}`, or take the tag away: git tag -d {tag}"
            raise unusable("params.yaml", what, right)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="finetune make", description=__doc__)
    parser.add_argument("--provider", help="who trains, from now on: a section of submit.providers in params.yaml")
    args = parser.parse_args(argv)
    paths = read_paths()
    if args.provider:
        for path in choose_provider(PARAMS, paths, args.provider):
            say(f"changed: {path}")
    number, baseline = check_params(PARAMS)
    check_baseline(paths, baseline, read_params(PARAMS, "submit", Submit))
    up_to_date = not json.loads(dvc.ask("status", "--json"))
    if not up_to_date:
        refuse_again(number, paths)
    if not up_to_date and (code := dvc.run("repro")):
        return code
    model = read_text(paths.testing / f"generation-{number}-model-id.txt")
    if up_to_date:
        say(f"nothing to do: generation {number} is up to date ({model})")
    else:
        say(f"\ngeneration {number} is made: {model}\n")
    again = "run `dvc repro --force evaluate`"
    console.print(summary(read_record(paths.testing / "generation-comparison.json", Comparison, again)))
    say(f"report: {paths.reports / f'generation-{number}.html'}")
    if uncommitted() or not tagged(f"gen-{number}"):
        say(
            f"keep it:\n  git add {' '.join(KEPT)}\n"
            f"  git commit -m 'Generation {number}' && git tag gen-{number}\n"
            "  dvc push    # where a DVC remote is set up\n"
            f"make the next: add corrections, set `generation: {number + 1}` and `baseline: {number}` in params.yaml, "
            "then `make finetune`"
        )
    return 0
