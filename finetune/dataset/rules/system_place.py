"""The system prompt stands where the provider takes it: as a key of the line, or as the first message."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat, talk
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((talk(("system", "Split it."), ("user", "a"), ("assistant", "b")),))


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.chat:
        return
    first = bool(line.chat.messages) and line.chat.messages[0].role == "system"
    if not line.plain and isinstance(line.value, dict):
        messages = line.value.get("messages")
        one = messages[0] if isinstance(messages, list) and messages else None
        first = isinstance(one, dict) and one.get("role") == "system"
        if "system" in line.value and scope.profile.system in ("message", "none"):
            right = "make it the first message" if scope.profile.system == "message" else "take it out"
            yield Problem(f"the system prompt is a key of the line; {right}", line.column('"system"'))
    if first and scope.profile.system in ("field", "none"):
        right = "make it the key 'system' of the line" if scope.profile.system == "field" else "take it out"
        yield Problem(f"the system prompt is the first message; {right}", line.column('"system"'))
