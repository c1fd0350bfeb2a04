"""Stops a process at the n-th of its system calls after the intent: killed there, or told that the disk is full."""

import errno
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any, Literal

from finetune.ledger import Ledger

How = Literal["kill", "full disk"]
CALLING = {"posix", "fcntl", "_io", "socket", "_socket", "select", "_ssl"}
"""The modules whose C functions are system calls, or make one."""
HARMLESS = {"fspath", "getcwd", "_path_normpath", "getpid", "urandom", "stat", "fileno", "isatty", "settimeout"}
HARMLESS |= {"get_terminal_size", "setsockopt", "getvalue", "seek", "truncate", "read"}
"""What of these changes nothing that another process could see."""
WRITING = {"open", "write", "writelines", "flush", "fsync", "rename", "replace", "mkdir", "close"}
"""What fails of these where a disk is full."""


class Boundary:
    """Counts the system calls of this thread once the ledger is written for the first time; acts at number `at`."""

    def __init__(self, at: int, how: How) -> None:
        self.at, self.how, self.count = at, how, 0
        self.log: list[str] = []

    def arm(self) -> None:
        """Begin with the first write to the ledger, which is the intent."""
        write = Ledger.write

        def armed(ledger: Ledger, *entry: Any) -> None:
            if sys.getprofile() is None:
                sys.setprofile(self.profile)
            write(ledger, *entry)

        Ledger.write = armed  # type: ignore[assignment, method-assign]

    def profile(self, frame: FrameType, event: str, function: Callable[..., object]) -> None:
        if event != "c_call" or not self.counts(function):
            return
        self.count += 1
        self.log.append(name_of(function))
        if self.count != self.at:
            return
        if self.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def counts(self, function: Callable[..., object]) -> bool:
        owner = getattr(function, "__self__", None)
        module = owner.__name__ if isinstance(owner, ModuleType) else type(owner).__module__
        if module not in CALLING and getattr(function, "__module__", None) not in CALLING:
            return False
        if function.__name__ in HARMLESS:
            return False
        on_disk = module not in ("socket", "_socket", "_ssl", "select") and function.__name__ in WRITING
        return self.how == "kill" or on_disk


def name_of(function: Callable[..., object]) -> str:
    owner = getattr(function, "__self__", None)
    return f"{owner.__name__ if isinstance(owner, ModuleType) else type(owner).__name__}.{function.__name__}"
