"""Tell where a correction went: its lines, and every generation that was trained on it."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from finetune.commands.explain import story
from finetune.dataset.placed import reasons
from finetune.errors import unusable
from finetune.files.dvc import Paths, read_paths
from finetune.files.params import read_params
from finetune.files.truth import Truth, read_truth
from finetune.ledger import Ledger
from finetune.provenance import SIDECAR, generations, read_provenance
from finetune.records.course import Correction
from finetune.records.params import Prepare
from finetune.reports.program import say

COUNTS = "it counts"


class Traced(NamedTuple):
    """`state` is what it counts for now; `lines` are those of the files as they are; `generations` carry it."""

    correction: Correction
    where: str
    state: str
    lines: list[str]
    generations: list[int]


def main(argv: Sequence[str]) -> int:
    """Exit code 2 for a correction that there is not."""
    parser = argparse.ArgumentParser(prog="finetune trace", description=__doc__)
    parser.add_argument("correction", help="its id")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    args = parser.parse_args(argv)
    paths = read_paths()
    params = read_params(Path("params.yaml"), "prepare", Prepare)
    truth = read_truth(paths.courses, paths.corrections, params.conflicts)
    there = {line.value.id for line in truth.read.said}
    if args.correction not in there and (carry := carriers(args.correction, paths)):
        return tell_gone(args.correction, carry, paths, args.json)
    found = trace(args.correction, truth, params, paths)
    one = found.correction
    if args.json:
        told = {"course": one.course, "seed_id": one.seed_id, **found._asdict(), "correction": one.id}
        print(json.dumps(told, ensure_ascii=False))
        return 0
    say(f"{one.id} ({found.where}): {one.course} {one.seed_id}, by {one.reviewer}, {one.corrected_at}")
    for text in story(one):
        say(f"  {text}")
    say(f"now: {found.state}")
    say(f"lines of the files as they are: {', '.join(found.lines) or 'none'}")
    carried = ", ".join(map(str, found.generations)) or "none"
    say(f"generations that were trained on it: {carried}")
    return 0


def tell_gone(name: str, carry: Sequence[int], paths: Paths, as_json: bool) -> int:
    """Tell of a correction that generations were trained on, and that nobody has written down any more."""
    gone = f"no such correction in {paths.corrections} any more: it was taken out there"
    if as_json:
        print(json.dumps({"correction": name, "state": gone, "lines": [], "generations": carry}, ensure_ascii=False))
    else:
        say(f"{name}: {gone}")
        say(f"generations that were trained on it: {', '.join(map(str, carry))}")
    return 0


def trace(name: str, truth: Truth, params: Prepare, paths: Paths) -> Traced:
    line = next((line for line in truth.read.said if line.value.id == name), None)
    if line is None:
        raise unusable(repr(name), f"no such correction in {paths.corrections}", "name one by its id")
    known = read_provenance(paths.training) if (paths.training / SIDECAR).exists() else []
    mine = [one for one in known if name in {origin.correction for origin in one.corrections}]
    lines = [f"{paths.training / one.side}.jsonl:{one.line}" for one in mine]
    return Traced(line.value, line.where, state(line.value, truth, params), lines, carriers(name, paths))


def carriers(name: str, paths: Paths) -> list[int]:
    """The generations that were trained on a correction: by their histories, and by the last job started for each."""
    told = {entry.generation for entry in generations(paths.testing) if name in entry.corrections}
    last = {one.taught.generation: one.taught for one in Ledger(paths.jobs).entries() if one.job_id}
    return sorted(told | {number for number, taught in last.items() if number and name in taught.corrections})


def state(one: Correction, truth: Truth, params: Prepare) -> str:
    """What the next generation makes of it."""
    place, corrected = (one.course, one.seed_id), truth.corrected
    out = reasons(truth.courses[one.course], corrected, params).get(one.seed_id)
    carrying = [other.id for other in corrected.chains.get(place, ()) if other.id not in truth.read.retracted]
    if retraction := truth.read.retracted.get(one.id):
        told = f"retracted by {retraction.by}, {retraction.at}: {retraction.reason}"
        carried = not out and one in corrected.chains.get(place, ())
        return f"{told}; {', '.join(carrying)} was built on it, and carries it on" if carried else told
    if place in corrected.disputed:
        others = ", ".join(other.id for other in corrected.disputed[place] if other is not one)
        return f"disputed by {others}: the seed is left out (prepare.conflicts)"
    if one in corrected.overruled:
        stands = corrected.chains[place][-1]
        return f"overruled by {stands.id} of {stands.reviewer} (prepare.conflicts)"
    for reversal in corrected.reversals:
        if one in reversal.earlier and reversal.correction.id in carrying:
            return f"taken back by {reversal.correction.id} of {reversal.correction.reviewer}"
    return f"its seed is left out of both files ({out}); answers are held against it" if out else COUNTS
