"""A line has every key that its provider asks for."""

from collections.abc import Iterator

from msgspec import UNSET

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((chat(system=None), '{"system": "Split it."}'))
SHAPE = True


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if line.plain and line.chat:
        has = {"messages"} if line.chat.system is UNSET else {"messages", "system"}
    elif isinstance(line.value, dict):
        has = set(line.value)
    else:
        return
    for key in scope.profile.required:
        if key not in has:
            yield Problem(f"no {key!r}; add it: a line has {', '.join(scope.profile.required)}")
