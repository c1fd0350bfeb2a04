"""Tokens with offsets: words, and single characters of Chinese script."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_KNOWN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+(?:['’][^\W_{_HAN}]+)*")
_TARGET = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+['’]?")


class Token(NamedTuple):
    """A lower-cased word and where it stands in its sentence: `sentence[start:end]`."""

    text: str
    start: int
    end: int


class Span(NamedTuple):
    """Tokens `start` to `end`, the end not included."""

    start: int
    end: int


def known_tokens(text: str) -> tuple[Token, ...]:
    """Words of the known sentence; a contraction such as "I'd" is one, as no chunk cuts it."""
    return _tokens(_KNOWN, text)


def target_tokens(text: str) -> tuple[Token, ...]:
    """Words of the target sentence; an apostrophe ends one ("dov'" + "è"), as chunks may begin behind it."""
    return _tokens(_TARGET, text)


def occurrences(chunk: Sequence[Token], sentence: Sequence[Token]) -> list[Span]:
    """Where the words of `chunk` stand in `sentence`, in order, from left to right."""
    words, size = [token.text for token in chunk], len(chunk)
    if not size:
        return []
    texts = [token.text for token in sentence]
    return [Span(at, at + size) for at in range(len(texts) - size + 1) if texts[at : at + size] == words]


def cut(sentence: str, tokens: Sequence[Token], span: Span) -> str:
    """The slice of `sentence` that the tokens of `span` cover, as it is spelt there."""
    return sentence[tokens[span.start].start : tokens[span.end - 1].end]


def _tokens(pattern: re.Pattern[str], text: str) -> tuple[Token, ...]:
    return tuple(
        Token(found.group().lower().replace("’", "'"), found.start(), found.end()) for found in pattern.finditer(text)
    )
