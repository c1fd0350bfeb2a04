"""No text is empty or blank."""

from collections.abc import Iterator

from finetune.dataset.chats import text_of
from finetune.dataset.digests import is_text
from finetune.dataset.found import Problem
from finetune.dataset.rules.wrong_type import calls_of
from finetune.dataset.samples import Sample, chat, talk
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample(
    (
        chat(system=" "),
        chat(user=""),
        chat(answer="\n"),
        talk(("user", "a"), ("assistant", [{"type": "text", "text": " "}])),
        talk(("user", []), ("assistant", "b")),
    )
)


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.chat:
        return
    if isinstance(line.chat.system, str) and not line.chat.system.strip():
        yield Problem("the system text is empty; write the prompt")
    if line.plain and all(map(str.strip, line.texts[1:])):
        return
    texts = [(message.role, message.content) for message in line.chat.messages] if line.plain else given(line.value)
    for number, (role, text) in enumerate(texts, start=1):
        if not text.strip():
            yield Problem(f"message {number} ({role}) is empty; write its text, or take the line out")


def given(value: object) -> list[tuple[str, str]]:
    """The roles and texts of a line of any shape. What says something else than text, or calls a tool, needs none."""
    messages = value.get("messages") if isinstance(value, dict) else None
    objects = [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []
    return [(str(one.get("role")), text_of(one.get("content"))) for one in objects if needs_text(one)]


def needs_text(message: dict[str, object]) -> bool:
    content = message.get("content")
    other = [part for part in content if not is_text(part)] if isinstance(content, list) else []
    return isinstance(content, str | list) and not other and not calls_of(message)
