"""No text is empty or blank."""

from collections.abc import Iterator
from itertools import repeat

from finetune.dataset.chats import text_of
from finetune.dataset.digests import is_text
from finetune.dataset.found import Problem
from finetune.dataset.rules.wrong_type import calls_of
from finetune.dataset.samples import Sample, chat, talk
from finetune.dataset.texts.edges import BLANK
from finetune.records.dataset import Chat, Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample(
    (
        chat(system=" "),
        chat(user=""),
        chat(answer="\n"),
        chat(answer="\u200b\ufeff"),
        talk(("user", "a"), ("assistant", [{"type": "text", "text": " "}])),
        talk(("user", []), ("assistant", "b")),
    )
)
RESULTS = ("tool", "function")
"""Their texts are what a program gave, which may be nothing."""


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.chat:
        return
    if isinstance(line.chat.system, str) and not line.chat.system.strip(BLANK):
        yield Problem("the system text is empty; write the prompt", found='"system"')
    if line.plain and all(map(str.strip, line.texts[1:], repeat(BLANK))):
        return
    for number, role, text in said_in(line.chat) if line.plain else given(line.value):
        if not text.strip(BLANK):
            said = f"message {number} ({role}) is empty; write its text, or take the line out"
            yield Problem(said, found='"content"', message_number=number)


def said_in(chat: Chat) -> Iterator[tuple[int, str, str]]:
    for number, message in enumerate(chat.messages, start=1):
        yield number, message.role, message.content


def given(value: object) -> Iterator[tuple[int, str, str]]:
    """Number, role and text of each message, in any shape. What says something else, or calls a tool, needs none."""
    messages = value.get("messages") if isinstance(value, dict) else None
    for number, one in enumerate(messages if isinstance(messages, list) else [], start=1):
        if isinstance(one, dict) and needs_text(one):
            yield number, str(one.get("role")), text_of(one.get("content"))


def needs_text(message: dict[str, object]) -> bool:
    content = message.get("content")
    other = [part for part in content if not is_text(part)] if isinstance(content, list) else []
    needs = isinstance(content, str | list) and message.get("role") not in RESULTS
    return needs and not other and not calls_of(message)
