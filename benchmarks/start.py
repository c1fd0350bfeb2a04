"""Times the start of our scripts, whole stages of data, and `dvc repro` with nothing to do beside an empty pipeline."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import yaml
from rich.table import Table

from finetune.errors import FinetuneError
from finetune.reports.program import run
from finetune.reports.screen import console

RUNS = 7
WHOLE = ("prepare", "validate")
"""Stages that are run as they are: they ask nobody for anything, and write the same bytes again."""


def seconds(command: Sequence[str], folder: Path) -> float:
    """The median time of a command over RUNS runs."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def empty_pipeline(folder: Path, stages: int) -> None:
    """As many stages, each with a file to read and one to write, all made once."""
    for command in (("git", "init", "--quiet"), ("dvc", "init", "--quiet")):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    definition = {
        f"stage{number}": {"cmd": f"echo {number} > {number}", "deps": [str(number - 1)], "outs": [str(number)]}
        for number in range(1, stages + 1)
    }
    (folder / "0").write_text("0")
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": definition}))
    subprocess.run(("dvc", "repro"), cwd=folder, check=True, capture_output=True)


def main(argv: Sequence[str]) -> int:
    if (
        "Data and pipelines are up to date"
        not in subprocess.run(("dvc", "repro", "--dry"), capture_output=True, text=True, check=False).stdout
    ):
        raise FinetuneError("dvc", "this generation is not made", "run `make finetune` first")
    scripts = sorted(path.stem for path in Path("scripts").glob("*.py") if path.stem != "__init__")
    shown = Table("command", "seconds", "added", title=f"median of {RUNS} runs")
    python = seconds((sys.executable, "-c", "pass"), Path())
    shown.add_row("python -c pass", f"{python:.2f}", "")
    for name in scripts:
        taken = seconds((sys.executable, "-c", f"import scripts.{name}"), Path())
        shown.add_row(f"import scripts.{name}", f"{taken:.2f}", f"{taken - python:.2f}")
    made = yaml.safe_load(Path("dvc.lock").read_text(encoding="utf-8"))["stages"]
    for name in WHOLE:
        taken = seconds(made[name]["cmd"].split(), Path())
        shown.add_row(f"{name}, all of it", f"{taken:.2f}", f"{taken - python:.2f}")
    with tempfile.TemporaryDirectory() as folder:
        empty_pipeline(Path(folder), len(scripts))
        empty = seconds(("dvc", "repro"), Path(folder))
    ours = seconds(("dvc", "repro"), Path())
    shown.add_row(f"dvc repro, nothing to do, {len(scripts)} empty stages", f"{empty:.2f}", "")
    shown.add_row("dvc repro, nothing to do, ours", f"{ours:.2f}", f"{ours - empty:.2f} (ratio {ours / empty:.2f})")
    console.print(shown)
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
