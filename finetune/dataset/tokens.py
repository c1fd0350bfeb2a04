"""Estimates how many tokens a text is, without any model's vocabulary: between a low and a high figure. Pure."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from finetune.lego.tokens import WITHOUT_SPACES
from finetune.records.dataset import Chat, Message
from finetune.records.price import NONE, Range

KINDS = {
    "word": Range(0.25, 0.9),
    "letter": Range(0.16, 0.29),
    "digit": Range(0.6, 1.0),
    "mark": Range(0.5, 0.6),
    "blank": Range(0.8, 1.2),
    "character without spaces": Range(0.45, 1.3),
    "character of two bytes": Range(0.25, 1.35),
    "character of three bytes": Range(0.25, 1.7),
}
"""Tokens for each piece of a kind: fitted to a dozen public vocabularies, then rounded outwards.

`python -m benchmarks.tokens` measures how well they hold. A model's own vocabulary may be none of those.
"""
MESSAGE = Range(3, 8)
"""Tokens around each message: who speaks, where it ends."""

ASCII = [chr(code) for code in range(33, 127)]
LETTERS = "".join(filter(str.isalpha, ASCII)).encode()
DIGITS = "".join(filter(str.isdigit, ASCII)).encode()
MARKS = "".join(one for one in ASCII if not one.isalnum()).encode()
ONLY_LETTERS = bytes(byte if byte in LETTERS else ord(" ") for byte in range(256))
TWO_BYTES, THREE_BYTES = bytes(range(0xC2, 0xE0)), bytes(range(0xE0, 0xF5))
"""The first bytes of UTF-8 characters of two, and of three or four bytes."""
ALONE = f"[{WITHOUT_SPACES}]"
BLANK = re.compile(rb"\s{2,}|[\n\t]")
"""A single space is part of the word that follows it."""


@lru_cache(maxsize=64)
def tokens_of(text: str) -> Range:
    """The tokens of a text. Examples share their system prompt: it is counted once."""
    data = text.encode("utf-8", "replace")
    alone = 0 if text.isascii() else len(re.findall(ALONE, text))
    pieces = {
        "word": len(data.translate(ONLY_LETTERS).split()),
        "letter": number_of(LETTERS, data),
        "digit": number_of(DIGITS, data),
        "mark": number_of(MARKS, data),
        "blank": len(BLANK.findall(data)),
        "character without spaces": alone,
        "character of two bytes": number_of(TWO_BYTES, data),
        "character of three bytes": number_of(THREE_BYTES, data) - alone,
    }
    return sum((KINDS[kind] * number for kind, number in pieces.items()), NONE)


def number_of(kind: bytes, data: bytes) -> int:
    """How many of the bytes are of a kind."""
    return len(data) - len(data.translate(None, kind))


def tokens_of_messages(messages: Iterable[Message]) -> Range:
    """The tokens of a conversation, its system prompt among the messages."""
    return sum((tokens_of(message.content) + MESSAGE for message in messages), NONE)


def conversation(chat: Chat) -> Sequence[Message]:
    """An example's messages, the system prompt first, where it has one."""
    return (Message("system", chat.system), *chat.messages) if chat.system else chat.messages
