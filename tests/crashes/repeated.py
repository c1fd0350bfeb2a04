"""What people and programs do beside a job: two at once, forced runs, histories that are cloned, rebased and merged."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.conftest import Project
from tests.crashes.arguments import arguments
from tests.crashes.rig import Outcome, Rig
from tests.emulated import JOBS


def two_processes_at_once(rig: Rig) -> Outcome:
    project = rig.project(bare=False)
    with ThreadPoolExecutor() as threads:
        said = list(threads.map(lambda _: stage(project), range(2)))
    return rig.outcome(2, "\n".join(said), project)


def two_clones_at_once(rig: Rig) -> Outcome:
    one = rig.project(bare=False)
    other = rig.copy(one)
    with ThreadPoolExecutor() as threads:
        said = list(threads.map(stage, (one, other)))
    return rig.outcome(2, "\n".join(said), one, other)._replace(may_cancel=True)


def two_clones_one_after_the_other(rig: Rig) -> Outcome:
    one = rig.project(bare=False)
    other = rig.copy(one)
    return rig.outcome(2, stage(one) + stage(other), one, other)


def dvc_is_terminated_and_its_child_goes_on(rig: Rig) -> Outcome:
    """The request is answered late: dvc dies in the middle of it, and the second run comes while its child waits."""
    project = rig.project(bare=False)
    rig.emulator.faults({"method": "POST", "path": JOBS, "request": 1, "fault": "delay", "seconds": 0.4})
    before = rig.started()
    nowhere = subprocess.DEVNULL
    command = ["dvc", "repro", "submit"]
    first = subprocess.Popen(command, cwd=project.root, env=project.environment, stdout=nowhere, stderr=nowhere)
    while rig.started() == before:
        time.sleep(0.02)
    first.send_signal(signal.SIGTERM)
    first.wait()
    project.path(".dvc/tmp/rwlock").unlink(missing_ok=True)
    return rig.outcome(2, repro(project), project)


def forced(rig: Rig) -> Outcome:
    project = rig.project(bare=False)
    repro(project)
    return rig.outcome(2, repro(project, "--force", "--single-item"), project)


def dvc_lock_deleted(rig: Rig) -> Outcome:
    project = rig.project(bare=False)
    repro(project)
    project.path("dvc.lock").unlink()
    return rig.outcome(2, repro(project), project)


def params_reverted_and_applied_again(rig: Rig) -> Outcome:
    """Two jobs are wanted, and no third."""
    project = rig.project(bare=False)
    repro(project)
    project.replace("params.yaml", "suffix: ssi-lego-v1", "suffix: other")
    repro(project)
    project.replace("params.yaml", "suffix: other", "suffix: ssi-lego-v1")
    repro(project)
    project.replace("params.yaml", "suffix: ssi-lego-v1", "suffix: other")
    return rig.outcome(4, repro(project), project)


def fresh_clone(rig: Rig) -> Outcome:
    project = rig.project(bare=False)
    repro(project)
    project.commit("submitted")
    clone = rig.clone(project)
    return rig.outcome(2, repro(clone), project, clone)


def fresh_clone_before_the_ledger_was_committed(rig: Rig) -> Outcome:
    project = rig.project(bare=False)
    project.commit("other params")
    clone = rig.clone(project)
    repro(project)
    return rig.outcome(2, repro(clone), project, clone)


def rebased(rig: Rig) -> Outcome:
    """The commit with the job goes onto a history that has moved on."""
    project = rig.project(bare=False)
    project.commit("other params")
    project.run("git", "branch", "upstream")
    repro(project)
    project.commit("submitted")
    project.run("git", "checkout", "--quiet", "-b", "later", "upstream")
    project.path("NOTES.md").write_text("something else\n", encoding="utf-8")
    project.commit("moved on")
    project.run("git", "rebase", "--quiet", "later", "master")
    return rig.outcome(2, repro(project), project)


def two_generations_merged(rig: Rig) -> Outcome:
    """Both branches submitted a job of their own: two are wanted; the lock conflicts, and one side's is taken."""
    project = rig.project(bare=False)
    project.commit("other params")
    project.run("git", "checkout", "--quiet", "-b", "other")
    project.replace("params.yaml", "suffix: ssi-lego-v1", "suffix: other")
    repro(project)
    project.commit("their job")
    project.run("git", "checkout", "--quiet", "master")
    repro(project)
    project.commit("our job")
    project.run("git", "merge", "--quiet", "other", code=1)
    for name in project.run("git", "diff", "--name-only", "--diff-filter=U").splitlines():
        project.run("git", "checkout", "--ours", "--", name)
    project.commit("merged")
    repro(project)
    ours = "suffix: ssi-lego-v1" in project.read("params.yaml")
    old, new = ("ssi-lego-v1", "other") if ours else ("other", "ssi-lego-v1")
    project.replace("params.yaml", f"suffix: {old}", f"suffix: {new}")
    return rig.outcome(4, repro(project), project)


CASES: tuple[Callable[[Rig], Outcome], ...] = (
    two_processes_at_once,
    two_clones_at_once,
    two_clones_one_after_the_other,
    dvc_is_terminated_and_its_child_goes_on,
    forced,
    dvc_lock_deleted,
    params_reverted_and_applied_again,
    fresh_clone,
    fresh_clone_before_the_ledger_was_committed,
    rebased,
    two_generations_merged,
)


def repeated(rig: Rig, every: int) -> Iterator[tuple[str, Outcome]]:
    for case in CASES[:: -(-every // 16)]:
        yield case.__name__.replace("_", " "), case(rig)


def stage(project: Project) -> str:
    """The stage's program, in a process of its own."""
    return project.run(sys.executable, "-m", "scripts.submit", *arguments(project.root))


def repro(project: Project, *more: str) -> str:
    return project.run("dvc", "repro", *more, "submit")
