"""The fenced code blocks of a text, as CommonMark reads them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

ITEM = r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)"
MARK = re.compile(rf"^(?P<quote>[ \t>]*)(?P<item>{ITEM}?)(?P<run>`{{3,}}|~{{3,}})(?P<info>[^\n]*)", re.MULTILINE)
LISTED = re.compile(rf"^[ \t>]*{ITEM}", re.MULTILINE)
DEEPEST = 3
"""Spaces before a fence; more of them make code of it, which is nothing but text there, except in a list."""


class Mark(NamedTuple):
    """A line that looks like a fence: where it begins and ends, what it is indented by, its run and what follows."""

    start: int
    end: int
    indent: int
    item: bool
    run: str
    info: str


class Block(NamedTuple):
    """What stands between two fences; `closed` is False where the text ends first."""

    info: str
    start: int
    inside: slice
    end: int
    closed: bool


def blocks(text: str) -> Iterator[Block]:
    """The code blocks of a text, in their order."""
    opener: Mark | None = None
    for mark in marks(text):
        if opener is None:
            opener = mark if opens(mark) else None
        elif closes(mark, opener):
            yield Block(opener.info, opener.start, slice(opener.end, mark.start), mark.end, True)
            opener = None
    if opener:
        yield Block(opener.info, opener.start, slice(opener.end, len(text)), len(text), False)


def marks(text: str) -> list[Mark]:
    """The lines that look like fences; far from the margin only after an item of a list."""
    if "```" not in text and "~~~" not in text:
        return []
    found = [
        Mark(one.start(), one.end(), width(one["quote"]), bool(one["item"]), one["run"], one["info"])
        for one in MARK.finditer(text)
    ]
    listed = LISTED.search(text) if any(mark.indent > DEEPEST for mark in found) else None
    return [one for one in found if one.indent <= DEEPEST or (listed and listed.start() <= one.start)]


def width(before: str) -> int:
    """The spaces after the last mark of a quotation."""
    return len(before[before.rfind(">") + 1 :].expandtabs(4))


def opens(mark: Mark) -> bool:
    return mark.run[0] == "~" or "`" not in mark.info


def closes(mark: Mark, opener: Mark) -> bool:
    same = mark.run[0] == opener.run[0] and len(mark.run) >= len(opener.run)
    return same and not mark.item and not mark.info.strip()


def left_open(text: str) -> int | None:
    """Where the block begins that is not closed; None where all are.

    Fences of one length in each other are read both ways, as CommonMark does, and each with its own end: only what is
    open in both is.
    """
    last = next((block.start for block in blocks(text) if not block.closed), None)
    return last if last is not None and nested_open(marks(text)) else None


def nested_open(found: Sequence[Mark]) -> bool:
    """Whether a fence is left open where each that says its language opens one more."""
    stack: list[Mark] = []
    for mark in found:
        if stack and closes(mark, stack[-1]):
            stack.pop()
        elif opens(mark) and (not stack or (mark.run[0] == stack[0].run[0] and mark.info.strip().isalnum())):
            stack.append(mark)
    return bool(stack)
