"""A file is UTF-8."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((b'{"system": "\xff\xfe"}',))
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if line.fault and line.fault.rule == "invalid-utf8":
        yield Problem(f"{line.fault.message}; save the file as UTF-8", line.fault.column)
