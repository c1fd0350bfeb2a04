"""Runs a program as a process of its own: seconds, CPU seconds of all its processes, and their memory together."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

LOOK = 0.05
"""Seconds between two looks at the memory."""
SHOWN = 300
LARGEST = 1 if sys.platform == "darwin" else 1024
"""Bytes of a unit of ru_maxrss: of a process and of its largest child, where there is no /proc."""
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
        try:
            code, used, peak = watch(running.pid, begun + limit)
            running.returncode = code
        except BaseException:  # nothing goes on behind an interrupted benchmark
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            raise
        seconds = time.perf_counter() - begun
        out.seek(0)
        err.seek(0)
        said, wrong = (stream.read().decode("utf-8", "replace") for stream in (out, err))
    failed = "" if code in good else f"exit code {code}: {last(wrong) or last(said)}"
    if code == -signal.SIGKILL and seconds > limit:
        failed = f"more than {limit:g} s"
    return Measured(seconds, used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss * LARGEST), said, failed)


def watch(process: int, end: float) -> tuple[int, resource.struct_rusage, int]:
    """Wait for a session to end, and end it when its time is over: its exit code, what it used, its peak in bytes."""
    peak, gone, over = 0, 0, False
    while not gone:
        time.sleep(LOOK)
        peak = max(peak, resident(process))
        gone, status, used = os.wait4(process, os.WNOHANG)
        if not gone and not over and time.perf_counter() > end:
            over = True
            os.killpg(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status), used, peak


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
