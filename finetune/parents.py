"""Knows whether the program that started this one is still there: who waits for nobody should not go on."""

import os

import psutil

from finetune.errors import OrphanedError

SHELLS = {"sh", "bash", "dash", "zsh", "fish", "ksh"}


def above() -> list[int]:
    """The process that started this one; and, where that is the shell in which DVC runs a stage, DVC itself."""
    try:
        parent = psutil.Process(os.getppid())
        return [parent.pid, parent.ppid()] if "DVC_STAGE" in os.environ and parent.name() in SHELLS else [parent.pid]
    except psutil.Error:
        return []


class Parents:
    """Those that were there at the start. One that dies leaves its children to another process."""

    def __init__(self) -> None:
        self.above = above()

    def check(self, what: str) -> None:
        """OrphanedError where one of them is gone."""
        if above() != self.above:
            said = "what started this program is gone, so it ends; the job itself goes on"
            raise OrphanedError(what, said, "`make finetune` takes it up again")
