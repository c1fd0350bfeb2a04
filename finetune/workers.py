"""Processes that work on the parts of something large, on both cores."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from finetune.garbage import look_seldom

if TYPE_CHECKING:
    from multiprocessing.pool import AsyncResult, Pool

PROCESSES = 2
PATIENCE = 10
"""Seconds for what is under way to end, once something has failed."""
T = TypeVar("T")
R = TypeVar("R")


def workers(begin: Callable[..., None] | None = None, *given: object) -> "Pool":
    """A pool of processes that begin with `begin(*given)`. They are spawned: a fork of threads may hang."""
    import multiprocessing

    return multiprocessing.get_context("spawn").Pool(PROCESSES, start, (begin, given))


def start(begin: Callable[..., None] | None, given: tuple[object, ...]) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us, and ends us: else it may wait for ever
    look_seldom()
    if begin:
        begin(*given)


def bounded(pool: "Pool", make: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
    """What is made of tasks, in order, with no more of them under way than are worked on and waiting next."""
    waiting: list[AsyncResult[R]] = []
    try:
        for task in tasks:
            waiting.append(pool.apply_async(make, (task,)))
            if len(waiting) > 2 * PROCESSES:
                yield waiting.pop(0).get()
        while waiting:
            yield waiting.pop(0).get()
    except Exception:
        for one in waiting:  # they may still write to what is cleared away next
            one.wait(PATIENCE)
        raise
