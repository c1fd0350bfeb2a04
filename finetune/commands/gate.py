"""Exit with 1 unless the generation meets every criterion of success; for CI."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from finetune.errors import unusable
from finetune.files.dvc import read_paths
from finetune.files.params import check_params, read_params
from finetune.files.record import read_record
from finetune.records.comparison import Comparison
from finetune.records.params import Evaluate
from finetune.reports.program import say
from finetune.reports.screen import console

REFUSED = ("WORSE", "MIXED", "BLOCKED", "UNTESTABLE")
"""Verdicts that no figure makes up for."""


def main(argv: Sequence[str]) -> int:
    """Exit code 1 where a criterion is not met, or where the verdict refuses what any figure says."""
    parser = argparse.ArgumentParser(prog="finetune gate", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    args = parser.parse_args(argv)
    number, _ = check_params(Path("params.yaml"))
    path = read_paths().testing / "generation-comparison.json"
    found = read_record(path, Comparison, "run `make finetune`, which compares")
    if found.candidate.generation != number:
        said = f"it compares generation {found.candidate.generation}, and params.yaml names {number}"
        raise unusable(str(path), said, "run `make finetune`")
    params = read_params(Path("params.yaml"), "evaluate", Evaluate)
    if changed := [name for name in params.__struct_fields__ if getattr(found, name) != getattr(params, name)]:
        said = f"it was compared with other values of {', '.join(f'evaluate.{name}' for name in changed)}"
        raise unusable(str(path), said, "run `make finetune`, which compares again, and pays for nothing")
    verdict = found.verdict
    passed = verdict.met and verdict.outcome not in REFUSED
    if args.json:
        print(json.dumps({"passed": passed, **msgspec.to_builtins(verdict)}, ensure_ascii=False))
        return int(not passed)
    say(verdict.sentence)
    for one in verdict.criteria:
        mark = "[green]met[/]    " if one.met else "[red]not met[/]"
        console.print(f"  {mark} {one.name}: {one.found} (wanted: {one.wanted})")
    console.print("[green]the gate is open[/]" if passed else "[red]the gate is shut[/]")
    return int(not passed)
