"""Say what jobs and calls did cost so far, by generation, provider and kind."""

import argparse
import json
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec
from rich.table import Table

from finetune.files.dvc import read_paths
from finetune.ledger import Ledger
from finetune.records.price import NONE, Range
from finetune.records.spending import Kind, Spending
from finetune.reports.money import usd
from finetune.reports.program import count, say
from finetune.reports.screen import console
from finetune.spending import FILE, spent


class Total(msgspec.Struct, frozen=True):
    """What was spent on one kind of thing for one generation. `usd` is of the lines whose price is known."""

    generation: int | None
    provider: str
    kind: Kind
    lines: int
    calls: int
    input_tokens: Range
    output_tokens: Range
    usd: Range
    unknown: int


def group(line: Spending) -> tuple[int, str, Kind]:
    return (-1 if line.generation is None else line.generation, line.provider, line.kind)


def totals(lines: Iterable[Spending]) -> list[Total]:
    return [total_of(list(of_group)) for _, of_group in groupby(sorted(lines, key=group), key=group)]


def total_of(lines: Sequence[Spending]) -> Total:
    first = lines[0]
    return Total(
        generation=first.generation,
        provider=first.provider,
        kind=first.kind,
        lines=len(lines),
        calls=sum(line.calls for line in lines),
        input_tokens=sum((line.input_tokens for line in lines), NONE),
        output_tokens=sum((line.output_tokens for line in lines), NONE),
        usd=sum((line.usd for line in lines if line.usd), NONE),
        unknown=sum(line.usd is None for line in lines),
    )


def cost_of(of: Total) -> str:
    if not of.unknown:
        return usd(of.usd)
    return f"{usd(of.usd)} + {of.unknown} unknown" if of.unknown < of.lines else "unknown"


def table(of: Sequence[Total]) -> Table:
    shown = Table("generation", "provider", "what", box=None, pad_edge=False)
    for name in ("tokens in", "tokens out", "USD"):
        shown.add_column(name, justify="right")
    for row in of:
        what = count(row.lines, "job") if row.kind == "job" else count(row.calls, "call")
        figures = [f"{(range_.low + range_.high) / 2:,.0f}" for range_ in (row.input_tokens, row.output_tokens)]
        generation = "–" if row.generation is None else str(row.generation)
        shown.add_row(generation, row.provider, what, *figures, cost_of(row).replace(" USD", ""))
    return shown


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="finetune spend", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the totals as JSON")
    args = parser.parse_args(argv)
    jobs = read_paths().jobs
    lines = spent(jobs)
    told = {line.key for line in lines if line.kind == "job"}
    untold = [entry.job_id for entry in Ledger(jobs).entries() if entry.job_id and entry.spec.key not in told]
    rows, in_all = totals(lines), sum((line.usd for line in lines if line.usd), NONE)
    unknown = sum(line.usd is None for line in lines)
    if args.json:
        found = {"totals": rows, "usd": in_all, "unknown": unknown, "jobs_without_a_line": untold}
        print(json.dumps(msgspec.to_builtins(found)))
        return 0
    if rows:
        console.print(table(rows))
        console.print(
            f"in all: {usd(in_all)}" + (f", and {count(unknown, 'line')} of unknown price" if unknown else "")
        )
        if any(line.tokens == "estimated" for line in lines):
            console.print("tokens are the middle of estimates, and prices those of that day (submit.prices)")
    else:
        say(f"nothing was spent yet: no line in {jobs / FILE}")
    for job_id in untold:
        say(f"{job_id}: in the ledger, but what it cost was not written down")
    return 0
