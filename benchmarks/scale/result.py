"""What a program took and found, as a table and as JSON."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich import box
from rich.table import Table

from benchmarks.scale.measured import Measured
from benchmarks.scale.plant import DEFECTS, PLACES
from benchmarks.scale.programs import PROGRAMS
from finetune.reports.program import say
from finetune.reports.screen import console

OURS, TEN = "ours", "ours-ten"
STYLE: Any = {"box": box.SIMPLE_HEAD, "padding": (0, 1, 0, 0)}
"""Both tables fit into 80 columns."""


class Result(NamedTuple):
    """`make` is None where a program does not write the lines; `same` whether its lines are ours, byte for byte.

    `found` are the defects that it finds in all their places. `failed` is why it did not get to the end. `rounds` are
    its steps each time that it ran, of which `make` and `check` are those that took the median.
    """

    make: Measured | None
    check: Measured
    found: tuple[str, ...] = ()
    same: bool | None = None
    failed: str = ""
    rounds: tuple[tuple[Measured | None, Measured], ...] = ()

    @property
    def steps(self) -> list[Measured]:
        return [self.make, self.check] if self.make else [self.check]

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.steps)

    @property
    def peak(self) -> int:
        return max(step.peak for step in self.steps)


def ratios(one: Result, ours: Result) -> list[float]:
    """Its seconds by ours, round by round: of both steps, or, where it only checks, of the check."""
    return [
        sum(step.seconds for step in steps if step)
        / sum(step.seconds for step, its in zip(own, steps, strict=True) if step and its)
        for own, steps in zip(ours.rounds, one.rounds, strict=False)
    ]


def with_round(one: Result, make: Measured | None, check: Measured) -> Result:
    """The same with the steps of one more round."""
    rounds = (*one.rounds, (make, check))
    makes, checks = ([step for step in steps if step] for steps in zip(*rounds, strict=True))
    return one._replace(make=median(makes) if makes else None, check=median(checks), rounds=rounds)


def median(steps: Sequence[Measured]) -> Measured:
    """The step that took the median time, the longer of two; its peak is that of all."""
    middle = sorted(steps, key=lambda step: step.seconds)[len(steps) // 2]
    return middle._replace(peak=max(step.peak for step in steps))


def show(shape: Mapping[str, float], results: Mapping[str, Result]) -> None:
    """Print what each took, and below it who finds what."""
    records, size = shape["records"], shape["bytes"] / 1e6
    shown = Table(title=f"{records:,} raw records ({size:,.0f} MB), seed {shape['seed']}", **STYLE)
    shown.add_column("program", no_wrap=True)
    for name in ("make s", "check s", "all s", "× ours", "× ten", "peak MB", "found"):
        shown.add_column(name, justify="right", no_wrap=True)
    for name, one in results.items():
        if one.failed:
            shown.add_row(name, *[""] * 6, "failed")
            continue
        made = f"{one.make.seconds:.1f}" if one.make else ""
        figures = f"{one.seconds:.1f}", times(one, results, OURS), times(one, results, TEN), f"{one.peak / 1e6:,.0f}"
        found = f"{len(one.found)} of {len(DEFECTS)}"
        shown.add_row(name, made, f"{one.check.seconds:.1f}", *figures, found)
    console.print(shown)
    who = Table(title=f"who finds which, {PLACES} planted of each", **STYLE)
    who.add_column("defect", no_wrap=True)
    who.add_column("found by")
    for defect in DEFECTS:
        who.add_row(defect, ", ".join(name for name, one in results.items() if defect in one.found))
    console.print(who)
    for name, one in results.items():
        for said in notes(name, one):
            say(f"{name}: {said}")
    for said in legend(results):
        say(said)


def legend(results: Mapping[str, Result]) -> Iterator[str]:
    """What the columns are, and how far apart the rounds were."""
    if (rounds := len(results[OURS].rounds)) > 1:
        yield f"{rounds} rounds, in turn; of each step the median, and of all rounds:"
        others = (name for name, one in results.items() if name not in (OURS, TEN) and not one.failed)
        yield from (f"  {name}: {', '.join(spread(name, results))}" for name in others)
    yield "× ours: of the same steps. Peak: all processes of a program at one time, the larger of its steps."
    if TEN in results:
        yield f"× ten: beside {TEN}, which does the work of those that look for the ten defects alone."


def times(one: Result, results: Mapping[str, Result], ours: str) -> str:
    """How many times as long as ours it took, in the middle of all rounds."""
    known = ours in results and not results[ours].failed
    return f"{statistics.median(ratios(one, results[ours])):.2f}" if known else ""


def spread(name: str, results: Mapping[str, Result]) -> Iterator[str]:
    """From how many times as long as ours it took to how many."""
    for ours in (OURS, TEN):
        if ours != name and ours in results and not results[ours].failed:
            every = sorted(ratios(results[name], results[ours]))
            yield f"{statistics.median(every):.2f} times {ours} ({every[0]:.2f} to {every[-1]:.2f})"


def notes(name: str, one: Result) -> list[str]:
    """What a figure does not say."""
    if one.failed:
        return [one.failed]
    found = [] if one.same is None else ["its lines are ours, byte for byte" if one.same else "its lines are NOT ours"]
    if PROGRAMS[name].read is None:
        found.append("found means: it objects to a small file with the defect, and not to the same file without")
    return [PROGRAMS[name].does, *found, *filter(None, [PROGRAMS[name].without])]


def as_json(shape: Mapping[str, float], results: Mapping[str, Result]) -> dict[str, object]:
    """The same: seconds, and bytes of memory."""
    return {**shape, "programs": {name: told(name, one, results) for name, one in results.items()}}


def told(name: str, one: Result, results: Mapping[str, Result]) -> dict[str, object]:
    about: dict[str, object] = {"does": PROGRAMS[name].does}
    if one.failed:
        return {**about, "failed": one.failed}
    steps = {"make": one.make, "check": one.check}
    return {
        **about,
        "steps": {
            step: {"seconds": taken.seconds, "cpu": taken.cpu, "peak": taken.peak}
            for step, taken in steps.items()
            if taken
        },
        "seconds": one.seconds,
        "ratios": {ours: ratios(one, results[ours]) for ours in (OURS, TEN) if ours in results},
        "peak": one.peak,
        "lines_are_ours": one.same,
        "found": {defect: defect in one.found for defect in DEFECTS},
        "notes": notes(name, one),
    }
