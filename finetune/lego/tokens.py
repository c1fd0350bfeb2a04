"""Chunks as the laws compare them, and as sequences of words (Mandarin: of characters)."""

import re

WORD = re.compile(r"[぀-ヿ㐀-䶿一-鿿]|[^\W_぀-ヿ㐀-䶿一-鿿]+(?:['’][^\W_]+)*['’]?")


def normalise(chunk: str) -> str:
    """A chunk as FD and FCFS compare it: lower-cased and stripped."""
    return chunk.strip().lower()


def words(text: str) -> list[str]:
    """The lower-cased words of a text, without punctuation; "I'd" is one word, a Chinese character is one word."""
    return [match.group().replace("’", "'") for match in WORD.finditer(text.lower())]


def occurs(chunk: list[str], sentence: list[str]) -> bool:
    """Whether the words of a chunk stand in a sentence, one after another."""
    size = len(chunk)
    return size > 0 and any(sentence[i : i + size] == chunk for i in range(len(sentence) - size + 1))
