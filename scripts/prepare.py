"""Turns courses and corrections into training and validation examples."""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, get_args

import msgspec

from finetune.files.grouped import Grouped
from finetune.files.params import read_params
from finetune.files.text import read_text
from finetune.files.writing import whole, write_json
from finetune.preparing import Part, placed, pool_for, prepare
from finetune.records.dataset import LeftOut, Side
from finetune.records.params import Prepare
from finetune.reports.screen import console, count, note, run

FIRST = 8
"""Of what is left out for one reason, so many are named; the file has all."""
SIDES: tuple[Side, ...] = get_args(Side)


@dataclass
class Some:
    """How many, and the first of them."""

    size: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.size += 1
        if self.size <= FIRST:
            self.first.append(name)

    def told(self) -> str:
        more = f", and {self.size - FIRST} more" if self.size > FIRST else ""
        return ", ".join(self.first) + more


@dataclass
class Totals:
    """What became of every seed and every correction, over the courses.

    `left_out` are seeds by course and reason; `unused` are corrections by reason, or the places of what is none.
    """

    seeds: int = 0
    lines: Counter[Side] = field(default_factory=Counter)
    preferences: Counter[Side] = field(default_factory=Counter)
    dropped: int = 0
    left_out: dict[tuple[str, str], "Some"] = field(default_factory=lambda: defaultdict(Some))
    unused: dict[str, "Some"] = field(default_factory=lambda: defaultdict(Some))
    types: Counter[str] = field(default_factory=Counter)
    reversals: list[str] = field(default_factory=list)

    def add(self, part: Part) -> None:
        self.seeds += part.seeds
        for side in SIDES:
            self.lines[side] += part.lines[side].size
            self.preferences[side] += part.preferences[side].size
        self.dropped += part.dropped
        self.leave_out(part.left_out)
        for reason, names in part.unused.items():
            for name in names:
                self.unused[reason].add(name)
        self.types.update(part.types)
        self.reversals += part.reversals

    def leave_out(self, seeds: Iterable[LeftOut]) -> None:
        for left in seeds:
            self.left_out[left.course, left.reason].add(left.seed_id)

    def metrics(self, raw: int) -> dict[str, object]:
        """seeds = training + validation + left_out; raw_corrections = corrections + left_out_corrections."""
        return {
            "seeds": self.seeds,
            "training": self.lines["training"],
            "validation": self.lines["validation"],
            "left_out": sum(some.size for some in self.left_out.values()),
            "raw_corrections": raw,
            "corrections": self.types.total(),
            "corrections_by_type": dict(sorted(self.types.items())),
            "left_out_corrections": {reason: self.unused[reason].size for reason in sorted(self.unused)},
            "reversals": len(self.reversals),
            "preferences": {side: self.preferences[side] for side in SIDES},
            "preferences_dropped": self.dropped,
        }


def tell(totals: Totals) -> None:
    """Say what came in, what goes on, and what was left out and why."""
    console.print(
        f"{totals.seeds} seeds, {totals.types.total()} corrections → "
        f"{totals.lines['training']} training and {totals.lines['validation']} validation examples"
    )
    if totals.preferences.total() or totals.dropped:
        said = " and ".join(f"{totals.preferences[side]} {side}" for side in SIDES)
        dropped = f"{count(totals.dropped, 'pair')} dropped: nothing but space between the answers, or made already"
        console.print(f"  {said} lines of preferences, {dropped}")
    for (course, reason), seeds in totals.left_out.items():
        told = seeds.told() if seeds.size <= FIRST else count(seeds.size, "seed")
        console.print(f"  left out: {course} {told}: {reason}", markup=False)
    for reason in sorted(totals.unused):
        some = totals.unused[reason]
        console.print(f"  unused: {some.told()}: {reason}", markup=False)
    for reversal in totals.reversals:
        console.print(f"  {reversal}", markup=False)


def write_part(part: Part, files: dict[str, BinaryIO], before: Counter[Side]) -> None:
    """Append a course's lines, and what it leaves out; the numbers of its provenance go on from the lines before."""
    seeds = [{"seed": f"{left.course} {left.seed_id}", "reason": left.reason} for left in part.left_out]
    unused = [{"correction": name, "reason": reason} for reason, names in part.unused.items() for name in names]
    files["left_out"].write(msgspec.json.Encoder().encode_lines([*seeds, *unused]))
    for side in SIDES:
        part.lines[side].move_to(files[side])
        part.preferences[side].move_to(files[f"{side}_preferences"])
        files["provenance"].writelines(placed(side, before[side], part.sources[side]))


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.prepare", description=__doc__)
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--prompt", type=Path, required=True, help="the system prompt")
    for side in SIDES:
        parser.add_argument(f"--{side}", type=Path, required=True, help=f"{side} file to write")
        parser.add_argument(f"--{side}-preferences", type=Path, required=True, help="its preference pairs, to write")
    parser.add_argument("--provenance", type=Path, required=True, help="where each line comes from, to write")
    parser.add_argument("--left-out", type=Path, required=True, help="each record that is not used, to write")
    parser.add_argument("--metrics", type=Path, required=True, help="metrics file to write")
    args = parser.parse_args(argv)
    params = read_params(Path("params.yaml"), "prepare", Prepare)
    names = ["provenance", "left_out", *(f"{side}{what}" for side in SIDES for what in ("", "_preferences"))]
    totals = Totals()
    with ExitStack() as stack:
        files = {name: stack.enter_context(whole(getattr(args, name))) for name in names}
        pool = stack.enter_context(pool_for(args.courses))
        said = stack.enter_context(Grouped(args.corrections))
        for left in said.left_out:
            totals.unused[left.reason].add(left.where)
            files["left_out"].write(msgspec.json.encode({"record": left.where, "reason": left.reason}) + b"\n")
        for idle in said.idle:
            note(idle)
        for part in prepare(args.courses, said, read_text(args.prompt), params, pool):
            write_part(part, files, totals.lines)
            totals.add(part)
    write_json(args.metrics, totals.metrics(said.raw))
    tell(totals)
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
