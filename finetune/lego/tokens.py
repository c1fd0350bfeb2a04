"""Chunks as the laws compare them, and as sequences of words (Mandarin: of characters)."""

import re
from typing import NamedTuple

WITHOUT_SPACES = "぀-ヿ㐀-䶿一-鿿"
"""Scripts that put no space between words: a character of theirs is a word."""
WORD = re.compile(rf"[{WITHOUT_SPACES}]|[^\W_{WITHOUT_SPACES}]+(?:['’][^\W_]+)*['’]?")
ASCII_WORD = re.compile("[a-z0-9]+(?:'[a-z0-9]+)*'?")
"""The same in a lower-cased text that is ASCII, found in two thirds of the time."""
BLANK = bytes(code if chr(code).isalnum() else 0x20 for code in range(128)).ljust(256)
"""What is no part of an ASCII word as a space: a text without apostrophes is cut there, in half of that time."""
PIECE = re.compile(rf"[{WITHOUT_SPACES}]|[^\W_{WITHOUT_SPACES}]+")


class Piece(NamedTuple):
    """What a chunk may begin or end at, lower-cased: `text[start:end]` of its text."""

    text: str
    start: int
    end: int


def normalise(chunk: str) -> str:
    """A chunk as FD and FCFS compare it: lower-cased and stripped. To look it up in a cache would take longer."""
    return chunk.strip().lower()


def words(text: str) -> list[str]:
    """The lower-cased words of a text, without punctuation; "I'd" is one word, a Chinese character is one word."""
    lower = text.lower()
    if not lower.isascii():
        return WORD.findall(lower.replace("’", "'"))
    return ASCII_WORD.findall(lower) if "'" in lower else str(lower.encode().translate(BLANK), "ascii").split()


def run_of(text: str) -> bytes:
    """The words of a text, each between two spaces; empty where it has none. A chunk stands where its run does."""
    lower = text.lower()
    if lower.isascii() and "'" not in lower:
        run = b" ".join(lower.encode().translate(BLANK).split())
    else:
        run = " ".join(words(lower)).encode()
    return b" " + run + b" " if run else b""


def has_words(text: str) -> bool:
    return text[:1].isalnum() or WORD.search(text) is not None


def pieces(text: str) -> list[Piece]:
    """The words of a text, cut at apostrophes too: a chunk may begin within "d'apprendre" or end within "dov'è"."""
    return [Piece(found.group().lower(), found.start(), found.end()) for found in PIECE.finditer(text)]


def cut(chunk: str) -> list[str]:
    """The texts of a chunk's pieces."""
    return [text.lower() for text in PIECE.findall(chunk)]


def occurs(chunk: list[str], sentence: list[str]) -> bool:
    """Whether the words of a chunk stand in a sentence, one after another."""
    size = len(chunk)
    return size > 0 and any(sentence[i : i + size] == chunk for i in range(len(sentence) - size + 1))
