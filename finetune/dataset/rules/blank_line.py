"""No line is blank."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((chat(), "", "  "))
FIX = "drops the line"
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.raw.strip():
        yield Problem("the line is blank; take it out")


def mend(line: Line) -> bytes | None:
    """None: the line goes."""
    return line.raw if line.raw.strip() else None
