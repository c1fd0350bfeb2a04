"""Times the start of our scripts, whole stages of data, and `dvc repro` with nothing to do beside an empty pipeline."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import yaml
from rich.table import Table

from benchmarks.scale.generate import PARAMS, generate
from finetune.errors import FinetuneError
from finetune.files.dvc import read_paths
from finetune.files.params import read_yaml
from finetune.reports.program import run
from finetune.reports.screen import console

RUNS = 7
WHOLE = ("prepare", "validate")
"""Stages that are run as they are: they ask nobody for anything, and write the same bytes again."""
RECORDS = 450
SEED = 7
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path.cwd()), "PYTHONDONTWRITEBYTECODE": ""}
"""Python keeps what it compiled, as it does for whoever starts a stage a second time."""


def seconds(command: Sequence[str], folder: Path) -> float:
    """The median time of a command over RUNS runs, after one that is not counted."""
    times = []
    for _ in range(1 + RUNS):
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True, env=ENVIRONMENT)
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:])


def project_of(folder: Path, records: int) -> None:
    """A folder with so many records, and the params that data stages read: `validate` is this project's."""
    generate(folder, records, SEED)
    params = yaml.safe_load(PARAMS) | {"validate": read_yaml(Path("params.yaml"))["validate"]}
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")


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


def data_stages(commands: Sequence[str]) -> list[float]:
    """The seconds that these stages take from their start to their end, where there are RECORDS records."""
    skill = read_paths().courses.parent
    with tempfile.TemporaryDirectory() as name:
        project_of(Path(name), RECORDS)
        return [seconds(command.replace(str(skill), name).split(), Path(name)) for command in commands]


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
    for name in ("msgspec", *(f"scripts.{name}" for name in scripts)):
        taken = seconds((sys.executable, "-c", f"import {name}"), Path())
        shown.add_row(f"import {name}", f"{taken:.2f}", f"{taken - python:.2f}")
    made = yaml.safe_load(Path("dvc.lock").read_text(encoding="utf-8"))["stages"]
    for name, taken in zip(WHOLE, data_stages([made[name]["cmd"] for name in WHOLE]), strict=True):
        shown.add_row(f"{name}, all of it, {RECORDS} records", f"{taken:.2f}", f"{taken - python:.2f}")
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
