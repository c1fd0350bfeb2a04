"""Turns courses and corrections into training and validation examples."""

import argparse
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec

from finetune.dataset.build import SIDES
from finetune.files.grouped import Grouped
from finetune.files.params import read_params
from finetune.files.text import read_text
from finetune.files.writing import whole, write_json
from finetune.part import Part
from finetune.preparing import numbered, pool_for, prepare
from finetune.records.dataset import Side
from finetune.records.params import Prepare
from finetune.records.review import LeftOutRecord
from finetune.records.some import Became, Some
from finetune.reports.program import count, note, run, say


@dataclass
class Totals:
    """What was made of all courses, and what became of every seed and every correction."""

    became: Became = field(default_factory=Became)
    lines: Counter[Side] = field(default_factory=Counter)
    preferences: Counter[Side] = field(default_factory=Counter)
    dropped: int = 0

    def add(self, part: Part) -> None:
        self.became.join(part.became)
        for side in SIDES:
            self.lines[side] += part.lines[side].size
            self.preferences[side] += part.preferences[side].size
        self.dropped += sum(dataset.dropped for dataset in part.datasets)

    def metrics(self, raw: int) -> dict[str, object]:
        """seeds = training + validation + left_out; raw_corrections = corrections + left_out_corrections."""
        became = self.became
        return {
            "seeds": became.seeds,
            "training": self.lines["training"],
            "validation": self.lines["validation"],
            "left_out": became.untaught.size,
            "raw_corrections": raw,
            "corrections": became.types.total(),
            "corrections_by_type": dict(sorted(became.types.items())),
            "left_out_corrections": {reason: became.unused[reason].size for reason in sorted(became.unused)},
            "reversals": became.reversals.size,
            "preferences": {side: self.preferences[side] for side in SIDES},
            "preferences_dropped": self.dropped,
        }


def tell(totals: Totals, left_out: Path) -> None:
    """Say what came in, what goes on, and what was left out and why."""
    became = totals.became
    say(
        f"{became.seeds} seeds, {became.types.total()} corrections → "
        f"{totals.lines['training']} training and {totals.lines['validation']} validation examples"
    )
    if totals.preferences.total() or totals.dropped:
        said = " and ".join(f"{totals.preferences[side]} {side}" for side in SIDES)
        dropped = f"{count(totals.dropped, 'pair')} dropped: nothing but space between the answers, or made already"
        say(f"  {said} lines of preferences, {dropped}")
    for (course, reason), seeds in became.untaught.some.items():
        told = count(seeds.size, "seed") if seeds.more else seeds.told()
        say(f"  left out: {course} {told}: {reason}")
    if became.untaught.more:
        say(f"  left out: {count(became.untaught.more, 'more seed')}: {left_out} has all, and why")
    for reason in sorted(became.unused):
        some = became.unused[reason]
        say(f"  unused: {some.told()}: {reason}")
    for reversal in became.reversals.first:
        say(f"  {reversal}")
    if became.reversals.more:
        say(f"  {count(became.reversals.more, 'more reversal')}: `python -m finetune check` tells all")


def write_part(part: Part, files: dict[str, BinaryIO], before: Counter[Side]) -> None:
    """Append the lines of a part, and what it leaves out; the numbers of its provenance go on from the lines before."""
    part.left_out.move_to(files["left_out"])
    for side in SIDES:
        part.lines[side].move_to(files[side])
        part.preferences[side].move_to(files[f"{side}_preferences"])
    numbers = Counter(before)
    for side, sources in (one for dataset in part.datasets for one in dataset.sources.items()):
        files["provenance"].writelines(numbered(side, numbers[side], sources))
        numbers[side] += sources.size


def leave_out(totals: Totals, file: BinaryIO, record: LeftOutRecord) -> None:
    """Note what is no correction."""
    totals.became.unuse(record.reason, Some(size=1, first=[record.where]))
    file.write(msgspec.json.encode({"record": record.where, "reason": record.reason}) + b"\n")


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
        said = stack.enter_context(Grouped(args.corrections, partial(leave_out, totals, files["left_out"])))
        for idle in said.idle:
            note(idle)
        for part in prepare(args.courses, said, read_text(args.prompt), params, pool):
            write_part(part, files, totals.lines)
            totals.add(part)
    write_json(args.metrics, totals.metrics(said.raw))
    tell(totals, args.left_out)
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
