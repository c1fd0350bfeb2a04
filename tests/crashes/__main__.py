"""Prints the crash matrix: `make crash-matrix`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.progress import track
from rich.table import Table

from finetune.reports.program import natural, say
from finetune.reports.screen import console, errors
from tests.crashes import lost, repeated, stopped
from tests.crashes.rig import Outcome, Rig, rig

GROUPS: dict[str, Callable[[Rig, int], Iterator[tuple[str, Outcome]]]] = {
    "killed at a call": stopped.killed,
    "disk full at a write": stopped.disk_full,
    "killed, clock jumps": stopped.clock,
    "answer lost or wrong": lost.lost,
    "done again": repeated.repeated,
}


class Row(NamedTuple):
    """One case of the matrix."""

    group: str
    case: str
    outcome: Outcome


def rows(folder: Path, every: int, groups: Sequence[str] = tuple(GROUPS)) -> Iterator[Row]:
    """The cases of these groups; `every`: of those that are alike, each so many."""
    with rig(folder) as made:
        for group in groups:
            for case, outcome in GROUPS[group](made, every):
                yield Row(group, case, outcome)


def table(found: Sequence[Row]) -> Table:
    """A line per group: its cases, the most runs that one took; jobs wanted, made, and cancelled at once (where two
    clones asked at one moment); ids lost; cases that did not end."""
    shown = Table(box=None, header_style="", pad_edge=False)
    for name in ("", "cases", "most runs", "wanted", "made", "cancelled", "lost", "not done"):
        shown.add_column(name, justify="right" if name else "left", no_wrap=True)
    for group in [*dict.fromkeys(row.group for row in found), "in all"]:
        of = [row.outcome for row in found if group in (row.group, "in all")]
        sums = [sum(one.keys for one in of), sum(one.jobs for one in of)]
        sums += [sum(one.cancelled for one in of), sum(one.lost for one in of)]
        numbers = [len(of), max(one.runs for one in of), *sums, sum(not one.done for one in of)]
        shown.add_row(group, *map(str, numbers))
    return shown


def main(argv: Sequence[str]) -> int:
    """Exit code 1 where a job was made twice, or lost."""
    parser = argparse.ArgumentParser(prog="crash-matrix", description=__doc__)
    parser.add_argument("--every", type=natural, default=1, help="of cases that are alike, each so many (1: all)")
    parser.add_argument("--cases", action="store_true", help="print every case, too")
    parser.add_argument("--json", action="store_true", help="print every case as JSON")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="crashes-") as folder:
        found = list(track(rows(Path(folder), max(args.every, 1)), "cases", total=None, console=errors))
    wrong = [row for row in found if not row.outcome.right]
    if args.json:
        print(json.dumps([{"group": row.group, "case": row.case, **row.outcome._asdict()} for row in found]))
        return int(bool(wrong))
    for row in found if args.cases else wrong:
        state = "right" if row.outcome.right else f"WRONG: {row.outcome.said.strip()[-500:]}"
        made = f"{row.outcome.jobs} jobs for {row.outcome.keys}, {row.outcome.cancelled} cancelled"
        say(f"{row.group}: {row.case}: {made}: {state}")
    console.print(table(found))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
