"""Processes that work on the parts of something large, on both cores."""

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from finetune.garbage import look_seldom

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

PROCESSES = 2


def workers(begin: Callable[..., None] | None = None, *given: object) -> "Pool":
    """A pool of processes that begin with `begin(*given)`. They are spawned: a fork of threads may hang."""
    import multiprocessing

    return multiprocessing.get_context("spawn").Pool(PROCESSES, start, (begin, given))


def start(begin: Callable[..., None] | None, given: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us, and ends us: else it may wait for ever
    look_seldom()
    if begin:
        begin(*given)
