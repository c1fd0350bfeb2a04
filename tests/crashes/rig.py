"""A project that is ready to submit, an emulator, and a zygote that submits: what every case of the matrix needs."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from finetune.ledger import Ledger
from tests.conftest import Project, copy_project, shrink
from tests.emulated import JOBS, KEY, Emulator
from tests.imports import ROOT

QUICK = {
    "poll_seconds: 60": "poll_seconds: 0.2",
    "settle_seconds: 60": "settle_seconds: 0.5\n        timeout_seconds: 0.5\n        patience_seconds: 0.2",
    "max_cost_usd: 50": "max_cost_usd: null",
}
"""So that a lost answer takes no minute."""
MOST_RUNS = 6


class Outcome(NamedTuple):
    """How a case ended: `keys` jobs were wanted; it took `runs`; the emulator has `jobs`, of which we `cancelled` some
    at once and no ledger has `lost`; `done`, every ledger has an id for every key; and what was said last."""

    runs: int
    keys: int
    jobs: int
    cancelled: int
    lost: int
    done: bool
    said: str
    may_cancel: bool = False

    @property
    def right(self) -> bool:
        """One job for each key. Where two clones ask at one moment, one too many is cancelled."""
        one_each = self.jobs - (self.cancelled if self.may_cancel else 0) == self.keys
        return one_each and not self.lost and self.done


class Rig:
    def __init__(self, folder: Path) -> None:
        self.folder, self.number = folder, 0
        self.prepared = shrink(copy_project(folder / "prepared"))
        for old, new in QUICK.items():
            self.prepared.replace("params.yaml", old, new)
        self.emulator = Emulator(folder / "emulator", "--seconds-per-stage", "3600")  # nothing is trained here
        self.environment = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": self.emulator.url}
        self.prepared.environment |= self.environment
        self.prepared.python("-c", CHOOSE)
        self.prepared.run("dvc", "repro", "--quiet", "validate")
        self.prepared.commit("ready to submit")
        command = [sys.executable, "-m", "tests.crashes.zygote"]
        self.zygote = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.zygote.stdout and self.zygote.stdout.readline() == "ready\n"

    def project(self, bare: bool = True) -> Project:
        """A new copy that is ready to submit a job of its own, whose key is no other's. A bare one is data only: the
        zygote has the code."""
        self.number += 1
        root = self.folder / f"clone-{self.number}"
        unused = shutil.ignore_patterns(".git", "cache", "tests", "benchmarks", "finetune") if bare else None
        shutil.copytree(self.prepared.root, root, symlinks=True, ignore=unused)
        project = self.of(root)
        project.replace("params.yaml", "attempt: 1 ", f"attempt: {self.number + 1} ")
        return project

    def copy(self, project: Project) -> Project:
        """Another copy, which wants the same job."""
        self.number += 1
        root = self.folder / f"clone-{self.number}"
        shutil.copytree(project.root, root, symlinks=True)
        return self.of(root)

    def clone(self, project: Project) -> Project:
        """What `git clone` brings, without DVC's cache."""
        self.number += 1
        root = self.folder / f"clone-{self.number}"
        project.run("git", "clone", "--quiet", ".", str(root))
        return self.of(root)

    def of(self, root: Path) -> Project:
        project = Project(root)
        project.environment |= self.environment
        return project

    def started(self) -> int:
        """The requests to start a job that came in so far."""
        asked: int = self.emulator.counts()["requests"].get(f"POST {JOBS}", 0)
        return asked

    def submit(self, project: Project, **how: Any) -> tuple[int, str]:
        """Run the stage's program once, in a process of its own: its exit code (negative: the signal), what it said."""
        case = {"folder": str(project.root), "environment": self.environment, "log": f"{project.root}.log", **how}
        assert self.zygote.stdin and self.zygote.stdout
        self.zygote.stdin.write(json.dumps(case) + "\n")
        self.zygote.stdin.flush()
        outcome = json.loads(self.zygote.stdout.readline())
        assert "Traceback" not in outcome["said"], outcome["said"]
        return outcome["code"], outcome["said"]

    def until_done(self, project: Project, runs: int = 0, said: str = "") -> Outcome:
        """Repeat the same command, as a person would, until it succeeds; then count."""
        code = -1
        while code and runs < MOST_RUNS:
            code, said = self.submit(project)
            runs += 1
        return self.outcome(runs, said, project)

    def outcome(self, runs: int, said: str, *clones: Project) -> Outcome:
        """What the emulator has of the jobs that these clones wanted, held against their ledgers."""
        self.emulator.faults()  # none of those that did not strike hits us
        entries = [entry for clone in clones for entry in Ledger(clone.path("jobs")).entries()]
        keys, recorded = {entry.spec.key for entry in entries}, {entry.job_id for entry in entries}
        mine = [job for job in self.jobs() if job["metadata"]["finetune_key"] in keys]
        alive = {job["id"] for job in mine if job["status"] != "cancelled"}
        done = bool(entries) and None not in recorded and recorded <= alive
        return Outcome(runs, len(keys), len(mine), len(mine) - len(alive), len(alive - recorded), done, said)

    def jobs(self) -> list[Any]:
        found: list[Any] = self.emulator.get("/v1/fine-tuning/jobs?limit=1000")["data"]
        return found

    def close(self) -> None:
        assert self.zygote.stdin and self.zygote.stdout
        self.zygote.stdin.close()
        self.zygote.wait(timeout=10)
        self.zygote.stdout.close()
        self.emulator.stop()


CHOOSE = """
from pathlib import Path
from finetune.files.choosing import choose_provider
from finetune.files.dvc import read_paths
choose_provider(Path("params.yaml"), read_paths(), "anthropic")
"""


@contextmanager
def rig(folder: Path) -> Iterator[Rig]:
    made = Rig(folder)
    try:
        yield made
    finally:
        made.close()
