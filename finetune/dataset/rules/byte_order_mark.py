"""A file does not begin with a byte order mark: a strict reader takes it for part of the JSON."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import BOM, Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((BOM + chat().encode(),))
FIX = "removes the mark"
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if line.raw.startswith(BOM):
        yield Problem("the line begins with a byte order mark; save the file as UTF-8 without one", 1)


def mend(line: Line) -> bytes | None:
    return line.raw.removeprefix(BOM)
