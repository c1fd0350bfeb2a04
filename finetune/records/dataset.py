"""One line of a training or validation file, and what became of each seed."""

from typing import Literal

import msgspec

Side = Literal["training", "validation"]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: str
    content: str


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chat fine-tuning example: one line of a JSONL file."""

    system: str
    messages: tuple[Message, ...]


class Prompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The user message, as JSON: the seed pair, its languages, and the claims that bear on it."""

    course: str
    seed_id: str
    target_language: str
    known_language: str
    target: str
    known: str
    claims: tuple["PromptClaim", ...]


class PromptClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    known_chunk: str
    target_chunk: str


class LeftOut(msgspec.Struct, frozen=True):
    """A seed that is not taught, and why."""

    course: str
    seed_id: str
    reason: str


class Line(msgspec.Struct, frozen=True):
    """One line of a JSONL file as a rule sees it: `value` is its JSON, `example` that as a record, if it is one."""

    file: str
    number: int
    side: Side
    text: str
    value: object = None
    error: str = ""
    example: Example | None = None

    @property
    def where(self) -> str:
        return f"{self.file}:{self.number}"

    def said(self, role: str) -> str | None:
        """The text of this role's first message; None where the line has no such shape."""
        messages = self.example.messages if self.example else ()
        return next((message.content for message in messages if message.role == role), None)
