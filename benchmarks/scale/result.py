"""What a program took and found, as a table and as JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from rich import box
from rich.table import Table

from benchmarks.scale.measured import Measured
from benchmarks.scale.plant import DEFECTS, PLACES
from benchmarks.scale.programs import PROGRAMS
from finetune.reports.screen import console

STYLE: Any = {"box": box.SIMPLE_HEAD, "padding": (0, 1, 0, 0)}
"""Both tables fit into 80 columns."""


class Result(NamedTuple):
    """`make` is None where a program does not write the lines; `same` whether its lines are ours, byte for byte.

    `found` are the defects that it finds in all their places. `failed` is why it did not get to the end.
    """

    make: Measured | None
    check: Measured
    found: tuple[str, ...] = ()
    same: bool | None = None
    failed: str = ""

    @property
    def steps(self) -> list[Measured]:
        return [self.make, self.check] if self.make else [self.check]

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.steps)

    @property
    def peak(self) -> int:
        return max(step.peak for step in self.steps)


def ratio(one: Result, ours: Result) -> float:
    """Its seconds by ours: of both steps, or, where it only checks, of the check."""
    return one.seconds / (ours.seconds if one.make else ours.check.seconds)


def show(shape: Mapping[str, float], results: Mapping[str, Result]) -> None:
    """Print what each took, and below it who finds what."""
    records, size = shape["records"], shape["bytes"] / 1e6
    shown = Table(title=f"{records:,} raw records ({size:,.0f} MB), seed {shape['seed']}", **STYLE)
    shown.add_column("program", no_wrap=True)
    for name in ("make s", "check s", "all s", "× ours", "CPU s", "peak MB", "found"):
        shown.add_column(name, justify="right", no_wrap=True)
    ours = results["ours"]
    for name, one in results.items():
        if one.failed:
            shown.add_row(name, *[""] * 6, "failed")
            continue
        cpu = sum(step.cpu for step in one.steps)
        made = f"{one.make.seconds:.1f}" if one.make else ""
        figures = f"{one.seconds:.1f}", f"{ratio(one, ours):.2f}", f"{cpu:.1f}", f"{one.peak / 1e6:,.0f}"
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
            console.print(f"{name}: {said}", markup=False)
    console.print("× ours: of the same steps. Peak: all processes of a program at one time, the larger of its steps.")


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
    return {**shape, "programs": {name: told(name, one, results["ours"]) for name, one in results.items()}}


def told(name: str, one: Result, ours: Result) -> dict[str, object]:
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
        "ratio": ratio(one, ours),
        "peak": one.peak,
        "lines_are_ours": one.same,
        "found": {defect: defect in one.found for defect in DEFECTS},
        "notes": notes(name, one),
    }
