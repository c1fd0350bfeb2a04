"""No text is empty or blank."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((chat(system=" "), chat(user=""), chat(answer="\n")))


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.chat:
        return
    if isinstance(line.chat.system, str) and not line.chat.system.strip():
        yield Problem("the system text is empty; write the prompt")
    if line.plain and not any(not text or text.isspace() for text in line.texts[1:]):
        return
    texts = [(message.role, message.content) for message in line.chat.messages] if line.plain else given(line.value)
    for number, (role, text) in enumerate(texts, start=1):
        if not text.strip():
            yield Problem(f"message {number} ({role}) is empty; write its text, or take the line out")


def given(value: object) -> list[tuple[str, str]]:
    """The roles and texts of a line of any shape. Parts are no text, and the call of a tool needs none."""
    messages = value.get("messages") if isinstance(value, dict) else None
    objects = [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []
    objects = [one for one in objects if not one.keys() & {"tool_calls", "function_call"}]
    return [(str(one.get("role")), one["content"]) for one in objects if isinstance(one.get("content"), str)]
