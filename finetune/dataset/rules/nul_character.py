"""No text has a NUL character: programs in C end a text there."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((chat("I want\0 to eat."), chat().replace(" ", "\0", 1)))
SPELT = (b"\0", b"\\u0000")
HINTS = ("\0",)


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    for spelt in SPELT:
        if spelt in line.raw:
            before = line.raw[: line.raw.find(spelt)].decode("utf-8", "replace")
            yield Problem("a NUL character; take it out", len(before) + 1)
            return
