"""Processes that work on the parts of something large, on both cores."""

import gc
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.pool import Pool

PROCESSES = 2
SELDOM = 100_000
"""Objects between two looks for cycles. Every 700, as is usual, takes a tenth of the time; records are in none."""


def workers(begin: Callable[..., None] | None = None, *given: object) -> Pool:
    """A pool of processes that begin with `begin(*given)`. They are spawned: a fork of threads may hang."""
    return multiprocessing.get_context("spawn").Pool(PROCESSES, start, (begin, given))


def start(begin: Callable[..., None] | None, given: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us, and ends us: else it may wait for ever
    gc.freeze()
    gc.set_threshold(SELDOM)
    if begin:
        begin(*given)
