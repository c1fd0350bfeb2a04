"""Print a course's seeds as tasks to correct in a reviewing tool."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from finetune.errors import unusable
from finetune.files.corrections import known_exports
from finetune.files.dvc import read_paths
from finetune.files.params import read_params
from finetune.files.truth import read_truth
from finetune.records.params import Prepare
from finetune.reports.program import natural


def main(argv: Sequence[str]) -> int:
    """Each seed as it is after the corrections that there are, so that a new one fits."""
    tools = {name.replace("_", "-"): module for name, module in known_exports().items() if hasattr(module, "task")}
    parser = argparse.ArgumentParser(prog="finetune tasks", description=__doc__)
    parser.add_argument("tool", choices=sorted(tools), help="where people correct")
    parser.add_argument("course", help="the code of a course")
    parser.add_argument("--generation", type=natural, default=0, help="whose breakdowns the course file has (0)")
    parser.add_argument("--seed", action="append", metavar="ID", help="only this seed; may be given again")
    args = parser.parse_args(argv)
    paths = read_paths()
    conflicts = read_params(Path("params.yaml"), "prepare", Prepare).conflicts
    courses = read_truth(paths.courses, paths.corrections, conflicts).courses
    if args.course not in courses:
        raise unusable(args.course, "no such course", f"known: {', '.join(courses)}")
    seeds = {seed.seed_id: seed for seed in courses[args.course]}
    if unknown := sorted(set(args.seed or ()) - set(seeds)):
        raise unusable(args.course, f"no seed {unknown[0]}", "its seeds are S0001…")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    tasks = [tools[args.tool].task(seeds[name], args.generation, at) for name in seeds if name in (args.seed or seeds)]
    print(str(msgspec.json.format(msgspec.json.encode(tasks), indent=1), "utf-8"))
    return 0
