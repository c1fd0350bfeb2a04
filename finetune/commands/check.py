"""Hold the courses and their corrections against the course rules."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.table import Table

from finetune.files.dvc import read_paths
from finetune.files.params import read_params
from finetune.files.truth import read_truth
from finetune.lego.check import check, critical
from finetune.lego.quality import quality
from finetune.records.correcting import Corrected
from finetune.records.finding import CourseFinding
from finetune.records.params import Prepare
from finetune.reports.program import note, say
from finetune.reports.screen import console


def main(argv: Sequence[str]) -> int:
    """Exit code 1 where a critical finding is left after the corrections: its seed is not taught."""
    parser = argparse.ArgumentParser(prog="finetune check", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    args = parser.parse_args(argv)
    paths = read_paths()
    conflicts = read_params(Path("params.yaml"), "prepare", Prepare).conflicts
    courses, read, decided = read_truth(paths.courses, paths.corrections, conflicts)
    corrected = decided.courses
    left = {name: check(seeds) for name, seeds in corrected.items()}
    broken = any(critical(findings) for findings in left.values())
    if args.json:
        found = {name: [*findings, *reversals(name, decided)] for name, findings in left.items()}
        print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
        for told in [*(f"no correction: {one.where}: {one.reason}" for one in read.left_out), *read.idle]:
            say(told, sys.stderr)
        return int(broken)
    shown = Table(title="quality by the course rules")
    shown.add_column("course")
    for column in ("seeds", "corrections", "as generated", "corrected", "findings left"):
        shown.add_column(column, justify="right")
    for name, seeds in courses.items():
        number = sum(line.value.course == name for line in read.corrections)
        scores = (f"{quality(check(seeds)):.1f}", f"{quality(left[name]):.1f}")
        shown.add_row(name, str(len(seeds)), str(number), *scores, str(len(left[name])))
    console.print(shown)
    for finding in (finding for findings in left.values() for finding in findings):
        say(str(finding))
    for one in read.left_out:
        say(f"no correction: {one.where}: {one.reason}")
    for told in read.idle:
        note(told)
    for reversal in decided.reversals:
        say(str(reversal))
    return int(broken)


def reversals(course: str, decided: Corrected) -> list[CourseFinding]:
    """The corrections of a course that take others back, as findings."""
    return [
        CourseFinding("reversal", "structure", course, one.correction.seed_id, f"{one.where}: {one.said}")
        for one in decided.reversals
        if one.correction.course == course
    ]
