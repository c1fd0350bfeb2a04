"""Tries the linter, its fixer and every reader on inputs that nobody would write, for a given time, and says how many.

Hypothesis spoils good files by chance, and makes an input that fails as small as it can (for as long as that takes).
Where atheris is installed it has half of the time, and mutates bytes, guided by the code that they reach.
"""

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from rich.table import Table

from benchmarks.fuzzing.case import Case, holds
from benchmarks.fuzzing.cases import PROPERTIES
from finetune.errors import unusable
from finetune.reports.program import run, say
from finetune.reports.screen import console

BATCH = 200
SHOWN = 3_000
"""Characters of what failed."""
EXECUTED = re.compile(r"number_of_executed_units: (\d+)")


class Tried(NamedTuple):
    """How many inputs were tried, how many of them could be read (None: nobody counted), and what failed, in words."""

    inputs: int
    read: int | None
    failed: str = ""


def search(name: str, seconds: float, first_seed: int, most: int = sys.maxsize) -> Tried:
    """Try a property until the time is over, or on `most` inputs. The same seed tries the same inputs, in its order."""
    of, case_by = PROPERTIES[name]
    end = time.monotonic() + seconds
    counted: Counter[bool] = Counter()
    last: list[Case] = []

    def one(case: Case) -> None:
        if last or time.monotonic() < end:
            last[:] = [case]
            counted[holds(of, case)] += 1
            last.clear()

    batch = settings(
        max_examples=min(BATCH, most),
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    cases, number = st.randoms(use_true_random=False).map(case_by), first_seed
    while time.monotonic() < end and counted.total() < most:
        try:
            seed(number)(batch(given(cases)(one)))()
        except Exception as error:
            return Tried(counted.total() + 1, counted[True], f"{error!r:.{SHOWN}}\n{last!s:.{SHOWN}}")
        number += 1
    return Tried(counted.total(), counted[True])


def guided(name: str, seconds: float, first_seed: int) -> Tried:
    """The same with atheris, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="finetune-fuzz-") as folder:
        asked = (name, str(max(1, round(seconds))), str(first_seed), folder)
        command = (sys.executable, "-m", "benchmarks.fuzzing.guided", *asked)
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        crashes = [f"{path.read_bytes()!r:.{SHOWN}}" for path in Path(folder).glob("crash-*")]
    found = EXECUTED.search(done.stderr)
    failed = "\n".join([(done.stdout + done.stderr)[-SHOWN:], *crashes]) if done.returncode or not found else ""
    return Tried(int(found[1]) if found else 0, None, failed)


def main(argv: Sequence[str]) -> int:
    """Exit code 1 where a property fails."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("seconds", nargs="?", type=float, default=60, help="in all (%(default)g)")
    parser.add_argument("--seed", type=int, default=0, help="of chance (%(default)s)")
    parser.add_argument("--only", choices=list(PROPERTIES), help="one property")
    args = parser.parse_args(argv)
    if not args.seconds > 0:
        raise unusable("SECONDS", f"{args.seconds:g}", "give a number above 0")
    names = [args.only] if args.only else list(PROPERTIES)
    ways: dict[str, Callable[[str, float, int], Tried]] = {"by chance": search}
    if importlib.util.find_spec("atheris"):
        ways["guided"] = guided
    else:
        console.print("atheris is not installed: nothing is guided by the code that it reaches")
    shown = Table("property", "search", "inputs", "read", "", title=f"{args.seconds:g} s, seed {args.seed}")
    tried = {
        (name, way): function(name, args.seconds / len(names) / len(ways), args.seed)
        for name in names
        for way, function in ways.items()
    }
    for (name, way), one in tried.items():
        read = "" if one.read is None else f"{one.read:,}"
        shown.add_row(name, way, f"{one.inputs:,}", read, "FAILED" if one.failed else "")
    console.print(shown)
    for (name, way), one in tried.items():
        if one.failed:
            say(f"{name}, {way}:\n{one.failed}")
    console.print(f"{sum(one.inputs for one in tried.values()):,} inputs tried")
    return int(any(one.failed for one in tried.values()))


if __name__ == "__main__":
    raise SystemExit(run(main))
