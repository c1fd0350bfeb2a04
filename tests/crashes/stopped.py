"""The submitting process is killed, or told that the disk is full, at every system call from the intent on."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.crashes.boundaries import How
from tests.crashes.rig import Outcome, Rig

Cases = Iterator[tuple[str, Outcome]]
YEARS = 10 * 365 * 86_400


def calls(rig: Rig, how: How) -> list[str]:
    """The names of the system calls of a run that nothing stops."""
    project = rig.project()
    code, said = rig.submit(project, how=how)
    assert code == 0, said
    found: list[str] = json.loads(Path(f"{project.root}.log").read_text("utf-8"))
    return found


def killed(rig: Rig, every: int) -> Cases:
    """SIGKILL at each call, then the same command until it succeeds."""
    for at, name in list(enumerate(calls(rig, "kill"), start=1))[::every]:
        project = rig.project()
        code, said = rig.submit(project, at=at)
        assert code == -9, f"not killed at {at}: {said}"
        yield f"{at} {name}", rig.until_done(project, runs=1)


def disk_full(rig: Rig, every: int) -> Cases:
    """ENOSPC at each write, then the same command until it succeeds."""
    for at, name in list(enumerate(calls(rig, "full disk"), start=1))[::every]:
        project = rig.project()
        rig.submit(project, at=at, how="full disk")
        yield f"{at} {name}", rig.until_done(project, runs=1)


def clock(rig: Rig, every: int) -> Cases:
    """Killed around the one request while the clock stands ten years off; it jumps back before the next run."""
    names = calls(rig, "kill")
    for at, name in [(at, name) for at, name in enumerate(names, start=1) if name == "socket.recv"][::every]:
        for jump, now in ((YEARS, "2036-11-23T00:00:00+00:00"), (-YEARS, "2016-11-23T00:00:00+00:00")):
            project = rig.project()
            rig.submit(project, at=at + 1, clock=jump, now=now)
            yield f"{jump:+} s at {at} {name}", rig.until_done(project, runs=1)
