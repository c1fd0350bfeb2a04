"""A line is JSON."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample(('{"system": "Split it.", "messages": [}', '{"system": NaN, "messages": []}'))
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if line.fault and line.fault.rule == "not-json" and line.raw.strip():
        yield Problem(f"{line.fault.message}; write one JSON object", line.fault.column)
