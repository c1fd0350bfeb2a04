"""Make this generation: run what is not up to date, then say what to commit and to tag."""

import argparse
import subprocess
from collections.abc import Sequence
from pathlib import Path

from finetune.errors import unusable
from finetune.files.dvc import read_paths
from finetune.files.params import read_yaml
from finetune.reports.screen import console


def generation() -> int:
    """The generation to make, which is later than the one that it is compared with."""
    params = read_yaml(Path("params.yaml"))
    number, baseline = params.get("generation"), params.get("baseline")
    if not isinstance(number, int) or number < 1:
        raise unusable(
            "params.yaml: generation", f"{number!r}", "write the number of the generation to make, 1 or more"
        )
    if not isinstance(baseline, int) or not 0 <= baseline < number:
        raise unusable("params.yaml: baseline", f"{baseline!r}", f"it is an earlier generation: 0 to {number - 1}")
    return number


def read_bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def uncommitted() -> list[str]:
    asked = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=False)
    return asked.stdout.splitlines()


def tagged(tag: str) -> bool:
    asked = subprocess.run(["git", "tag", "--list", tag], capture_output=True, text=True, check=False)
    return bool(asked.stdout.strip())


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="finetune make", description=__doc__)
    parser.parse_args(argv)
    number, lock = generation(), Path("dvc.lock")
    before = read_bytes(lock)
    code = subprocess.run(["dvc", "repro"], check=False).returncode
    if code:
        return code
    model = (read_paths().testing / f"generation-{number}-model-id.txt").read_text(encoding="utf-8").strip()
    if read_bytes(lock) == before:
        console.print(f"\nnothing to do: generation {number} is up to date ({model})", markup=False)
    else:
        console.print(f"\ngeneration {number} is made: {model}", markup=False)
    if uncommitted() or not tagged(f"gen-{number}"):
        console.print(
            "keep it:\n  git add dvc.lock params.yaml jobs skills\n"
            f"  git commit -m 'Generation {number}' && git tag gen-{number}\n"
            "  dvc push    # where a DVC remote is set up\n"
            f"make the next: add corrections, set `generation: {number + 1}` and `baseline: {number}` in params.yaml, "
            "then `make finetune`",
            markup=False,
        )
    return 0
