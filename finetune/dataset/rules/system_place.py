"""The system prompt stands where the provider takes it: as a key of the line, or as the first message."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat, talk
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample(
    (
        talk(("system", "Split it."), ("user", "a"), ("assistant", "b")),
        talk(("user", "a"), ("system", "Split it."), ("assistant", "b")),
    )
)
SHAPE = True
OTHER = " (or name the provider whose shape this is: --profile)"


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.chat:
        return
    roles, place = roles_of(line), scope.profile.system
    if isinstance(line.value, dict) and "system" in line.value and place in ("message", "none"):
        right = f"make it the first message{OTHER}" if place == "message" else "take it out"
        yield Problem(f"the system prompt is a key of the line; {right}", line.column('"system"'))
    if roles[:1] == ["system"] and place in ("field", "none"):
        right = f"make it the key 'system' of the line{OTHER}" if place == "field" else "take it out"
        yield Problem(f"the system prompt is the first message; {right}", line.column('"system"'))
    elif "system" in roles[1:] and not scope.profile.system_later:
        yield Problem("a system message stands after others; put its text into the first", line.column('"system"'))


def roles_of(line: Line) -> list[object]:
    """Those of all messages, with the system prompt where it is one."""
    messages = line.value.get("messages") if isinstance(line.value, dict) else None
    if isinstance(messages, list):
        return [one.get("role") for one in messages if isinstance(one, dict)]
    return [message.role for message in line.chat.messages] if line.chat else []
