"""The assistant has the last word: what stands after the last answer teaches nothing."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, talk
from finetune.records.dataset import Line
from finetune.records.profile import Scope

SEVERITY = "warning"
GOOD = Sample((talk(("system", "s"), ("user", "a"), ("assistant", "b")),), profile="openai")
BAD = Sample((talk(("user", "a"), ("assistant", "b"), ("user", "c")),), profile="openai")
SHAPE = True


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    """Where the profile asks for the assistant at the end, role-order says so."""
    roles = [message.role for message in line.chat.messages] if line.chat else []
    if not scope.profile.last and "assistant" in roles[:-1] and roles[-1] != "assistant":
        yield Problem(f"the last message is of {roles[-1]!r}, which nothing answers; take it out")
