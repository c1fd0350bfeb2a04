"""Runs DVC: the one beside this Python, whether or not its environment is activated."""

import os
import subprocess
import sys
from pathlib import Path

from finetune.errors import FinetuneError


def environment() -> dict[str, str]:
    """Ours, with this Python first: the stages say `python`."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}


def run(*arguments: str) -> int:
    """Run DVC in this terminal; the exit code is 0, 1 where anything failed (to DVC that is 255) or 130 where it was
    interrupted.

    Ctrl-C reaches DVC and its stage as well: they are waited for, so that no lock and no half-made output is left. A
    second one ends DVC.
    """
    process, interrupts = subprocess.Popen([sys.executable, "-m", "dvc", *arguments], env=environment()), 0
    while True:
        try:
            code = process.wait()
            return 130 if interrupts else int(code != 0)
        except KeyboardInterrupt:
            interrupts += 1
            if interrupts > 1:
                process.terminate()


def ask(*arguments: str) -> str:
    """What a DVC command prints; it is refused while a stage runs."""
    command = [sys.executable, "-m", "dvc", *arguments]
    asked = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    if asked.returncode and "is busy" in asked.stderr:
        raise FinetuneError("dvc", "a stage is running", "`make status` says where its job is")
    if asked.returncode:
        raise FinetuneError("dvc", " ".join(asked.stderr.split()), "mend dvc.yaml or params.yaml")
    return asked.stdout
