"""Runs a program as a process of its own: seconds, CPU seconds of all its processes, and their memory together."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

LOOK = 0.05
"""Seconds between two looks at the memory."""
SHOWN = 300
PAGE = os.sysconf("SC_PAGE_SIZE")
SESSION, RESIDENT = 3, 21
"""Fields of /proc/PID/stat behind the command's name (proc(5))."""


class Measured(NamedTuple):
    """`peak` is in bytes: the resident memory of all its processes at one time, pages that they share counted in each.

    Where there is no /proc, it is that of its largest process. `failed` says why there is no result, or is empty.
    """

    seconds: float = 0.0
    cpu: float = 0.0
    peak: int = 0
    output: str = ""
    failed: str = ""


def measure(
    command: Sequence[str], folder: Path, more: Mapping[str, str], limit: float, good: Sequence[int]
) -> Measured:
    """Run it in the folder, with more environment, for `limit` seconds; `good` are the exit codes of success."""
    with tempfile.TemporaryFile("w+b") as out, tempfile.TemporaryFile("w+b") as err:
        begun = time.perf_counter()
        running = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **more}, stdout=out, stderr=err, start_new_session=True
        )
        peak, over, gone, status, used = 0, False, 0, 0, None
        while not gone:
            time.sleep(LOOK)
            peak = max(peak, resident(running.pid))
            gone, status, used = os.wait4(running.pid, os.WNOHANG)
            if not gone and not over and time.perf_counter() - begun > limit:
                over = True
                os.killpg(running.pid, signal.SIGKILL)
        seconds = time.perf_counter() - begun
        running.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        said, wrong = (stream.read().decode("utf-8", "replace") for stream in (out, err))
    assert used
    failed = f"more than {limit:g} s" if over else ""
    if not failed and running.returncode not in good:
        failed = f"exit code {running.returncode}: {last(wrong) or last(said)}"
    return Measured(seconds, used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss * 1024), said, failed)


def last(said: str) -> str:
    """The last line that says anything."""
    return next((line.strip()[:SHOWN] for line in reversed(said.splitlines()) if line.strip()), "")


def resident(session: int) -> int:
    """Bytes in memory of all processes of a session; 0 where there is no /proc."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[SESSION]) == session:
            total += int(fields[RESIDENT]) * PAGE
    return total
