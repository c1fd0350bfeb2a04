"""One line of a training or validation file, and what became of each seed."""

import json
import re
from contextlib import suppress
from typing import Literal

import msgspec

from finetune.records.course import Breakdown, Seed

Side = Literal["training", "validation"]
Placed = tuple[Seed, Side | None]
"""A seed, and its side of the split; None where it is not taught."""
BOM = b"\xef\xbb\xbf"
PLACED = 1_000
"""Messages of a line whose columns are looked for."""
FILLED = re.compile(r"[^ \t]")


class Message(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    role: str
    content: str


class Example(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A chat fine-tuning example: one line of a JSONL file."""

    system: str
    messages: tuple[Message, ...]


class Prompt(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The user message, as JSON: the seed pair, its languages, and the claims that bear on it."""

    course: str
    seed_id: str
    target_language: str
    known_language: str
    target: str
    known: str
    claims: tuple["PromptClaim", ...]


class PromptClaim(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    known_chunk: str
    target_chunk: str


class LeftOut(msgspec.Struct, frozen=True):
    """A seed that is not taught, and why."""

    course: str
    seed_id: str
    reason: str


class Chat(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """What a line says, whatever its provider's shape: the system prompt (UNSET: it has none), then the messages.

    Contents that are no text are in here as the text of their parts; the shape rules see the line's `value`.
    """

    messages: tuple[Message, ...]
    system: str | msgspec.UnsetType = msgspec.UNSET

    def last(self, role: str) -> str:
        """The text of this role's last message; empty where there is none."""
        for message in reversed(self.messages):
            if message.role == role:
                return message.content
        return ""


class Head(msgspec.Struct, forbid_unknown_fields=True):
    """What a chat with a system prompt may begin with."""

    system: str


class Fault(msgspec.Struct, frozen=True):
    """Why a line is no JSON object: which rule says so, what it says, and in which column (1 and up)."""

    rule: str
    message: str
    column: int = 0


class Line(msgspec.Struct, gc=False):
    """One line of a JSONL file as a rule sees it.

    `raw` is without its line end, `value` its JSON, unless the line is `plain`: of the profile's own shape, so that no
    shape rule has anything to say. Its first `head` bytes are known to say its system prompt, and nothing else.
    `prompt` and `answer` are those of a LEGO example; where a line is none, their errors say why. `texts` are its
    system prompt and its messages; of a line that is no chat, all of it. `digests` are kept of what stands before the
    last answer, and of that; `starts` of where messages begin.
    """

    side: Side
    number: int
    raw: bytes
    head: int = 0
    value: object = None
    plain: bool = False
    fault: Fault | None = None
    chat: Chat | None = None
    prompt: Prompt | None = None
    prompt_error: str = ""
    answer: Breakdown | None = None
    answer_error: str = ""
    texts: tuple[str, ...] = ()
    digests: tuple[tuple[bytes, bytes], ...] = ()
    starts: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The line as a text; empty where it is not UTF-8."""
        try:
            return str(self.raw.removeprefix(BOM), "utf-8")
        except UnicodeDecodeError:
            return ""

    def column(self, found: str, text: str = "") -> int:
        """Where this piece begins in the line, or in the line's spelling of a text, from 1; 0 if it is not there.

        The text is looked for with its quotes: another may have the same words in it.
        """
        at = text.find(found)
        return (self.place(text, at) if at >= 0 else 0) or self.text.find(found) + 1

    def place(self, text: str, at: int) -> int:
        """Where the character at this index of a text stands in the line, from 1; 0 if the line spells it otherwise."""
        line = self.text
        for plain in (False, True):
            if (begins := line.find(json.dumps(text, ensure_ascii=plain))) >= 0:
                return begins + len(json.dumps(text[:at], ensure_ascii=plain))
        return 0

    def column_in(self, message: int, found: str) -> int:
        """Where this piece begins in the message of this number (from 1), from 1; 0 if it is not there, or far on."""
        if not self.starts:
            self.starts = starts(self.text)
        return self.text.find(found, self.starts[message - 1]) + 1 if message <= len(self.starts) else 0


def starts(line: str) -> tuple[int, ...]:
    """Where the first PLACED messages of a line begin."""
    found, decode = [line.find("[", line.find('"messages"')) + 1], json.JSONDecoder().raw_decode
    with suppress(ValueError, RecursionError):
        while len(found) < PLACED:
            begins = FILLED.search(line, found[-1])
            found.append(line.index(",", decode(line, begins.start() if begins else found[-1])[1]) + 1)
    return tuple(found)
