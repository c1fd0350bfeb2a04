"""A case: files of any bytes; whether what has to hold of them does, and in how much time."""

import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from finetune.errors import FinetuneError

SECONDS = 10
"""So long an input of under a megabyte may take at most."""


class Case(NamedTuple):
    """Files by their names, and what else is chosen."""

    files: Mapping[str, bytes]
    profile: str = "anthropic"
    lego: bool = False
    piece: int = 64
    place: str = ""


def holds(of: Callable[[Path, Case], None], case: Case) -> bool:
    """Whether the files are read, in a folder of their own. An error that says where is no failure, all else is."""
    with tempfile.TemporaryDirectory(prefix="finetune-fuzz-") as name, at_most(SECONDS):
        for path, data in case.files.items():
            (Path(name) / path).write_bytes(data)
        try:
            of(Path(name), case)
        except FinetuneError as error:
            assert error.where and error.what, "an error says where, and what"
            assert error.exit_code == 2, "what a person gave is at fault"
            return False
    return True


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """TimeoutError where it takes longer, also inside a regular expression."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"it takes more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
